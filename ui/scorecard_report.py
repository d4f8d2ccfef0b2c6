"""The scorecard as a report: what the page says, in one document, stamped."""

from dataclasses import asdict, replace
from datetime import date

import pandas as pd

from ui import rows
from ui import scorecard_frames as frames
from ui import scorecard_words as words
from ui.context import PageContext
from ui.export import Stamp
from ui.report import Report, Section
from ui.report_parts import facts_of, headed
from ui.scorecard_answers import Measured
from ui.scorecard_drawer import behind
from ui.scorecard_view import ScorecardView


def report_of(ctx: PageContext, view: ScorecardView, found: list[Measured], stamp: Stamp) -> Report:
    """Return the scorecard in the viewer's language: figures, tables, each measure by month."""
    t = ctx.t
    at = f"{ctx.formats.instant(ctx.now)} ({ctx.formats.timezone})"
    said = asdict(stamp) | {"exported_at": at}
    about = tuple((t(f"export.{name}"), value) for name, value in said.items())
    sections = [
        Section(
            t("scorecard.table_title"), facts_of(ctx, frames.figures(ctx, view, found)),
            (*words.notes(ctx, found), t("scorecard.caution"), t("scorecard.chance")),
            headed(ctx, frames.shown(ctx, found)),
        ),
        *_against(ctx, view, found),
        Section(t("scorecard.by_month"), table=_months(ctx, found)),
    ]  # fmt: skip
    title = t("scorecard.report_title", day=ctx.formats.day(view.asked.day))
    rest = t("forecast.report_rest", n="{n}")
    return Report(title, ctx.language, tuple(sections), about, rest, ctx.now, ctx.viewer)


def report_stamp(ctx: PageContext, view: ScorecardView) -> Stamp:
    """Return what a scorecard is of."""
    day = ctx.formats.day(view.asked.day)
    period = ctx.t("scorecard.about", day=day, months=ctx.formats.count(view.asked.months))
    filters = ctx.t("filter.joiner").join(
        one for one in (view.filters, view.versus_words
                        and ctx.t("scorecard.against_title", other=view.versus_words)) if one
    )  # fmt: skip
    made = rows.stamp_of(ctx, subject=ctx.t("page.scorecard"), period=period, filters=filters)
    return replace(made, watermark=behind(ctx, view).last_day.isoformat())


def _against(ctx: PageContext, view: ScorecardView, found: list[Measured]) -> list[Section]:
    compared = frames.against_shown(ctx, found)
    if compared.empty:
        return []
    title = ctx.t("scorecard.against_title", other=view.versus_words)
    said = (ctx.t("scorecard.against_caution"),)
    return [Section(title, sentences=said, table=headed(ctx, compared))]


def _months(ctx: PageContext, found: list[Measured]) -> pd.DataFrame | None:
    """Return a row per month on either side, a column per measure; text."""
    columns: dict[str, dict[date, str]] = {}
    sides: dict[date, None] = {}
    for one in found:
        if one.change is None:
            continue
        told = frames.points(ctx, one)
        kept = told[told["side"] != "neither"]
        columns[ctx.t(f"metric.{one.name}.name")] = {
            day: words.written(ctx, one.name, value)
            for day, value in zip(kept["month_on"], kept["value"], strict=True)
        }
        sides |= dict.fromkeys(kept["month_on"])
    if not sides:
        return None
    days = sorted(sides)
    table = pd.DataFrame(
        {name: [values.get(day, "") for day in days] for name, values in columns.items()}
    )  # fmt: skip
    table.insert(0, ctx.t("column.month_on"), [ctx.formats.month(day) for day in days])
    return table
