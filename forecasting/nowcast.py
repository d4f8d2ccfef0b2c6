"""Where the period in progress lands, if it goes on as past periods did."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.grid import Floats, grid_over

PAST = 12  # periods looked back on
FEWEST = 4
LEVEL = 0.8


@dataclass(frozen=True)
class Nowcast:
    """What came so far over the share that past periods had by the same day.

    Attributes
    ----------
    so_far : float
    value : float
        By the median of past periods.
    low, high : float
        What holds the next of equal periods eight times of ten (order statistics of n + 1); NaN
        where there are fewer than nine past ones: their extremes hold it less often.
    share : float
        Of the period's days that are over.
    past : int
        Periods looked back on.
    error : float
        Sum of absolute errors over the sum of values, each past period told by the others.
    """

    so_far: float
    value: float
    low: float
    high: float
    share: float
    past: int
    error: float


def nowcast(days: "pd.Series[float]", frequency: str) -> Nowcast | None:
    """Return where the last period of ``days`` lands.

    Parameters
    ----------
    days : Series
        Values by day up to the last known, without gaps.
    frequency : str
        ``week``, ``month`` or ``quarter``.

    Returns
    -------
    Nowcast or None
        None where the last period is over or nothing came of it yet, where fewer than ``FEWEST``
        past periods had sold anything by then, or where half of the days are not over and past
        periods differ by more than three times: too early to tell.
    """
    index = pd.DatetimeIndex(days.index)
    if not len(index):
        return None
    grid = grid_over(index, frequency)
    place = grid.places(index)
    length = (grid.ends - grid.starts).days.to_numpy()
    last = int(place.max())
    gone = int((place == last).sum())
    if gone >= length[last]:
        return None
    share = gone / length[last]
    values = days.to_numpy(dtype="float64")
    so_far = float(values[place == last].sum())
    if so_far <= 0:
        return None
    shares, totals = [], []
    for period in range(max(0, last - PAST), last):
        own = values[place == period]
        total = own.sum()
        came = own[: max(1, round(share * len(own)))].sum()
        if len(own) == length[period] and total > 0 and came > 0:
            shares.append(came / total)
            totals.append(total)
    known = np.array(shares)
    if len(known) < FEWEST:
        return None
    low, high = np.quantile(known, [0.1, 0.9])
    if share < 0.5 and high > 3 * low:
        return None
    middle = float(np.median(known))
    least, most = _bounds(known)
    error = _error(known, np.array(totals))
    return Nowcast(so_far, so_far / middle, so_far / most, so_far / least, share, len(known), error)


def _bounds(shares: Floats) -> tuple[float, float]:
    """Return the shares between which the next one lies with ``LEVEL``; NaN for too few."""
    tail = int((len(shares) + 1) * (1 - LEVEL) / 2 + 1e-9)
    if tail < 1:
        return float("nan"), float("nan")
    ordered = np.sort(shares)
    return float(ordered[tail - 1]), float(ordered[-tail])


def _error(shares: Floats, totals: Floats) -> float:
    others = np.array([np.median(np.delete(shares, at)) for at in range(len(shares))])
    return float(np.abs((shares / others - 1) * totals).sum() / totals.sum())
