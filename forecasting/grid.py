"""A regular grid of periods: which there are, what dates name them, when each begins and ends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm_data.errors import BadInputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SEASONS = {"day": 7, "week": 52, "month": 12, "quarter": 4}
PER_YEAR = {"day": 365.25, "week": 365.25 / 7, "month": 12.0, "quarter": 4.0}
_MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True)
class Grid:
    """Consecutive periods of one frequency.

    Attributes
    ----------
    frequency : str
        ``day``, ``week``, ``month`` or ``quarter``.
    first, size : int
        Number of the first period, counted from 1970, and how many there are.
    shift : int
        Days after a Thursday on which weeks begin; months after January in which quarters do.
    at_end : bool
        Months and quarters are named by their last day, as accountants do, not by their first.
    """

    frequency: str
    first: int
    size: int
    shift: int = 0
    at_end: bool = False

    @property
    def season(self) -> int:
        """Periods in the season that is looked for: 7, 52, 12 or 4."""
        return SEASONS[self.frequency]

    @property
    def starts(self) -> pd.DatetimeIndex:
        """First day of each period."""
        return self._days(np.arange(self.first, self.first + self.size))

    @property
    def ends(self) -> pd.DatetimeIndex:
        """First day after each period."""
        return self._days(np.arange(self.first + 1, self.first + 1 + self.size))

    @property
    def dates(self) -> pd.DatetimeIndex:
        """Dates that name the periods, as the caller named them."""
        named = self.ends - pd.Timedelta(days=1) if self.at_end else self.starts
        return pd.DatetimeIndex(named, name="ds")

    def until(self, size: int) -> "Grid":
        """Return the first ``size`` periods."""
        return replace(self, size=size)

    def after(self, horizon: int) -> "Grid":
        """Return the ``horizon`` periods that follow."""
        return replace(self, first=self.first + self.size, size=horizon)

    def places(self, days: pd.DatetimeIndex) -> Ints:
        """Return which period of this grid each day lies in, counted from 0."""
        return _numbers(days, self.frequency, self.shift) - self.first

    def _days(self, numbers: Ints) -> pd.DatetimeIndex:
        if self.frequency in _MONTHS:
            months = numbers * _MONTHS[self.frequency] + self.shift
            days = months.astype("datetime64[M]").astype("datetime64[us]")
        else:
            length = 7 if self.frequency == "week" else 1
            days = (numbers * length + self.shift).astype("datetime64[D]").astype("datetime64[us]")
        return pd.DatetimeIndex(days)


def require_frequency(frequency: str) -> None:
    """Raise where ``frequency`` is none of ours.

    Raises
    ------
    BadInputError
        ``forecast_frequency``: it is not day, week, month or quarter.
    """
    if frequency not in SEASONS:
        raise BadInputError(
            "forecast_frequency",
            f"A forecast is by day, week, month or quarter, not by '{frequency}'. Choose one.",
            frequency=frequency,
        )


def grid_over(days: pd.DatetimeIndex, frequency: str) -> Grid:
    """Return the grid that spans ``days``, which keeps the way they are named.

    Weeks begin on the weekday that all dates share, else on Monday. Months and quarters are named
    by their last day where all dates are such; quarters begin in the months that all dates share,
    so that a financial year that is not the calendar's keeps its quarters.
    """
    require_frequency(frequency)
    at_end = frequency in _MONTHS and len(days) > 0 and bool(days.is_month_end.all())
    shift = _shift(days, frequency, at_end)
    numbers = _numbers(days, frequency, shift)
    if not len(numbers):
        return Grid(frequency, 0, 0, shift)
    first, last = int(numbers.min()), int(numbers.max())
    return Grid(frequency, first, last - first + 1, shift, at_end)


def midnight(dates: Iterable[object]) -> pd.DatetimeIndex:
    """Return dates as days without time of day or zone; what is no date becomes missing.

    Text is read as ISO 8601.
    """
    index = dates if isinstance(dates, pd.Index) else pd.Index(list(dates))
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    parsed = pd.DatetimeIndex(pd.to_datetime(index, errors="coerce", format="ISO8601"))
    return parsed.tz_localize(None).normalize().as_unit("us")


def _shift(days: pd.DatetimeIndex, frequency: str, at_end: bool) -> int:
    if frequency == "week":
        weekdays = set(days.day_of_week)
        return (weekdays.pop() if len(weekdays) == 1 else 0) - 3  # 1970 began on a Thursday
    if frequency == "quarter":
        phases = {int(month - 1 + at_end) % 3 for month in days.month}
        return phases.pop() if len(phases) == 1 else 0
    return 0


def _numbers(days: pd.DatetimeIndex, frequency: str, shift: int) -> Ints:
    if frequency in _MONTHS:
        months = days.to_numpy().astype("datetime64[M]").astype("int64")
        return np.asarray((months - shift) // _MONTHS[frequency], dtype=np.int64)
    number = days.to_numpy().astype("datetime64[D]").astype("int64") - shift
    return np.asarray(number // (7 if frequency == "week" else 1), dtype=np.int64)
