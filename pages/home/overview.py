"""Overview: what changed, and what needs attention?"""

import streamlit as st

from ui import loaders, overview_parts, rows
from ui.context import PageContext
from ui.filter_bar import describe, filter_bar, reset_button
from ui.filters import Filters, Horizon
from ui.overview import Overview, overview
from ui.tiles import tiles


def render(ctx: PageContext) -> None:
    """Draw the page."""
    st.title(ctx.t("page.overview"), anchor=False)
    key = (ctx.settings, ctx.version, ctx.scope)
    offered = loaders.offered(*key)
    horizon = loaders.horizon(ctx.settings, ctx.version)
    if horizon is None or not any(offered.values()):
        st.info(ctx.t("overview.nothing"), icon=":material/inbox:")
        return
    filters = filter_bar(ctx, offered=offered, horizon=horizon)
    seen = overview(*key, filters, horizon)
    _about(ctx, seen, horizon)
    if seen.is_empty:
        _empty(ctx, seen, filters, horizon)
        return
    tiles(ctx, seen, filters, horizon)
    left, right = st.columns([8, 5], gap="medium")
    with left, st.container(border=True, height="stretch"):
        overview_parts.trend_part(ctx, seen, filters, horizon)
    with right, st.container(border=True, height="stretch"):
        overview_parts.notes_part(ctx, seen, horizon)
    with st.container(border=True):
        overview_parts.movers_part(ctx, seen, filters, horizon)
    rows.show_asked(ctx)


def _about(ctx: PageContext, seen: Overview, horizon: Horizon) -> None:
    """Say which days these numbers are about."""
    f = ctx.formats
    facts = {"period": f.period(seen.start, seen.end), "watermark": f.day(horizon.watermark)}
    if seen.base is None:
        st.caption(ctx.t("overview.about_alone", **facts))
    else:
        st.caption(ctx.t("overview.about", base=f.period(*seen.base), **facts))


def _empty(ctx: PageContext, seen: Overview, filters: Filters, horizon: Horizon) -> None:
    """Say that the filters leave nothing, and how to get back."""
    f = ctx.formats
    st.info(
        ctx.t(
            "overview.empty",
            period=f.period(seen.start, seen.end),
            filters=describe(ctx, filters) or ctx.t("filter.none"),
            first=f.day(horizon.first),
            watermark=f.day(horizon.watermark),
        ),
        icon=":material/filter_alt_off:",
    )
    reset_button(ctx, key="empty_reset")
