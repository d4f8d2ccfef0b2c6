"""The view 'conversion' of the Leads page: by cohort within so many days, and by source."""

import streamlit as st

from charts.leads import CohortLabels, cohort_points, source_intervals
from pages.sales.parts.leads_choices import choices
from ui import lead_frames as frames
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.lead_view import LeadView, behind, by_source, converted, leads

_MOST_GROUPS = 30


def part(ctx: PageContext, view: LeadView) -> None:
    """Draw the view."""
    choices(ctx, ("days", "by"))
    if leads(ctx, view).empty:
        st.info(ctx.t("leads.none"), icon=":material/inbox:")
        return
    with st.container(border=True):
        _cohorts(ctx, view)
    with st.container(border=True):
        _sources(ctx, view)


def _cohorts(ctx: PageContext, view: LeadView) -> None:
    t, f = ctx.t, ctx.formats
    days = f.count(view.days)
    st.subheader(t("leads.cohorts_title", days=days), anchor=False, help=t("leads.cohorts_help"))
    table = frames.cohort_table(view, leads(ctx, view))
    figure = cohort_points(
        frames.cohort_rows(ctx, view, table),
        labels=CohortLabels(t("leads.cohort_share"), t("leads.cohort_open")),
        write=f.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("leads.cohorts_alt"), key="leads_cohorts")
    with st.expander(t("leads.as_table"), icon=":material/table:"):
        rows.table(ctx, frames.cohorts_shown(ctx, view, table), key="leads_cohorts_table")
        _export(ctx, view, table.rename(columns={"share": "conversion"}), "lead_cohorts")


def _sources(ctx: PageContext, view: LeadView) -> None:
    t = ctx.t
    found = by_source(ctx, view, leads(ctx, view))
    st.subheader(t(f"leads.groups_{view.by}"), anchor=False, help=t("leads.groups_help"))
    points = frames.source_rows(ctx, view, found)
    shown = points[found.frame["old_enough"] > 0].iloc[:_MOST_GROUPS]
    if shown.empty:
        st.info(t("leads.too_young_all"), icon=":material/hourglass_empty:")
    else:
        figure = source_intervals(
            shown,
            overall=converted(view, leads(ctx, view)).share,
            write=ctx.formats.share_short,
            mode=ctx.theme,
        )
        draw(spec_of(figure), alt=t("leads.groups_alt"), key="leads_groups")
    if not found.prior.has_spread:
        st.caption(t("leads.no_spread"))
    has_costs = ctx.scope.is_everything and bool(found.frame["cost"].notna().any())
    table = frames.source_shown(ctx, view, found, with_costs=has_costs)
    rows.table(ctx, table, key="leads_groups_table",
               money=("cost_per_lead", "cost_per_converted") if has_costs else ())  # fmt: skip
    if ctx.scope.is_everything:
        key = "known" if has_costs else "none" if view.has_costs else "not_by_this"
        st.caption(t(f"leads.costs_{key}"))
    _export(ctx, view, frames.source_table(found, with_costs=has_costs), "lead_sources")


def _export(ctx: PageContext, view: LeadView, table: object, name: str) -> None:
    about = behind(ctx, view)
    filters = ctx.t("filter.joiner").join(
        one
        for one in (about.filters, ctx.t("leads.within_days", n=ctx.formats.count(view.days)))
        if one
    )
    stamp = rows.stamp_of(
        ctx, subject=ctx.t("leads.view_conversion"), period=about.period, filters=filters
    )
    rows.download(ctx, table, name=name, stamp=stamp)  # type: ignore[arg-type]  # a frame
