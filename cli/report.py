"""``report forecast``: the review of a forecast as a file that stands alone."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.analyze_forecast import Frequency, forecast_cut
from cli.app import app, now, print_error, print_line, settings
from cli.asking import Segment, Where, published
from cli.export_file import put, refuse_target
from crm_data.commands.exports import record_export
from crm_data.errors import UsageError
from crm_data.queries.series import SeriesCut
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from ui.context import PageContext
from ui.export import Stamp
from ui.forecast_answers import HORIZONS, SERIES_METRICS
from ui.forecast_view import ForecastView, is_of_deals, review_days
from ui.formats import Formats
from ui.no_server import be_quiet
from ui.report import Report
from ui.report_html import html_bytes
from ui.report_pdf import pdf_bytes, refuse_pdf
from ui.report_pptx import pptx_bytes
from ui.report_xlsx import xlsx_bytes
from ui.translations import LANGUAGES, catalogue

_ACTOR = "cli"
_Writer = Callable[[Report], bytes]


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
    to: Annotated[Path, typer.Option("--to", help="FILE.html, .pdf, .xlsx or .pptx.")],
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
    """Write the forecast review: number, target, back-test, what changed, pipeline, scoreboard."""
    config = settings()
    with published() as (_, version):
        ctx = report_context(config, version, language or config.language)
    write = writer_of(to, ctx)
    refuse_target(to, force=force)
    cut = forecast_cut(metric, frequency.value, "", as_of, where or [], segment)
    ahead = horizon or int(HORIZONS[frequency.value][0])
    made = _review(ctx, metric, cut, ahead, period.value, segment)
    if made is None:
        print_error("Nothing is known of this metric. Import its table, or ask for less.")
        raise typer.Exit(1)
    report, stamp, rows = made
    put(
        to, write(report),
        lambda: record_export(
            config, now=ctx.now, actor=_ACTOR, what=f"report:forecast:{metric}", version=version,
            rows=rows, filters=stamp.filters,
        ),
    )  # fmt: skip
    print_line(f"Wrote {to}")


def _review(
    ctx: PageContext, metric: str, cut: SeriesCut, ahead: int, period: str, segment: str | None
) -> tuple[Report, Stamp, int] | None:
    """Return the report, what it is of and how many periods it forecasts; None without data.

    It is read as the page reads it, so that both say the same.
    """
    be_quiet()  # before the modules below make their caches
    from ui import forecast_loaders
    from ui.filter_bar import filters_in_words
    from ui.forecast_choices import known_days
    from ui.forecast_report import report_of, report_stamp

    days = known_days(ctx)["deals" if is_of_deals("number", metric) else "orders"]
    if days is None:
        return None
    as_of = min(cut.as_of or days[1], days[1])
    view = ForecastView(
        "number", metric, cut.frequency, ahead, period, *review_days(period, as_of), cut.where,
        cut.among, as_of, *days,
    )  # fmt: skip
    answer = forecast_loaders.answer(
        ctx.settings, ctx.version, ctx.scope, view.series_cut(), ahead
    )  # fmt: skip
    if answer.made.forecast.empty:
        return None
    words = [ctx.t("segments.described", name=segment)] if segment else []
    filters = ctx.t("filter.joiner").join([*words, *filters_in_words(ctx, cut.where)])
    stamp = report_stamp(ctx, view, filters)
    return report_of(ctx, view, answer, stamp), stamp, len(answer.made.forecast)


def writer_of(to: Path, ctx: PageContext) -> _Writer:
    """Return what makes the content of a file, by its extension."""
    writers: dict[str, _Writer] = {
        ".html": html_bytes,
        ".pdf": lambda report: pdf_bytes(
            ctx.settings, html_bytes(report, is_print=True), report.made_at
        ),
        ".xlsx": lambda report: xlsx_bytes(report, sheet=ctx.t("export.sheet")),
        ".pptx": pptx_bytes,
    }
    suffix = to.suffix.lower()
    if suffix not in writers:
        raise UsageError(
            "report_format",
            f"{to} cannot be written: no such kind is known. End its name in {', '.join(writers)}.",
            path=str(to),
        )
    if suffix == ".pdf":
        refuse_pdf(ctx.settings, to)
    return writers[suffix]


def report_context(config: Settings, version: str, language: str) -> PageContext:
    """Return the context in which a report is written: that of a page, for who sees everything."""
    if language not in LANGUAGES:
        raise UsageError(
            "report_language",
            f"'{language}' is not a language of reports. Choose one of {', '.join(LANGUAGES)}.",
            language=language,
        )
    formats = Formats(language, config.currency, config.timezone)
    present = now()
    return PageContext(
        config, version, EVERYTHING, _ACTOR, language, present.date(), present,
        catalogue(language), formats,
    )  # fmt: skip
