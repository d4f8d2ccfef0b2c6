"""The scorecard in words: values, differences, verdicts, what they are worth."""

from collections.abc import Callable
from datetime import date
from functools import partial

from analytics.before_after import Against, Change, Drift, Spans, Verdict
from analytics.metric_registry import metric
from crm_data.calendar import add_months
from ui.context import PageContext
from ui.formats import NOT_DEFINED, is_missing
from ui.scorecard_answers import Measured


def written(ctx: PageContext, name: str, value: float) -> str:
    """Return a value of a measure."""
    if is_missing(value):
        return NOT_DEFINED
    unit = metric(name).unit
    if unit in ("number", "count"):
        return ctx.formats.number(value, 1)
    return ctx.formats.value_short(value, unit)


def difference(ctx: PageContext, name: str, value: float) -> str:
    """Return a difference of two values, signed; of shares in points."""
    if is_missing(value):
        return NOT_DEFINED
    unit = metric(name).unit
    if unit == "share":
        return ctx.formats.points(value)
    if unit == "money":
        return ctx.formats.money_change(value)
    text = ctx.formats.number(value, 1)
    return f"+{text}" if value > 0 else text


def interval(ctx: PageContext, name: str, low: float, high: float) -> str:
    """Return an interval of a difference."""
    return between(ctx, writer(ctx, name), low, high)


def between(ctx: PageContext, write: Callable[[float], str], low: float, high: float) -> str:
    """Return an interval whose sides ``write`` writes."""
    if is_missing(low):
        return NOT_DEFINED
    return ctx.t("tile.interval_only", low=write(low), high=write(high))


def writer(ctx: PageContext, name: str, *, is_relative: bool = False) -> Callable[[float], str]:
    """Return what writes a difference of a measure; a relative one in percent."""
    return ctx.formats.change if is_relative else partial(difference, ctx, name)


def verdict(ctx: PageContext, name: str, found: Verdict) -> str:
    """Return a verdict by which way is good."""
    if found not in ("up", "down"):
        return ctx.t(f"scorecard.verdict_{found}")
    good = metric(name).direction
    if good == "neutral":
        return ctx.t(f"scorecard.verdict_{found}")
    return ctx.t("scorecard.verdict_better" if found == good else "scorecard.verdict_worse")


def answer(ctx: PageContext, one: Measured) -> str:
    """Return what is said of a measure: its verdict, or why there is none."""
    if one.change is None:
        day = "" if one.known_from is None else ctx.formats.day(one.known_from)
        return ctx.t(f"scorecard.state_{one.state}", day=day)
    told = verdict(ctx, one.name, one.change.verdict)
    return told + drifting(ctx, one.change)


def drifting(ctx: PageContext, change: Change) -> str:
    """Return that a measure already went the way in which it moved; empty where it did not."""
    if change.verdict in ("up", "down") and change.drift == change.verdict:
        return " · " + ctx.t(f"scorecard.drift_{change.drift}")
    return ""


def unseen(ctx: PageContext, one: Measured) -> str:
    """Return how small a change could not have been told; empty where there is a verdict."""
    change = one.change
    if change is None or change.verdict != "cannot_tell" or is_missing(change.low):
        return ""
    half = (change.high - change.low) / 2
    return ctx.t("scorecard.unseen", size=difference(ctx, one.name, half).lstrip("+"))


def months(ctx: PageContext, at: Spans) -> str:
    """Return which months are compared."""
    return f"{span(ctx, at.before)} → {span(ctx, at.after)}"


def span(ctx: PageContext, of: tuple[date, date]) -> str:
    """Return months, the last one included."""
    start, end = of
    if end <= start:
        return NOT_DEFINED
    last = add_months(end, -1)
    f = ctx.formats
    return f.month(start) if last == start else f"{f.month(start)}–{f.month(last)}"


def fairness(ctx: PageContext, against: Against) -> str:
    """Return whether the two groups went together before."""
    return ctx.t(f"scorecard.pretrend_{_pretrend(against.pretrend)}")


def notes(ctx: PageContext, found: list[Measured]) -> list[str]:
    """Return what to know of measures of which some months are on neither side."""
    told, names = [], dict[int, list[str]]()
    for one in found:
        name = ctx.t(f"metric.{one.name}.name")
        if one.change is not None and one.series.silent_days:
            names.setdefault(one.series.silent_days, []).append(name)
        if one.change is not None and one.series.early_lag:
            told.append(ctx.t("scorecard.note_early", name=name))
    for days, those in names.items():
        name = ctx.t("filter.separator").join(those)
        told.append(ctx.t("scorecard.note_silence", name=name, days=ctx.formats.count(days)))
    return told


def _pretrend(found: Drift) -> str:
    return "apart" if found in ("up", "down") else found
