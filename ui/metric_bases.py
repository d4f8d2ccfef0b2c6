"""What a cut is compared with, and how the groups of the two are brought together."""

from datetime import date, timedelta

import pandas as pd

from analytics import periods
from analytics.metric_registry import Metric
from analytics.periods import BasePeriod, Comparison, Shift
from crm_data.calendar import floor_to, months_between, step
from crm_data.errors import UsageError
from crm_data.queries.cut import Cut, Where

# A kind of comparison, or the period [start, end) itself.
Compare = Comparison | tuple[date, date] | None


def base_of(cut: Cut, compare: Compare) -> BasePeriod | None:
    """Return the period that ``cut`` is compared with; ``UsageError`` when it is open."""
    if compare is None:
        return None
    if cut.start is None or cut.end is None:
        raise UsageError(
            "open_period",
            "Only a period with a start and an end can be compared. Give both.",
        )
    if isinstance(compare, str):
        return periods.base_period(cut.start, cut.end, compare, [u for _, u in units(cut)])
    return BasePeriod(*compare, _shift_between(compare[0], cut.start))


def where_of(cut: Cut) -> Where:
    """Return the filters of a cut, those of one field together."""
    merged: dict[str, tuple[str | None, ...]] = {}
    for field, values in cut.where:
        merged[field] = (*merged.get(field, ()), *values)
    return tuple(merged.items())


def growth_base(cut: Cut, definition: Metric) -> BasePeriod | None:
    """Return what growth is measured against: per calendar unit, or for the whole period."""
    kind = definition.base or "previous"
    found = units(cut)
    if found:
        return periods.base_of_units(cut.start, cut.end, kind, found[0][1])
    if cut.start is None or cut.end is None:
        return None
    return periods.base_period(cut.start, cut.end, kind)


def units(cut: Cut) -> list[tuple[str, str]]:
    """Return the groups that are calendar units of the day that periods are of: name and unit."""
    clock = cut.clock
    return [(d.name, d.unit or "day") for d in cut.dimensions if f"{d.table}.{d.column}" == clock]


def moved(frame: pd.DataFrame, cut: Cut, shift: Shift) -> pd.DataFrame:
    """Move the days of a base's groups to those that they are compared with."""
    for name, unit in units(cut):
        frame = frame.assign(**{name: periods.moved(frame[name], shift, unit)})
        frame = frame[frame[name].notna()]
    return frame


def with_groups_of(frame: pd.DataFrame, other: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Add the groups that only ``other`` has: nothing was sold in them, so all measures are 0."""
    if not by:
        return frame
    both = frame.merge(other[list(by)], on=list(by), how="outer")
    filled = both.fillna({name: 0 for name in frame if name not in by})
    return filled.astype(frame.dtypes.to_dict())


def with_counterparts(
    base: pd.DataFrame, current: pd.DataFrame, cut: Cut, period: BasePeriod, first_on: date | None
) -> pd.DataFrame:
    """Add to the moved ``base`` the groups of ``current`` in which nothing was sold then.

    Groups whose time has no counterpart, or one before the first day with data, stay out: what
    was never recorded is not 0.
    """
    if first_on is not None and period.end is not None and period.end <= first_on:
        return base.iloc[:0]
    has_counterpart = pd.Series(True, index=current.index)
    for name, unit in units(cut):
        has_counterpart &= current[name].isin(_reached(current[name], unit, period, first_on))
    return with_groups_of(base, current[has_counterpart], cut.by)


def _reached(keys: pd.Series, unit: str, period: BasePeriod, first_on: date | None) -> pd.Series:
    """Return the starts of units that units of the base period are moved to."""
    starts = [day for day in (period.start, first_on) if day is not None]
    if keys.empty or not starts:
        return keys.iloc[:0]
    day, days = floor_to(max(starts), unit), []
    end = period.end or keys.max().date() + timedelta(days=1)
    while day < end:
        days.append(day)
        day = step(day, unit)
    calendar = pd.Series(days, dtype="object").astype("datetime64[us]")
    return periods.moved(calendar, period.shift, unit).dropna()


def _shift_between(before: date, start: date) -> Shift:
    """Whole months when both begin on the same day of a month, else days."""
    if before.day == start.day:
        return Shift(months=months_between(before, start))
    return Shift(days=(start - before).days)
