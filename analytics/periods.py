"""Which period another is compared with, and which of its groups belongs to which.

Rules
-----
- Whole calendar months compare with as many whole calendar months: February with January, the
  second quarter with the first, or each with itself a year before, whatever their lengths.
- Any other period compares with one of exactly the same number of days: the days just before it,
  or those that begin on the same date a year before (29 February begins on 28 February there).
- With weeks as groups, the shift is rounded to whole weeks (a year is 52 weeks), so that weeks
  meet weeks.
- A day without a counterpart (29 February, or the 31st in a month of 30 days) is compared with
  nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

import pandas as pd

from crm_data.calendar import MONTHS, add_months, floor_to, months_between, step

Comparison = Literal["previous", "year"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
WEEKS_IN_YEAR = 52


@dataclass(frozen=True)
class Shift:
    """How far back a comparison looks: whole months, or days."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True)
class BasePeriod:
    """The period ``[start, end)`` that another is compared with, ``shift`` before it."""

    start: date | None
    end: date | None
    shift: Shift


def previous_period(start: date, end: date) -> tuple[date, date]:
    """Return the period just before ``[start, end)``, of equal length (see the module's rules).

    Examples
    --------
    >>> previous_period(date(2025, 3, 1), date(2025, 4, 1))
    (datetime.date(2025, 2, 1), datetime.date(2025, 3, 1))
    >>> previous_period(date(2025, 3, 5), date(2025, 3, 12))
    (datetime.date(2025, 2, 26), datetime.date(2025, 3, 5))
    """
    months = _whole_months(start, end)
    return (add_months(start, -months), start) if months else (start - (end - start), start)


def year_before(start: date, end: date) -> tuple[date, date]:
    """Return ``[start, end)`` a year before, of equal length (see the module's rules).

    Examples
    --------
    >>> year_before(date(2024, 2, 1), date(2024, 3, 1))
    (datetime.date(2023, 2, 1), datetime.date(2023, 3, 1))
    >>> year_before(date(2025, 2, 15), date(2025, 3, 1))
    (datetime.date(2024, 2, 15), datetime.date(2024, 2, 29))
    """
    if _whole_months(start, end):
        return add_months(start, -12), add_months(end, -12)
    is_leap_day = (start.month, start.day) == (2, 29)
    before = start.replace(year=start.year - 1, day=28 if is_leap_day else start.day)
    return before, before + (end - start)


def base_period(start: date, end: date, kind: Comparison, units: Iterable[str] = ()) -> BasePeriod:
    """Return what ``[start, end)`` compares with when it is grouped by calendar ``units``."""
    before, before_end = (previous_period if kind == "previous" else year_before)(start, end)
    if "week" in units:
        weeks = WEEKS_IN_YEAR if kind == "year" else max(1, round((start - before).days / 7))
        days = timedelta(weeks=weeks)
        return BasePeriod(start - days, end - days, Shift(days=days.days))
    if _whole_months(start, end) or kind == "year":
        months = months_between(before, start)
        return BasePeriod(before, before_end, Shift(months=months))
    return BasePeriod(before, before_end, Shift(days=(start - before).days))


def base_of_units(start: date | None, end: date | None, kind: Comparison, unit: str) -> BasePeriod:
    """Return the base for comparing each calendar unit with the one before, or a year before."""
    if unit in MONTHS:
        shift = Shift(months=12 if kind == "year" else MONTHS[unit])
    elif unit == "week":
        shift = Shift(days=7 * (WEEKS_IN_YEAR if kind == "year" else 1))
    else:
        shift = Shift(months=12) if kind == "year" else Shift(days=1)
    first = None if start is None else _back(floor_to(start, unit), shift)
    last = None if end is None else _back(step(end - timedelta(days=1), unit), shift)
    return BasePeriod(first, last, shift)


def moved(keys: pd.Series, shift: Shift, unit: str) -> pd.Series:
    """Move first days of a ``unit`` forward by ``shift``; NaT where no unit begins there."""
    targets = [None if pd.isna(key) else _forward(key.date(), shift) for key in keys]
    known = [day if day is not None and floor_to(day, unit) == day else None for day in targets]
    return pd.Series(known, index=keys.index, dtype="object").astype("datetime64[us]")


def _whole_months(start: date, end: date) -> int:
    """Return how many whole calendar months ``[start, end)`` is; 0 when it is not."""
    if start.day != 1 or end.day != 1:
        return 0
    return months_between(start, end)


def _forward(day: date, shift: Shift) -> date | None:
    if shift.days:
        return day + timedelta(days=shift.days)
    first = add_months(day, shift.months)
    target = first + timedelta(days=day.day - 1)
    return target if target.month == first.month else None


def _back(day: date, shift: Shift) -> date:
    if shift.days:
        return day - timedelta(days=shift.days)
    first = add_months(day, -shift.months)
    target = first + timedelta(days=day.day - 1)
    return target if target.month == first.month else add_months(first, 1)
