"""What is won of deals that are not there yet: from what was, at the same distance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST_WINDOWS = 3
MOST_WINDOWS = 8  # the last ones: what was five years ago says little


@dataclass(frozen=True)
class NewBusiness:
    """Money won of deals created after the day of a forecast and won in its period.

    Attributes
    ----------
    expected, deviation : float
        Mean, and standard deviation of a single window around it.
    windows : int
        Past windows that it rests on.
    """

    expected: float
    deviation: float
    windows: int


def new_business(windows: pd.DataFrame) -> NewBusiness | None:
    """Estimate new business from past windows.

    Parameters
    ----------
    windows : DataFrame
        One row per past period at the same number of days before its end, the newest last:
        ``won``, money won in the period of deals created after that day. What was not won is 0.

    Returns
    -------
    NewBusiness or None
        Of the last ``MOST_WINDOWS``; None with fewer than ``LEAST_WINDOWS``: cannot tell.

    Notes
    -----
    The variance of one more window around the mean of n is that between windows times 1 + 1/n.
    """
    won = windows["won"].to_numpy(dtype="float64")[-MOST_WINDOWS:]
    n = len(won)
    if n < LEAST_WINDOWS:
        return None
    spread = float(won.std(ddof=1)) * float(np.sqrt(1 + 1 / n))
    return NewBusiness(float(won.mean()), spread, n)
