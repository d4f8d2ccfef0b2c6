"""Retention: do customers come back, and do newer ones come back more often?"""

import streamlit as st

from pages.customers.parts import cohort_controls, cohort_curves, cohort_table, cohort_tiles
from ui import loaders
from ui import retention_loaders as load
from ui.cohort_drawer import MEMBERS
from ui.context import PageContext
from ui.retention_view import offered_filters, read_view, seen
from ui.segment_filter import segment_picker


def render(ctx: PageContext) -> None:
    """Draw the page."""
    st.title(ctx.t("page.retention"), anchor=False)
    key = (ctx.settings, ctx.version, ctx.scope)
    horizon = loaders.horizon(ctx.settings, ctx.version)
    if horizon is None:
        st.info(ctx.t("retention.no_orders"), icon=":material/inbox:")
        return
    values = loaders.offered(*key)
    offered = offered_filters(values["region"], values["source"], load.first_categories(*key))
    view = read_view(offered, segment_picker(ctx))
    cohort_controls.controls(ctx, view, offered)
    if view.among:
        st.caption(ctx.t("retention.segment_note"))
    found = seen(ctx, view, horizon)
    if found.retention.sizes.empty:
        reason = "no_customers" if found.cells.empty else "too_young"
        watermark = ctx.formats.day(horizon.watermark)
        st.info(ctx.t(f"retention.{reason}", watermark=watermark), icon=":material/inbox:")
        return
    if view.measure == "customers" and not (found.retention.active.iloc[:, 1:] > 0).any(axis=None):
        st.info(ctx.t("retention.nobody_returned"), icon=":material/info:")
    cohort_tiles.tiles(ctx, found, view)
    with st.container(border=True):
        cohort_table.table(ctx, found, view, horizon)
    with st.container(border=True):
        cohort_curves.part(ctx, found, view)
    MEMBERS.show_asked(ctx)
