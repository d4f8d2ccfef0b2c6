"""The figures of leads in words, with all that is behind each."""

import pandas as pd

from analytics.lead_flow import FirstResponse
from analytics.lifetime_summaries import MedianLifetime
from ui.context import PageContext
from ui.defined_tile import DefinedFigure
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records
from ui.lead_frames import hours_text
from ui.lead_view import Converted, LeadView


def figures(
    ctx: PageContext, view: LeadView, found: pd.DataFrame, response: FirstResponse,
    conversion: Converted, waiting: int,
) -> list[DefinedFigure]:  # fmt: skip
    """Return volume, first response, shares contacted in time, conversion, and who waits."""
    t, f = ctx.t, ctx.formats
    count = f.count(len(found))
    known = response.leads - response.unknown
    return [
        DefinedFigure("leads.count", count, facts={"definition.n": count}),
        _time(ctx, "leads.median", response.median, known),
        _time(ctx, "leads.p90", response.p90, known),
        _within(ctx, response),
        _converted(ctx, view, conversion),
        DefinedFigure("leads.waiting", f.count(waiting), t("leads.waiting_note"),
                      {"definition.n": f.count(waiting)}),
    ]  # fmt: skip


def _time(ctx: PageContext, key: str, found: MedianLifetime, n: int) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    facts = {"definition.n": f.count(n)}
    if is_missing(found.median):
        note = t("leads.not_reached") if n else t("leads.none_known")
        return DefinedFigure(key, NOT_DEFINED, note, facts)
    low, high = hours_text(ctx, found.low), hours_text(ctx, found.high)
    if is_missing(found.high):  # the upper edge of the curve does not come down so far
        note = t("leads.interval_open", low=low, n=f.count(n))
        facts["definition.interval"] = note
    else:
        note = t("tile.interval", low=low, high=high, n=f.count(n))
        facts["definition.interval"] = t("tile.interval_only", low=low, high=high)
    return DefinedFigure(key, hours_text(ctx, found.median), note, facts)


def _within(ctx: PageContext, response: FirstResponse) -> DefinedFigure:
    """Return the share contacted within a day, and below it that within an hour."""
    t, f = ctx.t, ctx.formats
    rows = {row["hours"]: row for row in records(response.within)}
    day, hour = rows[24.0], rows[1.0]

    def told(row: dict[str, float]) -> str:
        sides = {"low": f.share(row["low"]), "high": f.share(row["high"])}
        return t("tile.interval", **sides, n=f.count(row["n"]))

    notes = [told(day)] if day["n"] else []
    notes.append(t("leads.within_hour", share=f.share(hour["share"]), n=f.count(hour["n"])))
    facts = {
        "definition.numerator": f.count(day["contacted"]),
        "definition.denominator": f.count(day["n"]),
        "definition.n": f.count(day["n"]),
    }
    return DefinedFigure("leads.within_day", f.share(day["share"]), " · ".join(notes), facts)


def _converted(ctx: PageContext, view: LeadView, found: Converted) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    days = t("leads.within_days", n=f.count(view.days))
    if not found.old_enough:
        return DefinedFigure("leads.conversion", NOT_DEFINED, t("leads.too_young", days=days))
    sides = {"low": f.share(found.low), "high": f.share(found.high)}
    facts = {
        "definition.numerator": f.count(found.converted),
        "definition.denominator": f.count(found.old_enough),
        "definition.n": f.count(found.old_enough),
        "definition.interval": t("tile.interval_only", **sides),
    }
    note = f"{days} · {t('tile.interval', **sides, n=f.count(found.old_enough))}"
    return DefinedFigure("leads.conversion", f.share(found.share), note, facts)
