"""The view 'quota' of the Team page: pace of all, quotas of people and teams."""

import streamlit as st

from charts.team import PaceLabels, QuotaLabels, pace_lines, quota_bars
from ui import rows
from ui import team_frames as frames
from ui.context import PageContext
from ui.export import Stamp
from ui.figures import draw, spec_of
from ui.formats import is_missing
from ui.team_view import TeamView, behind, quotas

_MOST_BARS = 40
_MONEY = ("quota", "won", "quota_gap", "open_value")
_TEAM_MONEY = ("won", "quota_of_parts", "quota_own")


def part(ctx: PageContext, view: TeamView) -> None:
    """Draw the view."""
    t, f = ctx.t, ctx.formats
    found = quotas(ctx, view)
    if found.people.empty:
        st.info(t("team.nobody"), icon=":material/inbox:")
        return
    with st.container(border=True):
        st.subheader(t("team.pace_title"), anchor=False, help=t("team.pace_help"))
        quota = float(found.total["quota"].iloc[0])
        figure = pace_lines(
            frames.pace_points(ctx, view, found),
            frames.usual_points(found),
            quota=None if is_missing(quota) else quota,
            labels=PaceLabels(*(t(f"team.pace_{n}") for n in ("won", "line", "even", "elapsed"))),
            write=f.money_compact,
            write_share=lambda share: f.share(share, 0),
            mode=ctx.theme,
        )
        draw(spec_of(figure), alt=t("team.pace_alt"), key="team_pace")
        if found.curve.empty:
            st.caption(t("team.no_past"))
        else:
            st.caption(t("team.past", n=f.count(int(found.curve["periods"].iloc[0]))))
    with st.container(border=True):
        st.subheader(t("team.quota_title"), anchor=False, help=t("team.quota_help"))
        bars = frames.quota_rows(ctx, found)
        labels = QuotaLabels(*(t(f"team.bar_{n}") for n in ("won", "due", "quota")))
        figure = quota_bars(
            bars.iloc[:_MOST_BARS], labels=labels, write=f.money_compact, mode=ctx.theme
        )
        draw(spec_of(figure), alt=t("team.quota_alt"), key="team_quota_bars")
        if len(bars) > _MOST_BARS:
            st.caption(t("team.more_people", n=f.count(_MOST_BARS), all=f.count(len(bars))))
        if found.without_owner:
            st.caption(t("team.without_owner", n=f.count(found.without_owner)))
        table = frames.quota_table(found)
        shown = frames.quota_shown(ctx, table)
        rows.table(ctx, shown, key="team_quota_table", money=_MONEY)
        rows.download(ctx, table, name="team_quotas", stamp=_stamp(ctx, view, "team.quota_title"))
    if len(found.teams) > 1 or found.teams["own"].notna().any():
        with st.container(border=True):
            st.subheader(t("team.teams_title"), anchor=False, help=t("team.teams_help"))
            teams = frames.team_table(ctx, found)
            shown = rows.with_shares(ctx, teams, "attained")
            rows.table(ctx, shown, key="team_teams", money=_TEAM_MONEY)
            stamp = _stamp(ctx, view, "team.teams_title")
            rows.download(ctx, teams, name="teams", stamp=stamp)


def _stamp(ctx: PageContext, view: TeamView, subject: str) -> Stamp:
    about = behind(ctx, view)
    return rows.stamp_of(ctx, subject=ctx.t(subject), period=about.period, filters=about.filters)
