"""The list of customers to offer a product to, and its export."""

from typing import Any

import pandas as pd
import streamlit as st

from pages.customers.parts import may_contact
from pages.customers.parts.next_offers import EXPORTED, named, reason
from ui import offer_loaders as load
from ui import rows
from ui.context import PageContext
from ui.segment_filter import segment_words


def table(ctx: PageContext, found: pd.DataFrame) -> None:
    """Draw the list, with the reason in words."""
    shown = pd.DataFrame(
        {
            "name": named(found["name"], found["customer_id"]),
            "offer_reason": [
                reason(ctx, n, lift)
                for n, lift in zip(found["customers_both"], found["lift"], strict=True)
            ],
            "reason_name": named(found["reason_name"], found["reason_id"]),
            "contact_by": [
                may_contact.by(ctx, {"email": email, "phone": phone}) or None
                for email, phone in zip(found["may_email"], found["may_phone"], strict=True)
            ],
            "amount_365d": found["net_amount_365d"],
            "owner": named(found["owner_name"], found["owner_id"]),
            "last_order_on": found["last_order_on"],
            "offer_score": found["score"],
            "customer_id": found["customer_id"],
        }
    )
    rows.table(ctx, shown, key="offers_targets", money=("amount_365d",))


def export(ctx: PageContext, key: Any, product_id: str, channel: str, listed: int) -> None:
    """Offer the whole list as a file; addresses are in it only with consent for that channel."""
    opened = st.popover(
        ctx.t("customer.export"), icon=":material/download:", key="offers_export",
        on_change="rerun",
    )  # fmt: skip
    if not opened.open:
        return
    with opened:
        st.caption(ctx.t(f"offers.export_{channel}"))
        stamp = rows.stamp_of(
            ctx,
            subject=ctx.t("offers.export_subject", product=product_id),
            period=ctx.t("period.all_time"),
            filters=ctx.t("filter.joiner").join(
                part for part in (segment_words(ctx), ctx.t(f"offers.by_{channel}")) if part
            ),
        )

        def rows_of() -> pd.DataFrame:
            found = load.all_targets(*key).rename(columns=EXPORTED)
            has_addresses = channel in ("email", "phone")
            return found if has_addresses else found.drop(columns="contact_address")

        rows.download(ctx, rows_of, name="offers", stamp=stamp)
        if listed > load.MAX_EXPORT:
            st.caption(ctx.t("rows.limited", n=ctx.formats.count(load.MAX_EXPORT)))
