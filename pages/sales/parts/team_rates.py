"""The view 'rates' of the Team page: standing before order, and what chance alone would do."""

import streamlit as st

from charts.team_rates import FunnelLabels, funnel_plot, rate_intervals
from ui import rows
from ui import team_frames as frames
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.team_rates_view import LEAST_OTHERS, STANDINGS, Rates, rates
from ui.team_view import TeamView, behind

_MOST_ROWS = 60
_SURE = 0.05  # p above which a spread is compatible with none
_FUNNEL = ("closed", "person", "other", "warning", "alarm", "team")


def part(ctx: PageContext, view: TeamView) -> None:
    """Draw the view."""
    found = rates(ctx, view)
    if not found.found.team["closed"]:
        st.info(ctx.t("team.none_closed"), icon=":material/inbox:")
        return
    with st.container(border=True):
        _intervals(ctx, view, found)
    with st.container(border=True):
        _funnel(ctx, found)


def _intervals(ctx: PageContext, view: TeamView, found: Rates) -> None:
    t, f, prior = ctx.t, ctx.formats, found.found.prior
    st.subheader(t("team.rates_title"), anchor=False, help=t("team.rates_help"))
    st.markdown(_verdict(ctx, found))
    points = frames.rate_rows(ctx, found)
    figure = rate_intervals(
        points.iloc[:_MOST_ROWS],
        team=prior.mean,
        team_label=t("team.rate_of_team", rate=f.share(prior.mean)),
        write=f.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("team.rates_alt"), key="team_rates")
    if len(points) > _MOST_ROWS:
        st.caption(t("team.more_people", n=f.count(_MOST_ROWS), all=f.count(len(points))))
    for standing in STANDINGS:
        shown = frames.rates_shown(ctx, found, standing)
        if len(shown):
            name = t(f"team.standing_{standing}")
            st.markdown(f"**{name}** · {t('team.people', n=f.count(len(shown)))}")
            with st.container(key=f"standing_{standing}"):
                st.table(shown, hide_index=True, border="horizontal")
    st.caption(t("team.best_note", n=f.count(found.found.best)))
    st.caption(t("team.mix_note" if found.is_mixed else "team.mix_none"))
    if len(found.others):
        st.caption(t("team.others_note", n=f.count(len(found.others))))
    if found.has_too_few_others:
        st.caption(t("team.too_few_others", n=f.count(LEAST_OTHERS)))
    if found.without_owner:
        st.caption(t("team.closed_without_owner", n=f.count(found.without_owner)))
    about = behind(ctx, view)
    stamp = rows.stamp_of(
        ctx, subject=t("team.rates_title"), period=about.period, filters=about.filters
    )
    rows.download(ctx, frames.rates_table(found), name="team_rates", stamp=stamp)


def _verdict(ctx: PageContext, found: Rates) -> str:
    """Say whether people differ by more than chance at all, and how far."""
    t, f, prior = ctx.t, ctx.formats, found.found.prior
    if not prior.has_spread:
        return t("team.no_spread", rate=f.share(found.found.team["rate"]))
    key = "team.spread" if prior.p_value < _SURE else "team.spread_unsure"
    spread = f.points(prior.spread).removeprefix("+")
    return t(key, size=f.count(round(prior.size)), spread=spread, p=f.number(prior.p_value, 3))


def _funnel(ctx: PageContext, found: Rates) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("team.funnel_title"), anchor=False, help=t("team.funnel_help"))
    figure = funnel_plot(
        frames.rate_rows(ctx, found),
        found.curve,
        team=found.found.team["rate"],
        labels=FunnelLabels(*(t(f"team.funnel_{name}") for name in _FUNNEL)),
        write=f.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("team.funnel_alt"), key="team_funnel")
    outside = found.people["verdict"].isin(["above", "below"]).sum()
    key = "team.funnel_some" if outside else "team.funnel_none"
    st.caption(t(key, n=f.count(int(outside))))
