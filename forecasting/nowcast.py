"""Where the period in progress lands, if it goes on as past periods did."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.grid import grid_over

PAST = 12  # periods looked back on
FEWEST = 4


@dataclass(frozen=True)
class Nowcast:
    """What came so far over the share that past periods had by the same day.

    Attributes
    ----------
    so_far : float
    value, low, high : float
        Median of past periods, and what eight of ten of them would make of it.
    share : float
        Of the period's days that are over.
    past : int
        Periods looked back on.
    """

    so_far: float
    value: float
    low: float
    high: float
    share: float
    past: int


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
        None where the last period is over, where fewer than ``FEWEST`` past periods had sold
        anything by then, or where half of the days are not over and past periods differ by more
        than three times: too early to tell.
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
    shares = []
    for period in range(max(0, last - PAST), last):
        own = values[place == period]
        total = own.sum()
        if len(own) == length[period] and total > 0:
            shares.append(own[: max(1, round(share * len(own)))].sum() / total)
    known = np.array([one for one in shares if one > 0])
    if len(known) < FEWEST:
        return None
    low, middle, high = np.quantile(known, [0.1, 0.5, 0.9])
    if share < 0.5 and high > 3 * low:
        return None
    so_far = float(values[place == last].sum())
    return Nowcast(so_far, so_far / middle, so_far / high, so_far / low, share, len(known))
