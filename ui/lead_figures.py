"""The figures of leads in words, with all that is behind each."""

import pandas as pd

from analytics.lead_flow import FirstResponse
from analytics.lifetime_summaries import MedianLifetime
from ui.context import PageContext
from ui.defined_tile import DefinedFigure
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records
from ui.lead_frames import hours_text
from ui.lead_loaders import LeadPick
from ui.lead_view import Converted, LeadView, waiting_of

_DAY = 24.0  # hours


def figures(
    ctx: PageContext, view: LeadView, found: pd.DataFrame, response: FirstResponse,
    conversion: Converted, waiting: int,
) -> list[DefinedFigure]:  # fmt: skip
    """Return volume, first response, shares contacted in time, conversion, and who waits."""
    t, f = ctx.t, ctx.formats
    count, pick = f.count(len(found)), LeadPick(view.cut)
    known = response.leads - response.unknown
    return [
        DefinedFigure("leads.count", count, n=count, pick=pick),
        _time(ctx, "leads.median", response.median, known, view),
        _time(ctx, "leads.p90", response.p90, known, view),
        _within(ctx, view, response),
        _converted(ctx, view, conversion),
        DefinedFigure("leads.waiting", f.count(waiting), t("leads.waiting_note"),
                      n=f.count(waiting), period=f.day(view.chosen.as_of), pick=waiting_of(view)),
    ]  # fmt: skip


def _time(
    ctx: PageContext, key: str, found: MedianLifetime, n: int, view: LeadView
) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    pick = LeadPick(view.cut, is_timed=True)
    if is_missing(found.median):
        note = t("leads.not_reached") if n else t("leads.none_known")
        return DefinedFigure(key, NOT_DEFINED, note, n=f.count(n), pick=pick)
    low, high = hours_text(ctx, found.low), hours_text(ctx, found.high)
    if is_missing(found.high):  # the upper edge of the curve does not come down so far
        note = interval = t("leads.interval_open", low=low, n=f.count(n))
    else:
        note = t("tile.interval", low=low, high=high, n=f.count(n))
        interval = t("tile.interval_only", low=low, high=high)
    value = hours_text(ctx, found.median)
    return DefinedFigure(key, value, note, n=f.count(n), interval=interval, pick=pick)


def _within(ctx: PageContext, view: LeadView, response: FirstResponse) -> DefinedFigure:
    """Return the share contacted within a day, and below it that within an hour."""
    t, f = ctx.t, ctx.formats
    rows = {row["hours"]: row for row in records(response.within)}
    day, hour = rows[_DAY], rows[1.0]

    def told(row: dict[str, float]) -> str:
        sides = {"low": f.share(row["low"]), "high": f.share(row["high"])}
        return t("tile.interval", **sides, n=f.count(row["n"]))

    notes = [told(day)] if day["n"] else []
    notes.append(t("leads.within_hour", share=f.share(hour["share"]), n=f.count(hour["n"])))
    return DefinedFigure(
        "leads.within_day", f.share(day["share"]), " · ".join(notes),
        numerator=f.count(day["contacted"]), denominator=f.count(day["n"]), n=f.count(day["n"]),
        pick=LeadPick(view.cut, is_timed=True, watched_hours=_DAY),
    )  # fmt: skip


def _converted(ctx: PageContext, view: LeadView, found: Converted) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    days = t("leads.within_days", n=f.count(view.days))
    if not found.old_enough:
        return DefinedFigure("leads.conversion", NOT_DEFINED, t("leads.too_young", days=days))
    sides = {"low": f.share(found.low), "high": f.share(found.high)}
    note = f"{days} · {t('tile.interval', **sides, n=f.count(found.old_enough))}"
    return DefinedFigure(
        "leads.conversion", f.share(found.share), note, numerator=f.count(found.converted),
        denominator=f.count(found.old_enough), n=f.count(found.old_enough),
        interval=t("tile.interval_only", **sides), pick=LeadPick(view.old_enough),
    )  # fmt: skip
