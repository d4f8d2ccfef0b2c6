"""The view 'flow' of the Leads page: volume by period, and the time to the first contact."""

import streamlit as st

from analytics.lead_flow import first_response
from charts.leads import VolumeLabels, response_curve, volume_bars
from ui import lead_frames as frames
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.lead_view import LeadView, behind, leads


def part(ctx: PageContext, view: LeadView) -> None:
    """Draw the view."""
    t, f = ctx.t, ctx.formats
    found = leads(ctx, view)
    if found.empty:
        st.info(t("leads.none"), icon=":material/inbox:")
        return
    about = behind(ctx, view)
    with st.container(border=True):
        st.subheader(t("leads.volume_title"), anchor=False, help=t("leads.volume_help"))
        bars = frames.volume_rows(ctx, view, found)
        figure = volume_bars(
            bars,
            labels=VolumeLabels(t("leads.bar_done"), t("leads.bar_unfinished")),
            write=f.count_compact,
            mode=ctx.theme,
        )
        draw(spec_of(figure), alt=t("leads.volume_alt"), key="leads_volume")
        table = bars.rename(columns={"period": "lead_period_on"})[
            ["lead_period_on", "leads", "is_complete"]
        ]
        with st.expander(t("leads.as_table"), icon=":material/table:"):
            rows.table(ctx, table.iloc[::-1], key="leads_volume_table")
            stamp = rows.stamp_of(
                ctx, subject=t("leads.volume_title"), period=about.period, filters=about.filters
            )
            rows.download(ctx, table, name="leads_by_period", stamp=stamp)
    with st.container(border=True):
        st.subheader(t("leads.response_title"), anchor=False, help=t("leads.response_help"))
        response = first_response(found)
        points = frames.curve_points(ctx, response)
        if points.empty:
            st.info(t("leads.none_known"), icon=":material/hourglass_empty:")
            return
        figure = response_curve(
            points,
            label=t("leads.response_axis"),
            ticks=frames.curve_ticks(ctx),
            write=f.share_short,
            mode=ctx.theme,
        )
        draw(spec_of(figure), alt=t("leads.response_alt"), key="leads_response")
        never = t("leads.never_note", n=f.count(response.never_contacted))
        unknown = t("leads.unknown_note", n=f.count(response.unknown)) if response.unknown else ""
        st.caption(" ".join(part for part in (never, unknown) if part))
        within = rows.with_shares(ctx, response.within, "share", "low", "high")
        rows.table(ctx, within.rename(columns={"n": "watched_leads", "share": "contacted_share"}),
                   key="leads_within", digits=0)  # fmt: skip
        stamp = rows.stamp_of(
            ctx, subject=t("leads.response_title"), period=about.period, filters=about.filters
        )
        rows.download(ctx, frames.curve_file(response), name="leads_first_response", stamp=stamp)
