"""Filters that live in the URL, so that a view can be bookmarked, shared and tested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from ui import periods

COMPARISONS: tuple[str, ...] = ("previous", "year", "none")
DIMENSIONS: tuple[str, ...] = ("region", "country", "channel", "category", "source")
SEGMENT = "segment"  # parameter of the address: the id of a saved segment
MISSING = "-"  # how the URL writes "the dimension is missing"
_MAX_VALUES = 200


@dataclass(frozen=True)
class Horizon:
    """First and last business day with data: what relative periods are relative to."""

    first: date
    watermark: date


@dataclass(frozen=True)
class ChosenSegment:
    """A saved segment as a filter: its id, its name, and its conditions as JSON."""

    segment_id: str
    name: str
    among: str


@dataclass(frozen=True)
class Filters:
    """Which orders a view is about.

    Attributes
    ----------
    period : str
        One of ``periods.PERIODS``.
    since, until : date or None
        First and last day (both included) of a custom period.
    compare : str
        One of ``COMPARISONS``.
    region, country, channel, category, source : tuple of str
        Values kept; empty keeps all. ``MISSING`` stands for rows without a value.
    segment : ChosenSegment or None
        Only what its members did.
    """

    period: str = "last_90_days"
    since: date | None = None
    until: date | None = None
    compare: str = "previous"
    region: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    segment: ChosenSegment | None = None

    @classmethod
    def from_query(
        cls,
        query: Mapping[str, Sequence[str]],
        *,
        offered: Mapping[str, Sequence[str]],
        segments: Mapping[str, ChosenSegment] | None = None,
    ) -> Self:
        """Read URL parameters. What is not on offer falls back to the default, never to SQL."""
        period, compare = _one(query, "period"), _one(query, "compare")
        since, until = _day(_one(query, "since")), _day(_one(query, "until"))
        if period == "custom" and (since is None or until is None or until < since):
            period = ""
        is_custom = period == "custom"
        chosen = cls(
            period=period if period in periods.PERIODS else cls.period,
            since=since if is_custom else None,
            until=until if is_custom else None,
            compare=compare if compare in COMPARISONS else cls.compare,
            segment=(segments or {}).get(_one(query, SEGMENT)),
        )
        return chosen.where(
            {
                name: tuple(v for v in offered[name] if v in set(query.get(name, ())))[:_MAX_VALUES]
                for name in DIMENSIONS
                if name in offered
            }
        )

    def to_query(self) -> dict[str, list[str]]:
        """Return the URL parameters that reproduce these filters; defaults are left out."""
        query: dict[str, list[str]] = {}
        if self.period != Filters.period:
            query["period"] = [self.period]
        if self.since is not None and self.until is not None:
            query |= {"since": [self.since.isoformat()], "until": [self.until.isoformat()]}
        if self.compare != Filters.compare:
            query["compare"] = [self.compare]
        if self.segment is not None:
            query[SEGMENT] = [self.segment.segment_id]
        return query | {name: list(values) for name, values in self.chosen().items()}

    def where(self, values: Mapping[str, Sequence[str]]) -> Self:
        """Return these filters with other dimension values."""
        changes: dict[str, Any] = {name: tuple(chosen) for name, chosen in values.items()}
        return replace(self, **changes)

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return the dimensions that keep only some values."""
        named = {name: getattr(self, name) for name in DIMENSIONS}
        return {name: values for name, values in named.items() if values}

    def bounds(self, horizon: Horizon) -> tuple[date, date]:
        """Return the half-open period.

        A custom one that reaches past the data ends with the data: days that have not come yet
        would be compared with days that have.
        """
        if self.period == "custom" and self.since is not None and self.until is not None:
            until = max(self.since, min(self.until, horizon.watermark))
            return self.since, date.fromordinal(until.toordinal() + 1)
        return periods.bounds(self.period, first=horizon.first, watermark=horizon.watermark)

    def compared(self, horizon: Horizon) -> tuple[date, date] | None:
        """Return the half-open period of the comparison, or None."""
        return periods.compared(self.period, self.compare, *self.bounds(horizon))


QUERY_NAMES: tuple[str, ...] = ("period", "since", "until", "compare", SEGMENT, *DIMENSIONS)


def _one(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = query.get(name) or ("",)
    return values[-1]


def _day(text: str) -> date | None:
    """Return a day of 1900 to 2199 written as 2025-01-31, else None."""
    if len(text) != 10 or not text.isascii():
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2199 else None
