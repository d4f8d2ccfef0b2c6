"""Retention of the newest cohorts at four ages, against the cohorts before them."""

import streamlit as st

from analytics.cohort_curves import NewerAgainstOlder, newer_against_older
from ui.context import PageContext
from ui.retention_view import TILE_AGES, Seen, View


def tiles(ctx: PageContext, found: Seen, view: View) -> None:
    """Draw four tiles; two in a row on a telephone."""
    with st.container(horizontal=True, gap="small"):
        for age in TILE_AGES[view.unit]:
            one = newer_against_older(found.retention, age)
            with st.container(border=True, key=f"tile_age_{age}", gap="xxsmall", height="stretch"):
                _tile(ctx, view, one)
    st.caption(ctx.t(f"retention.tiles_note_{view.unit}"))


def _tile(ctx: PageContext, view: View, one: NewerAgainstOlder) -> None:
    t, f = ctx.t, ctx.formats
    label = t(f"retention.tile_{view.unit}", age=one.age)
    explained = t("retention.tile_rolling_help" if view.is_rolling else "retention.tile_help")
    if one.share is None:
        st.metric(label, f.share(None), help=explained)
        st.caption(t("retention.tile_too_young", age=one.age, unit=t(f"retention.age_{view.unit}")))
        return
    # Newer cohorts had less time for "later": a rolling difference would be one of time.
    is_change = one.is_clear and not view.is_rolling
    is_better = (one.difference or 0.0) > 0
    st.metric(
        label,
        f.share(one.share),
        f.points(one.difference) if is_change else None,
        delta_color="green" if is_better else "red",
        delta_arrow="up" if is_better else "down",
        help=explained,
    )
    interval = {"low": f.share(one.low), "high": f.share(one.high), "n": f.count(one.n)}
    st.caption(t("tile.interval", **interval))
    st.caption(_change(ctx, one, is_rolling=view.is_rolling))


def _change(ctx: PageContext, one: NewerAgainstOlder, *, is_rolling: bool) -> str:
    """Say whether it moved: the interval of the difference, or that it cannot be told."""
    t, f = ctx.t, ctx.formats
    if one.difference is None:
        return t("retention.tile_nothing_before")
    sides = {
        "low": f.points(one.difference_low),
        "high": f.points(one.difference_high),
        "before": f.share(one.before_share),
        "n": f.count(one.before_n),
    }
    if is_rolling:
        return t("retention.tile_not_comparable", before=sides["before"], n=sides["n"])
    return t("retention.tile_change" if one.is_clear else "retention.tile_cannot_tell", **sides)
