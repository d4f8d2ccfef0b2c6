"""How long deals take and where they wait: open deals count as unfinished."""

import streamlit as st

from analytics.deal_times import DealTimes, deal_times
from charts.survival import AgeLabels, rates_by_age, step_curves
from pages.sales.parts import pipeline_cohorts, pipeline_stays
from ui import deal_loaders as load
from ui import rows
from ui.context import PageContext
from ui.deal_columns import named
from ui.deal_stamp import stamp_of
from ui.deal_time_frames import age_points, curve_points, medians_table, ticks_of
from ui.deal_view import DealView
from ui.figures import draw, spec_of


def part(ctx: PageContext, view: DealView) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    key = (ctx.settings, ctx.version, ctx.scope)
    counts = load.closing(*key, view.cut, view.as_of)
    known = counts[counts["days"].notna()]
    left_out = int(counts["deals"].sum() - known["deals"].sum())
    if known.empty:
        st.info(t("pipeline.no_times"), icon=":material/inbox:")
        return
    found = deal_times(known)
    st.caption(t("pipeline.time_note", day=f.day(view.as_of)))
    with st.container(border=True):
        _curves(ctx, found)
        if left_out:
            st.caption(t("pipeline.left_out", n=f.count(left_out)))
        rows.table(ctx, medians_table(ctx, found), key="medians")
        st.markdown(t("pipeline.medians_differ"))
        stamp = stamp_of(ctx, view, t("pipeline.curves"))
        table = named(found.curves.drop(columns=["standard_error"]))
        rows.download(ctx, table, name="time_to_close", stamp=stamp)
    with st.container(border=True):
        _by_age(ctx, view, found)
    with st.container(border=True):
        pipeline_stays.part(ctx, view)
    with st.container(border=True):
        pipeline_cohorts.part(ctx, view)


def _curves(ctx: PageContext, found: DealTimes) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("pipeline.curves"), anchor=False, help=t("pipeline.curves_help"))
    figure = step_curves(
        curve_points(ctx, found),
        labels=AgeLabels(t("pipeline.axis_age"), t("pipeline.axis_share")),
        write=lambda value: f.share(value, 0),
        ages=ticks_of(found.horizon_days),
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("pipeline.curves_alt"), key="deal_curves")
    st.caption(
        t(
            "pipeline.curves_note", won=f.count(found.won), lost=f.count(found.lost),
            open=f.count(found.open), days=f.count(found.horizon_days),
            share=f.share(found.won_share), undecided=f.share(found.undecided),
        )
    )  # fmt: skip


def _by_age(ctx: PageContext, view: DealView, found: DealTimes) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("pipeline.by_age"), anchor=False, help=t("pipeline.by_age_help"))
    if found.by_age.empty:
        st.caption(t("pipeline.not_told"))
        return
    figure = rates_by_age(
        age_points(ctx, found),
        labels=AgeLabels(t("pipeline.axis_age"), t("pipeline.axis_won_later")),
        write=lambda value: f.share(value, 0),
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("pipeline.by_age_alt"), key="won_by_age")
    table = named(found.by_age.rename(columns={"age": "age_days"}))
    with st.expander(t("churn.as_table"), icon=":material/table:"):
        rows.table(ctx, table, key="won_by_age_table", digits=3)
        stamp = stamp_of(ctx, view, t("pipeline.by_age"))
        rows.download(ctx, table, name="won_by_age", stamp=stamp)
