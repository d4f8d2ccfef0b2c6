"""What to offer one customer next, for its profile and for the page of offers."""

from typing import Any

import pandas as pd
import streamlit as st

from pages.customers.parts import may_contact
from ui import offer_loaders as load
from ui import rows
from ui.context import PageContext
from ui.formats import is_missing

# What columns of exports are called, so that each has a label of its own.
EXPORTED = {
    "score": "offer_score",
    "lift": "pair_lift",
    "expected": "pair_expected",
    "address": "contact_address",
    "net_amount_365d": "amount_365d",
}


def part(ctx: PageContext, customer: dict[str, Any]) -> None:
    """Draw whether the customer may be contacted, and the offers, each with its reason.

    ``customer`` is a row of ``CUSTOMER_PROFILE``. Without consent the offers are folded away: they
    are for when the customer comes.
    """
    st.subheader(ctx.t("offers.next"), anchor=False, help=ctx.t("offers.next_help"))
    if may_contact.note(ctx, customer):
        _offers(ctx, customer)
        return
    with st.expander(ctx.t("offers.when_asked"), icon=":material/storefront:"):
        _offers(ctx, customer)


def _offers(ctx: PageContext, customer: dict[str, Any]) -> None:
    customer_id = str(customer["customer_id"])
    offers = load.next_offers(ctx.settings, ctx.version, ctx.scope, customer_id)
    if offers.empty:
        st.caption(ctx.t("offers.next_none"))
        return
    if offers["is_popular"].all():
        made = load.rule(ctx.settings, ctx.version)
        key = "offers.next_used_popular" if made and made.is_popular else "offers.next_popular"
        st.caption(ctx.t(key))
    shown = pd.DataFrame(
        {
            "product_name": named(offers["product_name"], offers["product_id"]),
            "offer_reason": [_reason(ctx, row) for row in offers.to_dict("records")],
            "reason_name": named(offers["reason_name"], offers["reason_id"]),
            "category": offers["category"],
            "product_id": offers["product_id"],
        }
    )
    told_nothing = [name for name in ("category", "reason_name") if shown[name].isna().all()]
    shown = shown.drop(columns=told_nothing)
    rows.table(ctx, shown, key=f"next_offers_{customer_id}")


def reason(ctx: PageContext, customers: float, lift: float) -> str:
    """Return by how many customers two products were bought, how many times chance that is.

    Without numbers for who sees a part of the customers.
    """
    f = ctx.formats
    if is_missing(customers) or is_missing(lift):
        return ctx.t("offers.reason_unnumbered")
    key = "offers.reason" if lift >= 1 else "offers.reason_less"
    return ctx.t(key, n=f.count(customers), lift=f.number(lift, 1))


def named(names: pd.Series, ids: pd.Series) -> pd.Series:
    """Return names, and numbers where there is no name."""
    return names.where(names.notna(), ids)


def _reason(ctx: PageContext, row: dict[Any, Any]) -> str:
    if row["is_popular"] and is_missing(row["customers"]):
        return ctx.t("offers.reason_popular_unnumbered")
    if row["is_popular"]:
        return ctx.t("offers.reason_popular", n=ctx.formats.count(row["customers"]))
    return reason(ctx, row["customers_both"], row["lift"])
