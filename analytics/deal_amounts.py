"""Whether a deal's amount is like those that were won before."""

import numpy as np
import pandas as pd

LEAST = 20
_GROUP = ["pipeline", "category"]
_TO_NORMAL = 1.4826  # of the median deviation to a standard deviation


def usual_amounts(won: pd.DataFrame, *, least: int = LEAST) -> pd.DataFrame:
    """Return middle and spread of the amounts of won deals, on logarithms.

    Parameters
    ----------
    won : DataFrame
        Won deals: ``pipeline``, ``category`` (a missing one is a group of its own), ``amount``.
    least : int
        Deals below which a group says too little.

    Returns
    -------
    DataFrame
        ``pipeline``, ``category``, ``usual`` (median, money), ``spread`` (1.4826 times the median
        deviation of logarithms), ``amounts`` (deals). ``usual`` and ``spread`` are NaN with fewer
        than ``least`` or no spread. Amounts that are not positive are left out.
    """
    known = won[won["amount"] > 0]
    logs = known.assign(log=np.log(known["amount"].astype("float64")))
    middle = logs.groupby(_GROUP, dropna=False)["log"].transform("median")
    logs["off"] = (logs["log"] - middle).abs()
    each = logs.groupby(_GROUP, dropna=False)
    n, spread = each.size(), _TO_NORMAL * each["off"].median()
    is_told = (n >= least) & (spread > 0)
    found = pd.DataFrame({"usual": np.exp(each["log"].median()), "spread": spread})
    return found.where(is_told, np.nan).assign(amounts=n).reset_index()


def robust_z(amount: pd.Series, usual: pd.Series, spread: pd.Series) -> pd.Series:
    """Return how many robust standard deviations of logarithms an amount is from the usual one."""
    known = amount.astype("float64").where(amount > 0)
    off: pd.Series = (np.log(known) - np.log(usual)) / spread
    return off
