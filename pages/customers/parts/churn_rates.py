"""The view 'rates' of the Churn page: definition, rates by month, who was lost, pauses, rules."""

import streamlit as st

from pages.customers.parts import (
    churn_cohorts,
    churn_controls,
    churn_gaps,
    churn_reasons,
    churn_rules_form,
    churn_tiles,
    churn_trend,
)
from ui import loaders
from ui.churn_alert import notice
from ui.churn_drawer import LOST
from ui.churn_view import current_rules, offered_filters, read_view, seen
from ui.context import PageContext
from ui.segment_filter import segment_picker


def render(ctx: PageContext) -> None:
    """Draw the view."""
    horizon = loaders.horizon(ctx.settings, ctx.version)
    rules = current_rules(ctx)
    among = segment_picker(ctx)
    offered = offered_filters(loaders.offered(ctx.settings, ctx.version, ctx.scope))
    view = read_view(ctx, rules, offered, among, has_orders=horizon is not None)
    if view is None:
        st.info(ctx.t("churn.no_data"), icon=":material/inbox:")
        return
    churn_controls.controls(ctx, view, offered)
    found = seen(ctx, view, rules, horizon)
    churn_controls.definition(ctx, view, found)
    if found.month is None:
        reason = "nobody" if found.levels.empty else "too_young"
        if reason == "too_young" and found.known_from is None:
            reason = "no_end"
        st.info(
            ctx.t(f"churn.{reason}", day=ctx.formats.day(found.last_day)), icon=":material/inbox:"
        )
    else:
        churn_tiles.tiles(ctx, found, view, found.month)
        if found.band is not None:
            notice(ctx, found.band)
        with st.container(border=True):
            churn_trend.part(ctx, found, view)
        if view.definition == "contract":
            with st.container(border=True):
                churn_reasons.part(ctx, view, found.month)
            with st.container(border=True):
                churn_cohorts.part(ctx, found, view)
    if found.proposed is not None:
        with st.container(border=True):
            churn_gaps.part(ctx, found, view)
    churn_rules_form.part(ctx, found)
    LOST.show_asked(ctx)
