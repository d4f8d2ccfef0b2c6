"""The table of customers that were found."""

from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from ui import customer_loaders as load
from ui import navigation, urls
from ui.context import PageContext
from ui.formats import is_missing, no_icons
from ui.frames import records
from ui.translations import value_name

SIZE = 25
_OPENED = "lookup_opened"


def hits_table(ctx: PageContext, hits: pd.DataFrame, text: str) -> None:
    """Draw customers, each name a button and each row with a link to the profile.

    What was found by e-mail or phone says so: neither is seen otherwise.
    """
    clicked = st.session_state.get(_OPENED)
    if clicked is not None and clicked["row"] < len(hits):
        navigation.go_to("customer", customer=str(hits["customer_id"].iloc[clicked["row"]]))
    shown = pd.DataFrame(
        {
            "name": _either(hits["name"], hits["customer_id"]).map(no_icons),
            "customer_id": hits["customer_id"],
            "matched": _matched(ctx, hits, text),
            "place": _place(ctx, hits),
            "owner": _either(hits["owner_name"], hits["owner_id"]),
            "last_order_on": hits["last_order_on"],
            "orders": hits["orders"],
            "net_amount": hits["net_amount"],
            "link": [_address(customer) for customer in hits["customer_id"]],
        }
    )
    if shown["matched"].isna().all():
        shown = shown.drop(columns="matched")
    st.dataframe(
        shown,
        hide_index=True,
        height="content",
        placeholder="–",
        key="lookup_hits",
        alt=ctx.t("lookup.table_alt"),
        column_config=_columns(ctx),
    )
    st.caption(ctx.t("lookup.open_hint"))


def _columns(ctx: PageContext) -> dict[str, Any]:
    t, c = ctx.t, st.column_config
    return {
        "name": c.ButtonColumn(
            t("column.name"), type="tertiary", alignment="left", pinned=True, key=_OPENED
        ),
        "customer_id": c.TextColumn(t("column.customer_id")),
        "matched": c.TextColumn(t("lookup.matched"), help=t("lookup.matched_help")),
        "place": c.TextColumn(t("lookup.place")),
        "owner": c.TextColumn(t("column.owner_id")),
        "last_order_on": c.DatetimeColumn(
            t("column.last_order_on"), format="YYYY-MM-DD", help=t("customer.last_order_on.help")
        ),
        "orders": c.NumberColumn(t("column.orders"), format="%,d", help=t("customer.orders.help")),
        "net_amount": c.NumberColumn(
            t("column.net_amount"),
            format="%,.2f",
            help=t("customer.net_amount.help", currency=ctx.settings.currency),
        ),
        "link": c.LinkColumn(
            t("lookup.link"), display_text=":material/open_in_new:", help=t("lookup.link_help")
        ),
    }


def _address(customer_id: object) -> str:
    """Return the address of a profile, next to this page's, with language and filters."""
    return "customer?" + urlencode({**urls.carried(), "customer": str(customer_id)}, doseq=True)


def _either(first: pd.Series, second: pd.Series) -> pd.Series:
    return first.where(first.notna(), second)


def _matched(ctx: PageContext, hits: pd.DataFrame, text: str) -> list[str | None]:
    found = [(hit, load.matched_contacts(text, hit)) for hit in records(hits)]
    return [
        ctx.t("customer.joiner").join(
            ctx.t("lookup.matched_in", field=ctx.t(f"dimension.{name}"), value=hit[name])
            for name in names
        )
        or None
        for hit, names in found
    ]


def _place(ctx: PageContext, hits: pd.DataFrame) -> list[str | None]:
    joined = []
    for city, region in zip(hits["city"], hits["region"], strict=True):
        named = region if is_missing(region) else value_name(ctx.t, "region", region)
        known = [str(part) for part in (city, named) if not is_missing(part)]
        joined.append(ctx.t("customer.joiner").join(dict.fromkeys(known)) or None)
    return joined
