"""The review report of a forecast: what the page Forecast says, in one document, stamped."""

from dataclasses import asdict, replace

from charts.forecast import ForecastLabels
from ui import forecast_drivers, forecast_earlier, rows
from ui import forecast_frames as frames
from ui import forecast_loaders as load
from ui import forecast_tests as tests
from ui import forecast_words as words
from ui.context import PageContext
from ui.export import Stamp
from ui.forecast_answers import Answer
from ui.forecast_figures import figures
from ui.forecast_report_deals import deal_sections
from ui.forecast_view import ForecastView
from ui.report import Report, ReportChart, Section
from ui.report_parts import facts_of, headed


def report_of(ctx: PageContext, view: ForecastView, answer: Answer, stamp: Stamp) -> Report:
    """Return the report of a forecast in the viewer's language.

    Parameters
    ----------
    ctx : PageContext
    view : ForecastView
        Of the number.
    answer : Answer
        Its forecast: not empty.
    stamp : Stamp
        See ``report_stamp``.
    """
    sections = [
        _number(ctx, view, answer),
        _candidates(ctx, view, answer),
        _origins(ctx, view, answer),
        _changes(ctx, view, answer),
        _components(ctx, view),
        *deal_sections(ctx, view),
    ]
    at = f"{ctx.formats.instant(ctx.now)} ({ctx.formats.timezone})"
    said = asdict(stamp) | {"exported_at": at, "watermark": ctx.formats.day(view.last)}
    about = tuple((ctx.t(f"export.{name}"), value) for name, value in said.items())
    title = ctx.t("forecast.report_title", metric=ctx.t(f"metric.{view.metric}.name"))
    told = tuple(one for one in sections if one is not None)
    rest = ctx.t("forecast.report_rest", n="{n}")
    return Report(title, ctx.language, told, about, rest, ctx.now, ctx.viewer)


def report_stamp(ctx: PageContext, view: ForecastView, filters: str) -> Stamp:
    """Return what a report is of: the period under review, as known on the view's day."""
    subject = f"{ctx.t('page.forecast')} · {ctx.t(f'metric.{view.metric}.name')}"
    period = ctx.formats.period(view.start, view.end)
    known = ctx.t("pipeline.known_at", day=ctx.formats.day(view.as_of))
    made = rows.stamp_of(ctx, subject=subject, period=f"{period} · {known}", filters=filters)
    return replace(made, watermark=view.last.isoformat())


def _number(ctx: PageContext, view: ForecastView, answer: Answer) -> Section:
    made = answer.made
    said = [words.reason_words(ctx, made.chosen, made.reason)]
    said += words.coverage_words(ctx, made, view.frequency)
    said += words.note_words(ctx, made, view.frequency)
    table = frames.ahead_shown(ctx, view, frames.ahead_table(answer))
    return Section(
        ctx.t("forecast.view_number"), facts_of(ctx, figures(ctx, view, answer)), tuple(said),
        headed(ctx, table), _chart(ctx, view, answer),
    )  # fmt: skip


def _chart(ctx: PageContext, view: ForecastView, answer: Answer) -> ReportChart:
    t, f, made = ctx.t, ctx.formats, answer.made
    labels = ForecastLabels(
        t("forecast.actual"), t("forecast.running"),
        t("forecast.by", candidate=words.candidate(ctx, made.chosen)),
        *(t("forecast.band_name", level=f.share(level, 0)) for level in made.levels),
    )  # fmt: skip
    title = t("forecast.chart_title", metric=t(f"metric.{view.metric}.name"))
    points = frames.points(ctx, view, answer)
    return ReportChart(title, points, labels, lambda v: words.value(ctx, view, v))


def _candidates(ctx: PageContext, view: ForecastView, answer: Answer) -> Section:
    made, title = answer.made, ctx.t("forecast.candidates_title")
    if made.backtest.empty:
        return Section(title, sentences=(ctx.t("forecast.no_backtest"),))
    table = tests.candidates_shown(ctx, view, made, tests.candidate_table(made))
    note = ctx.t("forecast.prophet_note")
    return Section(title, sentences=(note,), table=headed(ctx, table))


def _origins(ctx: PageContext, view: ForecastView, answer: Answer) -> Section | None:
    made = answer.made
    if made.backtest.empty:
        return None
    table = tests.origins_shown(ctx, view, made, made.chosen)
    return Section(ctx.t("forecast.origins_title"), table=headed(ctx, table))


def _changes(ctx: PageContext, view: ForecastView, answer: Answer) -> Section | None:
    key = (ctx.settings, ctx.version, ctx.scope)
    earlier = forecast_earlier.earlier(*key, view.series_cut(), view.horizon)
    if earlier is None:
        return None
    table = frames.change_table(answer, earlier.forecast)
    said = [
        forecast_earlier.source_words(ctx, earlier),
        frames.verdict(ctx, view, table).words,
    ]
    return Section(
        ctx.t("forecast.changed_title"), sentences=tuple(one for one in said if one),
        table=headed(ctx, frames.change_shown(ctx, view, table)),
    )  # fmt: skip


def _components(ctx: PageContext, view: ForecastView) -> Section:
    t = ctx.t
    found = load.drivers(ctx.settings, ctx.version, ctx.scope, view.series_cut())
    if found is None:
        return Section(t("forecast.moves_title"), sentences=(t("forecast.no_components"),))
    said = (*forecast_drivers.sentences(ctx, found), t(f"forecast.seen_by_{found.frequency}"))
    table = headed(ctx, forecast_drivers.events_shown(ctx, found)) if len(found.events) else None
    return Section(t("forecast.moves_title"), sentences=said, table=table)
