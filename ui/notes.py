"""What changed and what needs attention, as sentences. Rules first, words by label key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import sqrt
from typing import NamedTuple

import pandas as pd

from analytics.churn_band import ChurnBand
from analytics.metric_registry import METRICS
from ui.filters import Horizon
from ui.forecast_answers import SERIES_METRICS
from ui.frames import records
from ui.overview import Measured, Overview

NOTABLE_CHANGE = 0.10  # of the base; below it a change is not worth a sentence
ABOUT_THE_SAME = 0.02
NOTABLE_SHARE_OF_MOVES = 0.25  # of all moves in a dimension
NOTABLE_SHARE_OF_BASE = 0.02
DOMINANT = 0.6  # who makes up so much of the base moves it as a matter of course
MAX_MOVERS, MAX_METRICS, MAX_FINDINGS = 3, 3, 4
STALE_DAYS = 3
NOTABLE_FINDING = 0.002  # of the table's rows
_Z, _TWO_SAMPLES = 1.96, 2**0.5


class Period(NamedTuple):
    """A calendar unit by its first day: what ``Formats.bucket`` writes."""

    start: date
    grain: str


@dataclass(frozen=True)
class Note:
    """A sentence to be: its label key and the values to be written into it.

    Attributes
    ----------
    key : str
        Label key under ``note.``.
    metric : str
        Whose format the values ``before``, ``now``, ``low`` and ``change`` have.
    numbers : dict
        Values in that format.
    words : dict
        Other fields: dimension, member, rule, …
    is_good : bool or None
        Direction, for the icon.
    """

    key: str
    metric: str = "net_revenue"
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    words: Mapping[str, object] = field(default_factory=dict)
    is_good: bool | None = None


def changed(seen: Overview) -> list[Note]:
    """Return what moved by more than chance and a tenth of its base; empty without a base."""
    revenue = seen.measured["net_revenue"]
    if seen.base is None or revenue.base_value is None or revenue.change is None:
        return []
    notes = [_revenue_note(revenue)]
    notes += _mover_notes(seen, abs(revenue.base_value))
    others = [m for m in seen.measured.values() if m.name != "net_revenue" and is_notable(m)]
    others.sort(key=lambda m: abs(m.relative_change or 0.0), reverse=True)
    return notes + [_metric_note(m) for m in others[:MAX_METRICS]]


def attention(
    seen: Overview,
    *,
    horizon: Horizon,
    today: date,
    findings: pd.DataFrame,
    table_rows: Mapping[str, int],
    churn: ChurnBand | None = None,
    outside: pd.DataFrame | None = None,
) -> list[Note]:
    """Return what a careful reader should know before acting."""
    notes = _churn_notes(churn) + _forecast_notes(outside)
    returns = seen.measured["return_rate"]
    if is_notable(returns) and (returns.change or 0) > 0 and returns.low is not None:
        numbers = {"now": returns.value, "before": returns.base_value, "low": returns.low}
        notes.append(Note("return_rate", "return_rate", numbers, is_good=False))
    days = (today - horizon.watermark).days
    if days > STALE_DAYS:
        notes.append(Note("stale", words={"watermark": horizon.watermark, "days": days}))
    if seen.end > date.fromordinal(horizon.watermark.toordinal() + 1):
        notes.append(Note("unfinished", words={"watermark": horizon.watermark}))
    if seen.base is not None and seen.base[0] < horizon.first:
        notes.append(Note("base_before_data", words={"first": horizon.first}))
    return notes + _finding_notes(findings, table_rows)


def _churn_notes(churn: ChurnBand | None) -> list[Note]:
    """Return a note where churn of the newest month left the band that was expected."""
    if churn is None or churn.verdict not in ("above", "below"):
        return []
    numbers = {"now": churn.value, "low": churn.low, "high": churn.high}
    words = {"month": churn.month, "months": churn.months}
    is_good = churn.verdict == "below"
    return [Note(f"churn_{churn.verdict}", "return_rate", numbers, words, is_good)]


def _forecast_notes(outside: pd.DataFrame | None) -> list[Note]:
    """Return a note for each period that left the band that was forecast for it."""
    named = {METRICS[name].numerator: name for name in SERIES_METRICS}
    notes = []
    for row in [] if outside is None else records(outside):
        metric = named.get(row["measure"])
        if metric is not None:
            is_above = row["actual"] > row["high_95"]
            numbers = {"now": row["actual"], "low": row["low_95"], "high": row["high_95"]}
            words = {"period": Period(row["period_on"].date(), row["frequency"])}
            key = "forecast_above" if is_above else "forecast_below"
            notes.append(Note(key, metric, numbers, words, is_good=is_above))
    return notes


def is_notable(one: Measured) -> bool:
    """Whether a change is larger than chance explains, and than a tenth of its base (counts)."""
    if one.change is None or one.base_value is None or not one.change:
        return False
    if METRICS[one.name].unit == "share":
        return _exceeds_interval(one) and abs(one.change) >= ABOUT_THE_SAME / 4
    if one.relative_change is None or abs(one.relative_change) < NOTABLE_CHANGE:
        return False
    if METRICS[one.name].unit == "count" and one.value is not None:
        return abs(one.change) > _Z * sqrt(abs(one.value) + abs(one.base_value))
    return one.low is None or _exceeds_interval(one)


def _exceeds_interval(one: Measured) -> bool:
    """Both periods vary: the half-width of one is widened to that of a difference of two."""
    if one.low is None or one.high is None or one.change is None:
        return False
    return abs(one.change) > _TWO_SAMPLES * (one.high - one.low) / 2


def _revenue_note(revenue: Measured) -> Note:
    numbers = {"now": revenue.value, "before": revenue.base_value, "change": revenue.change}
    if revenue.relative_change is None:
        return Note("revenue_from_nothing", numbers=numbers)
    words = {"relative": revenue.relative_change}
    if abs(revenue.relative_change) < ABOUT_THE_SAME:
        return Note("revenue_same", numbers=numbers, words=words)
    up = (revenue.change or 0) > 0
    return Note("revenue_up" if up else "revenue_down", numbers=numbers, words=words, is_good=up)


def _mover_notes(seen: Overview, base: float) -> list[Note]:
    found: list[tuple[float, Note]] = []
    for dimension, moves in seen.moves.items():
        total = float(moves["change"].abs().sum())
        for row in records(moves.head(MAX_MOVERS)):
            size = abs(float(row["change"]))
            if float(row["before"]) > DOMINANT * base:
                continue
            if size < NOTABLE_SHARE_OF_MOVES * total or size < NOTABLE_SHARE_OF_BASE * base:
                continue
            up = float(row["change"]) > 0
            numbers = {name: row[name] for name in ("now", "before", "change")}
            words = {"dimension": dimension, "member": row["member"]}
            key = "mover_up" if up else "mover_down"
            found.append((size, Note(key, numbers=numbers, words=words, is_good=up)))
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [note for _, note in found[:MAX_MOVERS]]


def _metric_note(one: Measured) -> Note:
    definition = METRICS[one.name]
    up = (one.change or 0) > 0
    numbers = {"now": one.value, "before": one.base_value}
    is_good = None if definition.direction == "neutral" else up == (definition.direction == "up")
    if definition.unit == "share":
        key, words = ("share_up" if up else "share_down"), {"points": one.change}
    else:
        key, words = ("metric_up" if up else "metric_down"), {"relative": one.relative_change}
    return Note(key, one.name, numbers, words, is_good)


def _finding_notes(findings: pd.DataFrame, table_rows: Mapping[str, int]) -> list[Note]:
    found = []
    for row in records(findings):
        share = int(row["rows"]) / max(1, table_rows.get(str(row["table_name"]), 0))
        if share >= NOTABLE_FINDING:
            words = {"rule": row["rule"], "table": row["table_name"], "rows": int(row["rows"])}
            found.append((share, Note("finding", words=words | {"share": share})))
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [note for _, note in found[:MAX_FINDINGS]]
