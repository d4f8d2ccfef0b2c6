"""The stretch of time a sample company has lived, and independent streams of chance."""

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np

from crm_data.errors import UsageError

_EPOCH = date(1970, 1, 1)
FEWEST_MONTHS = 6
FEWEST_CUSTOMERS = 50


def day_number(day: date) -> int:
    """Return days since 1970."""
    return (day - _EPOCH).days


def day_of(number: float) -> date:
    """Return the date of a time in days since 1970."""
    return date.fromordinal(int(number) + _EPOCH.toordinal())


def month_starts(first: date, last: date) -> list[date]:
    """Return the first day of each calendar month touched by first to last, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = (first.year * 12 + first.month - 1 + k for k in range(count))
    return [date(m // 12, m % 12 + 1, 1) for m in months]


@dataclass(frozen=True)
class History:
    """Half-open stretch ``[first, stop)`` in days since 1970, UTC; ``end`` is its last day."""

    start: date
    end: date

    @property
    def first(self) -> int:
        """First day with data."""
        return day_number(self.start)

    @property
    def stop(self) -> int:
        """The day after the last day with data."""
        return day_number(self.end) + 1

    @property
    def days(self) -> int:
        """Number of days."""
        return self.stop - self.first

    @property
    def months(self) -> list[date]:
        """First day of each month, the last one perhaps unfinished."""
        return month_starts(self.start, self.end)


def history_until(end: date, months: int) -> History:
    """Return ``months`` complete months before the month of ``end``, and that month up to it."""
    if months < FEWEST_MONTHS:
        raise UsageError(
            "sample_too_short",
            f"The sample company needs at least {FEWEST_MONTHS} months of history, not {months}.",
            months=months,
            fewest=FEWEST_MONTHS,
        )
    index = end.year * 12 + end.month - 1 - months
    return History(date(index // 12, index % 12 + 1, 1), end)


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the random numbers of one part, so that parts do not disturb each other."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])
