"""The view 'activity' of the Team page: contacts beside what was created and won."""

from html import escape

import streamlit as st

from charts.team import activity_bars
from ui import people, rows
from ui import team_frames as frames
from ui import team_loaders as load
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.team_view import TeamView, behind, kept_sellers

_MOST_BARS = 40


def part(ctx: PageContext, view: TeamView) -> None:
    """Draw the view."""
    t, f = ctx.t, ctx.formats
    key = (ctx.settings, ctx.version, ctx.scope)
    contacts = load.activities(*key, view.start, view.known_end)
    results = load.results(*key, view.cut, view.start, view.known_end)
    table = frames.activity_table(contacts, results, kept_sellers(ctx, view))
    if table.empty:
        st.info(t("team.no_activity"), icon=":material/inbox:")
        return
    with st.container(border=True):
        st.subheader(t("team.activity_title"), anchor=False, help=t("team.activity_help"))
        if table["contacts"].sum():
            bars = table.iloc[:_MOST_BARS]
            named = bars.assign(
                name=people.with_names(ctx, bars["owner_id"]).map(lambda name: escape(str(name)))
            )
            parts = frames.activity_parts(ctx, contacts, bars)
            figure = activity_bars(named, parts, write=f.count_compact, mode=ctx.theme)
            draw(spec_of(figure), alt=t("team.activity_alt"), key="team_activity")
        else:
            st.caption(t("team.no_contacts"))
        rows.table(
            ctx, table, key="team_activity_table", money=("created_amount", "won_amount")
        )  # fmt: skip
        st.caption(t("team.activity_note"))
        about = behind(ctx, view)
        stamp = rows.stamp_of(
            ctx, subject=t("team.activity_title"), period=about.period, filters=about.filters
        )
        rows.download(ctx, table, name="team_activity", stamp=stamp)
