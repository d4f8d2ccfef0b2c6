"""The view 'white space' of the page of offers: what customers do not buy yet."""

from collections.abc import Sequence
from typing import Any, cast

import streamlit as st

from pages.customers.parts.offers_white_space_table import (
    white_space_columns,
    white_space_frame,
)
from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import offer_loaders as load
from ui import rows, urls
from ui.context import PageContext
from ui.segment_filter import segment_picker, segment_words

SIZE = load.LISTED_BUYERS
_WORTH, _ORDER = "worth", "order"


def render(ctx: PageContext) -> None:
    """Draw a page of customers by categories, and for each the next category."""
    st.subheader(ctx.t("offers.white_space"), anchor=False, help=ctx.t("offers.white_space_help"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        order = cast("load.SpaceOrder", _choice(ctx, _ORDER, load.SPACE_ORDERS, "offers.order_by"))
        worth = cast("load.Worth", _choice(ctx, _WORTH, load.WORTHS, "column"))
        among = segment_picker(ctx)
    key = (ctx.settings, ctx.version, ctx.scope, worth, among)
    total = load.count_buyers(*key)
    page = page_of(one(PAGE), total, SIZE)
    found = load.white_space(*key, order, (page - 1) * SIZE)
    if found.amounts.empty or not found.categories:
        empty = "offers.no_customers" if found.amounts.empty else "offers.no_categories"
        st.info(ctx.t(empty), icon=":material/inbox:")
        return
    amounts = ["total", "gap", *(f"c_{name}" for name in found.categories)]
    st.dataframe(
        rows.in_money(ctx, white_space_frame(ctx, found), amounts, missing=""),
        hide_index=True,
        height="content",
        placeholder="",
        column_config=white_space_columns(ctx, found, worth),
        key="offers_white_space",
        alt=ctx.t("offers.white_space_alt"),
    )
    note = ctx.t("offers.white_space_note")
    if found.left_out:
        note += ctx.t("offers.categories_left_out", n=ctx.formats.count(found.left_out))
    st.caption(note)
    pager(ctx, page=page, size=SIZE, total=total, key="white_space")
    _export(ctx, (*key, order), total)


def _choice(ctx: PageContext, name: str, options: Sequence[str], words: str) -> str:
    chosen = urls.choice(name, options)
    st.segmented_control(
        ctx.t(f"offers.{name}"),
        options,
        format_func=lambda one: ctx.t(f"{words}.{one}"),
        key=name,
        required=True,
        help=ctx.t(f"offers.{name}_help"),
        on_change=_write,
        args=(name,),
    )
    return chosen


def _write(name: str) -> None:
    """Write the choice, and begin at the first page: another order has others on it."""
    urls.write({name: [str(st.session_state[name])]}, clears=(PAGE,))


def _export(ctx: PageContext, key: Any, total: int) -> None:
    """Offer all customers as a file, a row per customer and category."""
    opened = st.popover(
        ctx.t("customer.export"), icon=":material/download:", key="white_space_export",
        on_change="rerun",
    )  # fmt: skip
    if not opened.open:
        return
    with opened:
        stamp = rows.stamp_of(
            ctx,
            subject=ctx.t("offers.white_space"),
            period=ctx.t("period.all_time"),
            filters=segment_words(ctx),
        )
        rows.download(
            ctx, lambda: load.all_white_space(*key).tidy(), name="white_space", stamp=stamp
        )
        if total > load.MAX_EXPORT:
            st.caption(ctx.t("offers.white_space_limited", n=ctx.formats.count(load.MAX_EXPORT)))
