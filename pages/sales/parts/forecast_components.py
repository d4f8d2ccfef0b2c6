"""The view 'components' of the Forecast page: growth, season, holidays and campaigns."""

import streamlit as st

from charts.forecast_parts import lines, share_bars
from forecasting.drivers import KINDS, Drivers
from ui import forecast_drivers as words
from ui import forecast_loaders as load
from ui import forecast_words, rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.forecast_figures import stamp
from ui.forecast_view import ForecastView
from ui.formats import plain


def part(ctx: PageContext, view: ForecastView) -> None:
    """Draw the view."""
    t, key = ctx.t, (ctx.settings, ctx.version, ctx.scope, view.series_cut())
    with st.spinner(t("forecast.working")):
        found = load.drivers(*key)
    if found is None:
        st.info(t("forecast.no_components"), icon=":material/hourglass_empty:")
        return
    with st.container(border=True):
        st.subheader(t("forecast.moves_title"), anchor=False, help=t("forecast.moves_help"))
        for sentence in words.sentences(ctx, found):
            st.markdown(plain(sentence))
        st.caption(t(f"forecast.seen_by_{found.frequency}"))
        answer = load.answer(*key, view.horizon)
        if odds := words.at_odds(ctx, view, found, answer.made):
            st.warning(plain(odds), icon=":material/difference:")
    with st.container(border=True):
        _trend(ctx, view, found)
    with st.container(border=True):
        _season(ctx, view, found)
    if len(found.events):
        with st.container(border=True):
            _events(ctx, view, found)


def _trend(ctx: PageContext, view: ForecastView, found: Drivers) -> None:
    t = ctx.t
    st.subheader(t("forecast.trend_title"), anchor=False, help=t("forecast.trend_help"))
    names = [(name, t(f"forecast.{name}")) for name in ("actual", "trend", "fitted")]
    figure = lines(
        words.trend_points(ctx, view, found), names,
        write=lambda v: forecast_words.value(ctx, view, v), mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("forecast.trend_alt"), key="forecast_trend")
    about = stamp(ctx, view, t("forecast.trend_title"))
    rows.download(ctx, found.trend, name="forecast_trend", stamp=about)


def _season(ctx: PageContext, view: ForecastView, found: Drivers) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("forecast.season_title"), anchor=False, help=t("forecast.season_help"))
    kinds = [(kind, t(f"forecast.kind_{kind}")) for kind in KINDS if found.months[kind].any()]
    figure = share_bars(
        words.month_bars(ctx, found), kinds, write=lambda v: f.share(v, 0), mode=ctx.theme
    )
    draw(spec_of(figure), alt=t("forecast.season_alt"), key="forecast_season")
    if len(found.weekdays):
        st.markdown(f"**{t('forecast.week_title')}**")
        bars = share_bars(
            words.weekday_bars(ctx, found), [("season", t("forecast.kind_season"))],
            write=lambda v: f.share(v, 0), mode=ctx.theme, height=200,
        )  # fmt: skip
        draw(spec_of(bars), alt=t("forecast.week_alt"), key="forecast_week")
    about = stamp(ctx, view, t("forecast.season_title"))
    rows.download(ctx, found.months, name="forecast_season", stamp=about)


def _events(ctx: PageContext, view: ForecastView, found: Drivers) -> None:
    t = ctx.t
    st.subheader(t("forecast.events_title"), anchor=False, help=t("forecast.events_help"))
    rows.table(ctx, words.events_shown(ctx, found), key="forecast_events")
    st.caption(t("forecast.events_note"))
    about = stamp(ctx, view, t("forecast.events_title"))
    table = found.events.rename(columns={"name": "event", "kind": "event_kind"})
    rows.download(ctx, table, name="forecast_events", stamp=about)
