"""Periods by name, counted from the last day with data. Half-open ``[start, end)``."""

from datetime import date, timedelta

from analytics.periods import Shift, previous_period, year_before
from crm_data.calendar import add_months, months_between

PERIODS: tuple[str, ...] = (
    "last_30_days",
    "last_90_days",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_12_months",
    "all_time",
    "custom",
)
GRAINS: tuple[str, ...] = ("day", "week", "month", "quarter", "year")
_UNIT_MONTHS = {"this_month": 1, "this_quarter": 3, "this_year": 12}


def bounds(period: str, *, first: date, watermark: date) -> tuple[date, date]:
    """Return ``[start, end)`` of a named period.

    Parameters
    ----------
    period : str
        One of ``PERIODS`` other than ``custom``.
    first, watermark : date
        First and last day with data. ``this_…`` periods end after the watermark: they hold the
        days that have data, not the days that are yet to come.
    """
    after = watermark + timedelta(days=1)
    if period == "last_30_days":
        return after - timedelta(days=30), after
    if period == "last_90_days":
        return after - timedelta(days=90), after
    if period == "all_time":
        return min(first, watermark), after
    if period == "last_12_months":
        end = after.replace(day=1)
        return add_months(end, -12), end
    months = _UNIT_MONTHS.get(period.replace("last_", "this_"), 1)
    this = date(watermark.year, (watermark.month - 1) // months * months + 1, 1)
    if period.startswith("this_"):
        return this, after
    return add_months(this, -months), this


def compared(period: str, compare: str, start: date, end: date) -> tuple[date, date] | None:
    """Return the period that ``[start, end)`` is held against, or None.

    A month, quarter or year to date is held against the same days of the one before; every other
    period by the rules of ``analytics.periods``.
    """
    if compare == "year":
        return year_before(start, end)
    if compare != "previous" or period == "all_time":
        return None
    if period not in _UNIT_MONTHS or end.day == 1:
        return previous_period(start, end)
    before = add_months(start, -_UNIT_MONTHS[period])
    return before, min(before + (end - start), start)


def grain_for(start: date, end: date) -> str:
    """Return the grain that gives a legible number of buckets: about 12 to 60."""
    days = (end - start).days
    if days <= 62:
        return "day"
    if days <= 300:
        return "week"
    return "month" if days <= 366 * 6 else "quarter"


def aligned(
    start: date, end: date, base: tuple[date, date], grain: str
) -> tuple[date, date, Shift]:
    """Return the base period and its shift such that buckets of ``grain`` meet buckets."""
    before, before_end = base
    if grain == "week":
        weeks = max(1, round((start - before).days / 7))
        back = timedelta(weeks=weeks)
        return start - back, end - back, Shift(days=back.days)
    if before.day == start.day:
        months = months_between(before, start)
        return before, before_end, Shift(months=months)
    return before, before_end, Shift(days=(start - before).days)
