"""Key customers: on how few customers does revenue rest, and are they safe?"""

from datetime import date, timedelta
from typing import cast

import streamlit as st

from analytics.key_customers import key_customers
from pages.customers.parts import key_concentration, key_list
from ui import key_customer_loaders as load
from ui import loaders, urls
from ui.context import PageContext
from ui.segment_filter import segment_picker

_WINDOW, _LISTED = "window", 100


def render(ctx: PageContext) -> None:
    """Draw the page."""
    key_list.go_where_clicked()
    st.title(ctx.t("page.key_customers"), anchor=False)
    horizon = loaders.horizon(ctx.settings, ctx.version)
    if horizon is None:
        st.info(ctx.t("key.no_orders"), icon=":material/inbox:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        window = _window(ctx)
        among = segment_picker(ctx)
    key = (ctx.settings, ctx.version, ctx.scope, window)
    found = load.concentration(*key, among=among)
    after = horizon.watermark + timedelta(days=1)
    period = ctx.formats.period(_begins(window, horizon.first, after), after)
    st.caption(ctx.t("key.period", period=period))
    if not found.customers:
        reason = "nothing_positive" if found.left_out else "no_customers"
        st.info(
            ctx.t(f"key.{reason}", n=ctx.formats.count(found.left_out)), icon=":material/inbox:"
        )
        return
    keys = key_customers(load.accounts(*key, _LISTED, among=among), total=found.total)
    key_concentration.tiles(ctx, found, keys)
    with st.container(border=True):
        key_concentration.curve(ctx, found, period)
    with st.container(border=True):
        key_list.chart(ctx, keys)
    with st.container(border=True):
        key_list.table(ctx, keys, period)


def _window(ctx: PageContext) -> load.Window:
    window = urls.choice(_WINDOW, load.WINDOWS)
    st.segmented_control(
        ctx.t("key.window"),
        load.WINDOWS,
        format_func=lambda name: ctx.t(f"key.window_{name}"),
        key=_WINDOW,
        required=True,
        on_change=urls.write_choice,
        args=(_WINDOW,),
    )
    return cast("load.Window", window)


def _begins(window: load.Window, first: date, after: date) -> date:
    return after - timedelta(days=365) if window == "year" else first
