"""Calendar units: the first day of one, and steps from one to the next. Weeks start on Monday.

When a day begins is told here, too.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Unit = Literal["day", "week", "month", "quarter", "year"]
UNITS: tuple[Unit, ...] = get_args(Unit)
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
DAYS: dict[str, int] = {"day": 1, "week": 7}

MONTH_DAYS = 365.25 / 12  # of the mean month


def floor_to(day: date, unit: str) -> date:
    """Return the first day of the ``unit`` that ``day`` falls in."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    size = MONTHS[unit]
    return date(day.year, (day.month - 1) // size * size + 1, 1)


def step(start: date, unit: str, count: int = 1) -> date:
    """Return the first day of the unit that is ``count`` later (or earlier) than ``start``'s."""
    first = floor_to(start, unit)
    if unit in DAYS:
        return first + timedelta(days=DAYS[unit] * count)
    return add_months(first, MONTHS[unit] * count)


def months_between(start: date, end: date) -> int:
    """Return how many calendar months lie from the month of one day to that of another."""
    return (end.year - start.year) * 12 + end.month - start.month


def add_months(day: date, months: int) -> date:
    """Move a first day of a month by whole months; other days are cut to the first."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def begins_at(day: date, timezone: str) -> datetime:
    """Return when a day begins, as instants are stored: UTC without a zone."""
    begins = datetime.combine(day, time(), ZoneInfo(timezone))
    return begins.astimezone(UTC).replace(tzinfo=None)
