"""The view 'number' of the Forecast page: history, what is ahead, target, what changed since."""

import streamlit as st

from charts.forecast import ForecastLabels, forecast_lines
from ui import forecast_earlier, forecast_report_files, forecast_words, rows
from ui import forecast_frames as frames
from ui import forecast_loaders as load
from ui.context import PageContext
from ui.defined_tile import tiles
from ui.figures import draw, spec_of
from ui.forecast_figures import behind, figures, nothing_words, stamp
from ui.forecast_loaders import Answer
from ui.forecast_view import ForecastView
from ui.formats import plain


def part(ctx: PageContext, view: ForecastView) -> None:
    """Draw the view."""
    key = (ctx.settings, ctx.version, ctx.scope)
    cut = view.series_cut()
    with st.spinner(ctx.t("forecast.working")):
        answer = load.answer(*key, cut, view.horizon)
        earlier = forecast_earlier.earlier(*key, cut, view.horizon)
    if answer.made.forecast.empty:
        st.info(nothing_words(ctx, view, answer), icon=":material/inbox:")
        return
    tiles(ctx, figures(ctx, view, answer), behind(ctx, view))
    if view.is_of_deals:
        st.caption(ctx.t("forecast.series_apart"))
    with st.container(border=True):
        _chart(ctx, view, answer)
    if earlier is not None:
        with st.container(border=True):
            _changes(ctx, view, answer, earlier)
    with st.container(border=True):
        forecast_report_files.offer_report(ctx, view, answer)


def _chart(ctx: PageContext, view: ForecastView, answer: Answer) -> None:
    t, f, made = ctx.t, ctx.formats, answer.made
    title = t("forecast.chart_title", metric=t(f"metric.{view.metric}.name"))
    st.subheader(title, anchor=False, help=t("forecast.chart_help"))
    levels = [t("forecast.band_name", level=f.share(level, 0)) for level in made.levels]
    labels = ForecastLabels(
        t("forecast.actual"), t("forecast.running"),
        t("forecast.by", candidate=forecast_words.candidate(ctx, made.chosen)), *levels,
    )  # fmt: skip
    figure = forecast_lines(
        frames.points(ctx, view, answer), labels=labels,
        write=lambda v: forecast_words.value(ctx, view, v), mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("forecast.chart_alt"), key="forecast_chart")
    st.markdown(plain(forecast_words.reason_words(ctx, made.chosen, made.reason)))
    held = forecast_words.coverage_words(ctx, made, view.frequency)
    for words in [*held, *forecast_words.note_words(ctx, made, view.frequency)]:
        st.caption(plain(words))
    table = frames.ahead_table(answer)
    rows.table(ctx, frames.ahead_shown(ctx, view, table), key="forecast_table")
    rows.download(ctx, table, name="forecast", stamp=stamp(ctx, view, t("page.forecast")))


def _changes(
    ctx: PageContext, view: ForecastView, answer: Answer, earlier: forecast_earlier.Earlier
) -> None:
    t = ctx.t
    st.subheader(t("forecast.changed_title"), anchor=False, help=t("forecast.changed_help"))
    st.caption(forecast_earlier.source_words(ctx, earlier))
    table = frames.change_table(answer, earlier.forecast)
    verdict = frames.verdict(ctx, view, table)
    if verdict.is_outside:
        st.warning(plain(verdict.words), icon=":material/trending_flat:")
    elif verdict.words:
        st.markdown(plain(verdict.words))
    rows.table(ctx, frames.change_shown(ctx, view, table), key="forecast_changes")
    about = stamp(ctx, view, t("forecast.changed_title"))
    rows.download(ctx, table, name="forecast_changes", stamp=about)
