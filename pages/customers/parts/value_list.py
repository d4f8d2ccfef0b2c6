"""The list of customers by what they are expected to bring."""

from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import people, rows, urls
from ui import value_loaders as load
from ui.context import PageContext
from ui.formats import no_icons
from ui.segment_filter import segment_words
from ui.translations import value_name

SIZE = 25
ORDERS = ("expected_value", "net_amount")
_ORDER = "value_order"
_SHARES = ("p_alive", "contract_kept")
_FIRST = ("name", "expected_value", "value_low", "value_high", *_SHARES, "expected_orders")
_NAMED = ("region", "source", "rfm_segment", "value_kind")


def part(ctx: PageContext, total: int, card: dict[str, Any] | None, among: str) -> None:
    """Draw one page of customers, the best order first, and the export."""
    past_first = bool(card and card.get("is_ranked_by_past"))
    order = urls.choice(_ORDER, ORDERS[::-1] if past_first else ORDERS)
    st.segmented_control(
        ctx.t("value.order"),
        ORDERS,
        format_func=lambda name: ctx.t(f"column.{name}"),
        key=_ORDER,
        required=True,
        help=ctx.t("value.order_help"),
        on_change=urls.write_choice,
        args=(_ORDER,),
    )
    key = (ctx.settings, ctx.version, ctx.scope, among, cast("load.ValueOrder", order))
    page = page_of(one(PAGE), total, SIZE)
    found = load.customers(*key, SIZE, (page - 1) * SIZE)
    shown = found.assign(name=found["name"].where(found["name"].notna(), found["customer_id"]))
    shown["name"] = shown["name"].map(no_icons)
    shown["owner_id"] = people.with_names(ctx, shown["owner_id"])
    shown[list(_SHARES)] = shown[list(_SHARES)] * 100
    shown["link"] = [
        "customer?" + urlencode({**urls.carried(), "customer": customer}, doseq=True)
        for customer in shown["customer_id"]
    ]
    rest = [name for name in shown if name not in (*_FIRST, "customer_id")]
    _table(ctx, shown[[*_FIRST, *rest]])
    st.caption(ctx.t("value.list_note"))
    pager(ctx, page=page, size=SIZE, total=total, key="value")
    with st.popover(ctx.t("customer.export"), icon=":material/download:", key="value_export"):
        stamp = rows.stamp_of(
            ctx,
            subject=ctx.t("value.customers"),
            period=ctx.t("period.all_time"),
            filters=segment_words(ctx),
        )
        rows.download(ctx, partial(load.all_customers, *key), name="customer_value", stamp=stamp)


def _table(ctx: PageContext, shown: pd.DataFrame) -> None:
    c, shown = st.column_config, shown.copy()
    for name in _NAMED:
        if name in shown:
            shown[name] = shown[name].map(partial(value_name, ctx.t, name), na_action="ignore")
    config = rows.column_config(ctx, shown.drop(columns="link"), 0)
    config["name"] = c.TextColumn(ctx.t("column.name"), pinned=True)
    for name in _SHARES:
        config[name] = c.NumberColumn(
            ctx.t(f"column.{name}"), format="%.0f%%", help=ctx.t(f"value.{name}_help")
        )
    config["owner_id"] = c.TextColumn(ctx.t("column.owner_id"), width=150)
    config["expected_orders"] = c.NumberColumn(ctx.t("column.expected_orders"), format="%.1f")
    config["link"] = c.LinkColumn(
        ctx.t("lookup.link"), display_text=":material/open_in_new:", help=ctx.t("lookup.link_help")
    )
    st.dataframe(
        shown, hide_index=True, height="content", placeholder="–", key="value_list",
        column_config=config, alt=ctx.t("value.customers"),
    )  # fmt: skip
