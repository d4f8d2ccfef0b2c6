"""``report forecast``: the review of a forecast as a file that stands alone."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.analyze_forecast import Frequency, forecast_cut, now_known
from cli.app import app, now, print_error, print_line, settings
from cli.asking import Segment, Where, day, published
from cli.export_file import put, refuse_target
from crm_data.commands.exports import record_export
from crm_data.errors import UsageError
from crm_data.queries import series
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from ui.context import PageContext
from ui.export import Stamp
from ui.forecast_answers import HORIZONS, SERIES_METRICS, answer_of, events_of, landed
from ui.forecast_report import Report, html_bytes, report_of, xlsx_bytes
from ui.forecast_view import ForecastView, review_days
from ui.formats import Formats
from ui.translations import catalogue

_ACTOR = "cli"
_NOT_INSTALLED = {".pdf": "a PDF writer", ".pptx": "python-pptx"}


class Review(StrEnum):
    """Periods under review."""

    this_quarter = "this_quarter"
    next_quarter = "next_quarter"
    this_month = "this_month"
    next_month = "next_month"
    this_year = "this_year"


report_app = typer.Typer(help="Write a report to a file.", no_args_is_help=True)
app.add_typer(report_app, name="report")


@report_app.callback()
def report() -> None:
    """Write a report to a file."""


@report_app.command("forecast")
def forecast(
    to: Annotated[Path, typer.Option("--to", help="FILE.html or FILE.xlsx.")],
    metric: Annotated[str, typer.Option(help="What is forecast.")] = SERIES_METRICS[0],
    frequency: Annotated[Frequency, typer.Option(help="Unit.")] = Frequency.month,
    horizon: Annotated[int | None, typer.Option(min=1, max=400, help="Units ahead.")] = None,
    period: Annotated[Review, typer.Option(help="Under review.")] = Review.this_quarter,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Know nothing after this day.")
    ] = None,
    where: Where = None,
    segment: Segment = None,
    language: Annotated[str, typer.Option(help="en or zh_CN; default: CRM_LANGUAGE.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing FILE.")] = False,
) -> None:
    """Write the forecast review: number, band, candidates, what was said at each origin."""
    config = settings()
    write = _writer(to)
    refuse_target(to, force=force)
    cut = forecast_cut(metric, frequency.value, "", as_of, where or [], segment)
    ahead = horizon or int(HORIZONS[frequency.value][0])
    with published() as (connection, version):
        found = series.metric_series(connection, cut, scope=EVERYTHING)
        events = events_of(connection, cut, config.holiday_country)
        so_far = now_known(connection, cut)
        first, last = series.series_days(connection, cut)
    if found.empty or first is None or last is None:
        print_error("Nothing is known of this metric. Import its table, or ask for less.")
        raise typer.Exit(1)
    answer = landed(answer_of(found, events, ahead, cut.frequency), so_far)
    ctx = _context(config, version, language or config.language)
    days = review_days(period.value, last)
    view = ForecastView(
        "number", metric, cut.frequency, ahead, period.value, *days, cut.where, cut.among,
        day(as_of, "--as-of") or last, first, last,
    )  # fmt: skip
    stamp = _stamp(ctx, view, where or [], last)
    content = write(report_of(ctx, view, answer, stamp), ctx)
    put(
        to, content,
        lambda: record_export(
            config, now=ctx.now, actor=_ACTOR, what=f"report:forecast:{metric}", version=version,
            rows=len(answer.made.forecast), filters=stamp.filters,
        ),
    )  # fmt: skip
    print_line(f"Wrote {to}")


def _writer(to: Path) -> Callable[[Report, PageContext], bytes]:
    suffix = to.suffix.lower()
    if suffix == ".html":
        return lambda report, ctx: html_bytes(report, ctx.language)
    if suffix == ".xlsx":
        return lambda report, ctx: xlsx_bytes(report, sheet=ctx.t("export.sheet"))
    missing = _NOT_INSTALLED.get(suffix)
    why = f"{missing} is not part of this installation" if missing else "no such kind is known"
    raise UsageError(
        "report_format",
        f"{to} cannot be written: {why}. End its name in .html (a browser prints it) or .xlsx.",
        path=str(to),
    )


def _context(config: Settings, version: str, language: str) -> PageContext:
    formats = Formats(language, config.currency, config.timezone)
    present = now()
    return PageContext(
        config, version, EVERYTHING, _ACTOR, language, present.date(), present,
        catalogue(language), formats,
    )  # fmt: skip


def _stamp(ctx: PageContext, view: ForecastView, where: list[str], last: date) -> Stamp:
    return Stamp(
        subject=f"{ctx.t('page.forecast')} · {ctx.t(f'metric.{view.metric}.name')}",
        period=ctx.formats.day(view.as_of),
        filters=", ".join(where) or ctx.t("filter.none"),
        version=ctx.version,
        watermark=last.isoformat(),
        exported_at=ctx.now.isoformat(timespec="seconds"),
        exported_by=ctx.viewer,
    )
