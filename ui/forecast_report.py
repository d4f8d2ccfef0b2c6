"""The review report of a forecast: the page's numbers in one file, stamped."""

import io
from dataclasses import dataclass, fields
from html import escape

import pandas as pd
from plotly.offline import get_plotlyjs

from charts.forecast import ForecastLabels, forecast_lines
from forecasting.period_total import period_total
from ui import forecast_frames as frames
from ui import forecast_tests as tests
from ui import forecast_words as words
from ui.context import PageContext
from ui.export import Stamp, safe_frame, safe_text
from ui.forecast_answers import Answer
from ui.forecast_view import ForecastView

_STYLE = (
    "body{font:15px/1.5 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;"
    "max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2430}table{border-collapse:collapse;"
    "width:100%;margin:.5rem 0 1.5rem}th,td{border-bottom:1px solid #e6eaef;padding:.3rem .5rem;"
    "text-align:left;font-size:.9rem}dt{color:#566270}dd{margin:0 0 .4rem;font-weight:600}"
    "@media print{body{margin:0}}"
)


@dataclass(frozen=True, eq=False)
class Report:
    """What the report says.

    Attributes
    ----------
    title : str
    facts : tuple of (name, value)
        The numbers.
    sentences : tuple of str
    tables : tuple of (title, DataFrame)
        As the page shows them: text, headed in the viewer's language.
    chart : dict
        The figure, as Plotly takes it.
    stamp : tuple of (name, value)
        Filters, version, time.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]
    tables: tuple[tuple[str, pd.DataFrame], ...]
    chart: str
    stamp: tuple[tuple[str, str], ...]


def report_of(ctx: PageContext, view: ForecastView, answer: Answer, stamp: Stamp) -> Report:
    """Return the report of a forecast in the viewer's language."""
    t, f, made = ctx.t, ctx.formats, answer.made
    total = period_total(answer.known, made, view.start, view.end)
    period = f.period(view.start, view.end)
    level = f.share(total.level, 0)
    facts = [
        (t("forecast.period"), period),
        (t("forecast.total"), words.value(ctx, view, total.value)),
        (t("forecast.band_name", level=level), words.between(ctx, view, total.low, total.high)),
        (t("column.sold_so_far"), words.value(ctx, view, total.so_far)),
        (t("forecast.year_before"), words.value(ctx, view, total.before)),
    ]
    said = [words.reason_words(ctx, made.chosen, made.reason)]
    said += words.coverage_words(ctx, made, view.frequency)
    said += words.note_words(ctx, made, view.frequency)
    scores = tests.candidates_shown(ctx, view, made, tests.candidate_table(made))
    tables = [(t("page.forecast"), frames.ahead_shown(ctx, view, frames.ahead_table(answer)))]
    if len(made.backtest):
        tables.append((t("forecast.candidates_title"), scores))
        shown = tests.origins_shown(ctx, view, made, made.chosen)
        tables.append((t("forecast.origins_title"), shown))
    named = tuple(
        (title, table.rename(columns={name: t(f"column.{name}") for name in table}))
        for title, table in tables
    )
    labels = ForecastLabels(
        t("forecast.actual"), t("forecast.running"),
        t("forecast.by", candidate=words.candidate(ctx, made.chosen)),
        *(t("forecast.band_name", level=f.share(level, 0)) for level in made.levels),
    )  # fmt: skip
    figure = forecast_lines(
        frames.points(ctx, view, answer), labels=labels,
        write=lambda v: words.value(ctx, view, v),
    )  # fmt: skip
    about = tuple((t(f"export.{one.name}"), str(getattr(stamp, one.name))) for one in fields(stamp))
    title = t("forecast.report_title", metric=t(f"metric.{view.metric}.name"))
    return Report(title, tuple(facts), tuple(said), named, str(figure.to_json()), about)


def html_bytes(report: Report, language: str) -> bytes:
    """Return the report as one page that asks nothing of a network."""
    tables = "".join(
        f"<h2>{escape(title)}</h2>{table.to_html(index=False, border=0)}"
        for title, table in report.tables
    )
    chart = report.chart.replace("</", "<\\/")
    parts = [
        f"<!doctype html><html lang='{language.replace('_', '-')}'><head><meta charset='utf-8'>",
        f"<meta name='viewport' content='width=device-width'><title>{escape(report.title)}</title>",
        f"<style>{_STYLE}</style></head><body><h1>{escape(report.title)}</h1>",
        _listed(report.facts),
        "<div id='chart' style='width:100%;height:360px'></div>",
        "".join(f"<p>{escape(one)}</p>" for one in report.sentences),
        tables,
        _listed(report.stamp),
        f"<script>{get_plotlyjs()}</script>",
        f"<script>const f={chart};Plotly.newPlot('chart',f.data,f.layout,{{displayModeBar:false}})",
        "</script></body></html>",
    ]
    return "".join(parts).encode("utf-8")


def xlsx_bytes(report: Report, *, sheet: str) -> bytes:
    """Return the report as a workbook: what it is and says first, then a sheet a table."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True})
        first = book.add_worksheet(sheet)
        first.set_column(0, 0, 28)
        first.set_column(1, 1, 90)
        first.write_string(0, 0, report.title, head)
        lines = [*report.facts, *(("", one) for one in report.sentences), *report.stamp]
        for row, (name, value) in enumerate(lines, start=2):
            first.write_string(row, 0, str(safe_text(name)), head)
            first.write_string(row, 1, str(safe_text(value)))
        for place, (_, table) in enumerate(report.tables, start=1):
            page, safe = book.add_worksheet(str(place)), safe_frame(table)
            page.set_column(0, len(safe.columns), 20)
            for column, name in enumerate(safe.columns):
                page.write_string(0, column, str(name), head)
                for row, value in enumerate(safe.iloc[:, column], start=1):
                    page.write_string(row, column, str(value))
    return buffer.getvalue()


def _listed(pairs: tuple[tuple[str, str], ...]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
    return f"<dl>{rows}</dl>"
