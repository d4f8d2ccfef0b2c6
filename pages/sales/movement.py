"""Movement: what made the open pipeline grow or shrink between two days, deal by deal."""

import streamlit as st

from pages.sales.parts import movement_chart, movement_deals, movement_slippage
from ui import navigation
from ui.context import PageContext
from ui.deal_drawer import DEALS
from ui.deal_hindsight import hindsight_note
from ui.deal_loaders import DealCut
from ui.deal_view import PIPELINE, deal_view
from ui.movement_view import moved, span_of


def render(ctx: PageContext) -> None:
    """Draw the page."""
    t = ctx.t
    st.title(t("page.movement"), anchor=False)
    view = deal_view(ctx, with_as_of=False)
    if view is None:
        return
    span = span_of(ctx, view)
    found = moved(ctx, view, span)
    days = {"opening": ctx.formats.day(span.opening), "closing": ctx.formats.day(span.closing)}
    st.caption(t("movement.days", **days))
    if span.opening == span.closing:
        st.info(t("movement.same_day"), icon=":material/inbox:")
        return
    hindsight_note(ctx, DealCut(view.cut.where, view.among, span.opening))
    movement_slippage.part(ctx, view, span, found)
    if found.movement.changes.empty:
        st.info(t("movement.nothing"), icon=":material/inbox:")
        return
    with st.container(border=True):
        movement_chart.part(ctx, view, span, found.movement)
    with st.container(border=True):
        movement_deals.part(ctx, view, span, found.movement)
    navigation.link(
        "pipeline", t("movement.pipeline_link"), icon=":material/view_kanban:",
        **{PIPELINE: view.pipeline},
    )  # fmt: skip
    DEALS.show_asked(ctx)
