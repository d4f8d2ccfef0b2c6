"""A series as it was given, on a regular grid: gaps, missing against zero, unfinished, outliers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.grid import Floats, Grid, grid_over, midnight

Bools = npt.NDArray[np.bool_]
FEWEST = 6  # values below which nothing can be tested
_MOST_MISSING = 1 / 3
_MOST_ZERO = 0.75
_FAR = 6.0  # robust standard deviations that make an outlier
_MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, eq=False)
class RegularSeries:
    """Values by consecutive period.

    Attributes
    ----------
    grid : Grid
    values : ndarray of float
        NaN where nothing is known of a period, which is not zero.
    is_outlier : ndarray of bool
        Far from what its neighbours and its season say. Marked; nothing is changed.
    cut : DatetimeIndex
        Dates of last periods that were not over and were left out.
    notes : tuple of str
        ``summed`` (several values of a period were added), ``missing`` (some periods have no
        value), ``unfinished_cut``, ``outliers``, ``not_dates`` (rows without a date were dropped).
    """

    grid: Grid
    values: Floats
    is_outlier: Bools
    cut: pd.DatetimeIndex
    notes: tuple[str, ...]

    @property
    def is_never_negative(self) -> bool:
        """No value is below zero, so no forecast may be."""
        known = self.values[np.isfinite(self.values)]
        return bool(len(known) and known.min() >= 0)

    @property
    def trouble(self) -> str | None:
        """Why only a plain baseline can be given, or None.

        ``empty``, ``too_short``, ``all_zero``, ``constant``, ``too_many_gaps`` or
        ``too_many_zeros``.
        """
        known = self.values[np.isfinite(self.values)]
        if not len(known):
            return "empty"
        if (known == 0).all():
            return "all_zero"
        if len(known) < FEWEST:
            return "too_short"
        if np.ptp(known) <= 1e-12 * np.abs(known).max():
            return "constant"
        if len(known) < (1 - _MOST_MISSING) * len(self.values):
            return "too_many_gaps"
        return "too_many_zeros" if (known == 0).mean() > _MOST_ZERO else None


def regular_series(
    series: "pd.Series[float] | Mapping[object, float]",
    frequency: str,
    *,
    last_day: object = None,
    gaps: str = "missing",
) -> RegularSeries:
    """Return ``series`` on the grid of its frequency.

    Parameters
    ----------
    series : Series or mapping
        Dates (or texts of dates, or periods) to values, in any order.
    frequency : str
        ``day``, ``week``, ``month`` or ``quarter``.
    last_day : date, optional
        Last day whose data are complete. Periods that end later are cut: a month in progress
        looks like a fall. Without it every period counts as over.
    gaps : str
        What a period between the first and the last means that has no row: ``missing``, or
        ``zero`` as in sums of orders. NaN always means missing.

    Raises
    ------
    BadInputError
        ``forecast_frequency``.

    Examples
    --------
    >>> regular_series({"2025-01-01": 5.0, "2025-03-01": 7.0}, "month").values.tolist()
    [5.0, nan, 7.0]
    """
    given = pd.Series(series, dtype="float64")
    days = midnight(given.index)
    dated = np.asarray(days.notna())
    notes = [] if dated.all() else ["not_dates"]
    days, numbers = days[dated], given.to_numpy()[dated]
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    grid = grid_over(days, frequency)
    values, was_summed = _by_period(grid, days, numbers, 0.0 if gaps == "zero" else np.nan)
    notes += ["summed"] if was_summed else []
    over = _finished(grid, last_day)
    cut = grid.dates[over:]
    notes += ["unfinished_cut"] if len(cut) else []
    grid, values = _trimmed(grid.until(over), values[:over])
    outlier = _outliers(values, grid.season)
    notes += ["missing"] if np.isnan(values).any() else []
    notes += ["outliers"] if outlier.any() else []
    return RegularSeries(grid, values, outlier, cut, tuple(notes))


def filled(values: Floats, season: int) -> Floats:
    """Return ``values`` with what is missing taken from neighbours, in line with the season.

    Only these values are looked at: a series that is cut at a day is filled after the cut.
    """
    missing = ~np.isfinite(values)
    if not missing.any() or missing.all():
        return values
    pattern = _pattern(values, season)
    at = np.arange(len(values))
    level = np.interp(at, at[~missing], (values - pattern)[~missing])
    return np.where(missing, _inside(level + pattern, values), values)


def _inside(made_up: Floats, values: Floats) -> Floats:
    return np.clip(made_up, np.nanmin(values), np.nanmax(values))


def _pattern(values: Floats, season: int) -> Floats:
    """Mean distance from the middle by place in the season; zeros before two full seasons."""
    known = np.isfinite(values)
    if known.sum() < 2 * season:
        return np.zeros(len(values))
    place = np.arange(len(values)) % season
    counts = np.bincount(place[known], minlength=season)
    sums = np.bincount(place[known], weights=values[known], minlength=season)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return np.asarray(np.nan_to_num(means - np.nanmean(means))[place])


def _by_period(
    grid: Grid, days: pd.DatetimeIndex, numbers: Floats, empty: float
) -> tuple[Floats, bool]:
    """Sum by period; a period all of whose rows are missing is missing."""
    place = grid.places(days)
    known = np.isfinite(numbers)
    rows = np.bincount(place, minlength=grid.size)
    counts = np.bincount(place[known], minlength=grid.size)
    sums = np.bincount(place[known], weights=numbers[known], minlength=grid.size)
    return np.where(counts > 0, sums, np.where(rows > 0, np.nan, empty)), bool((counts > 1).any())


def _finished(grid: Grid, last_day: object) -> int:
    if last_day is None:
        return grid.size
    ends = midnight([last_day])[0] + pd.Timedelta(days=1)
    return int((grid.ends <= ends).sum())


def _trimmed(grid: Grid, values: Floats) -> tuple[Grid, Floats]:
    """Leave out what is missing before the first and after the last known value."""
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return grid.until(0), values[:0]
    first, last = int(known[0]), int(known[-1])
    inside = Grid(grid.frequency, grid.first + first, last - first + 1, grid.shift, grid.at_end)
    return inside, values[first : last + 1]


def _outliers(values: Floats, season: int) -> Bools:
    """Values whose distance from the median of their neighbours, after the season, is far."""
    known = np.isfinite(values)
    if known.sum() < 2 * FEWEST:
        return np.zeros(len(values), dtype=np.bool_)
    place = np.arange(len(values)) % season
    level = pd.Series(values).rolling(2 * (season // 2) + 1, center=True, min_periods=1).median()
    rest = values - level.to_numpy()
    if known.sum() >= 3 * season:
        rest = rest - pd.Series(rest).groupby(place).transform("median").to_numpy()
    spread = _MAD_TO_SIGMA * float(np.nanmedian(np.abs(rest)))
    far = (np.abs(rest) > _FAR * spread) & known & (spread > 0)
    return np.asarray(far, dtype=np.bool_)
