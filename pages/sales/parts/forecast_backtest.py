"""The view 'backtest' of the Forecast page: what every candidate would have said in the past."""

import streamlit as st

from charts.forecast_parts import error_bars, lines
from pages.sales.parts import forecast_series_form
from ui import forecast_loaders as load
from ui import forecast_tests as tests
from ui import forecast_words, rows
from ui.choices import selected
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.forecast_figures import stamp
from ui.forecast_loaders import Answer
from ui.forecast_view import ForecastView
from ui.formats import plain


def part(ctx: PageContext, view: ForecastView) -> None:
    """Draw the view."""
    with st.spinner(ctx.t("forecast.working")):
        answer = load.answer(ctx.settings, ctx.version, ctx.scope, view.series_cut(), view.horizon)
    made = answer.made
    st.markdown(plain(forecast_words.reason_words(ctx, made.chosen, made.reason)))
    if made.backtest.empty:
        st.info(ctx.t("forecast.no_backtest"), icon=":material/hourglass_empty:")
    else:
        with st.container(border=True):
            _candidates(ctx, view, answer)
        with st.container(border=True):
            _origins(ctx, view, answer)
    forecast_series_form.part(ctx)


def _candidates(ctx: PageContext, view: ForecastView, answer: Answer) -> None:
    t = ctx.t
    st.subheader(t("forecast.candidates_title"), anchor=False, help=t("forecast.candidates_help"))
    table = tests.candidate_table(answer.made)
    bars = tests.candidate_bars(ctx, answer.made, table)
    figure = error_bars(
        bars, measure=t("forecast.mase_axis"), write=lambda v: ctx.formats.number(v, 2),
        mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("forecast.candidates_alt"), key="forecast_candidates")
    shown = tests.candidates_shown(ctx, view, answer.made, table)
    rows.table(ctx, shown, key="forecast_scores")
    st.caption(t("forecast.prophet_note"))
    for words in forecast_words.coverage_words(ctx, answer.made, view.frequency):
        st.caption(plain(words))
    about = stamp(ctx, view, t("forecast.candidates_title"))
    rows.download(ctx, table, name="forecast_candidates", stamp=about)


def _origins(ctx: PageContext, view: ForecastView, answer: Answer) -> None:
    t, made = ctx.t, answer.made
    st.subheader(t("forecast.origins_title"), anchor=False, help=t("forecast.origins_help"))
    names = [made.chosen, *(n for n in made.scores["candidate"] if n != made.chosen)]
    name = selected(ctx, "candidate", names, "forecast.candidate")
    points, columns = tests.origin_points(ctx, view, answer, name)
    figure = lines(
        points, columns, faint=[column for column, _ in columns[1:]],
        write=lambda v: forecast_words.value(ctx, view, v), mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("forecast.origins_alt"), key="forecast_origins")
    shown = tests.origins_shown(ctx, view, made, name)
    rows.table(ctx, shown, key="forecast_origin_table")
    st.caption(t("forecast.origins_note"))
    table = tests.backtest_table(made)
    about = stamp(ctx, view, t("forecast.origins_title"))
    rows.download(ctx, table, name="forecast_backtest", stamp=about)
