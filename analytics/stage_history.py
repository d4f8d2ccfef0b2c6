"""What past deals say of a stage: how long winners stayed in it, and how many were won after it."""

import numpy as np
import pandas as pd

from analytics.stats import wilson_interval

WINNERS = 0.8  # share of winners' visits that a stuck deal is older than
LEAST_WINNERS = 20
LEAST_CLOSED = 20
_STAGE = ["pipeline", "stage_no"]


def limits_of(evidence: pd.DataFrame, *, least: int = LEAST_WINNERS) -> pd.DataFrame:
    """Say from when on a deal has been in its stage for longer than most winners were.

    Parameters
    ----------
    evidence : DataFrame
        Of each stage: ``pipeline``, ``stage_no``, ``limit_days`` (that the share ``WINNERS`` of
        winners' visits did not exceed), ``winners`` (deals).
    least : int
        Deals won after the stage below which it says too little.

    Returns
    -------
    DataFrame
        ``pipeline``, ``stage_no``, ``limit_days`` (NaN: cannot tell), ``winners``.

    Notes
    -----
    Of deals that were won in the end, whichever stage they were won from. Deals still open are no
    winners yet, so a young company's limits are low.
    """
    found = evidence[[*_STAGE, "limit_days", "winners"]]
    return found.assign(limit_days=found["limit_days"].where(found["winners"] >= least))


def rates_of(evidence: pd.DataFrame, *, least: int = LEAST_CLOSED) -> pd.DataFrame:
    """Say how many of the closed deals that were ever in a stage were won.

    Parameters
    ----------
    evidence : DataFrame
        Of each stage: ``pipeline``, ``stage_no``, ``won``, ``closed`` (deals, each counted once).
    least : int
        Closed deals below which the rate says too little.

    Returns
    -------
    DataFrame
        ``pipeline``, ``stage_no``, ``learned`` (share won), ``learned_low``, ``learned_high``
        (Wilson, 95 %), ``closed``. NaN with fewer than ``least``. Open deals are not in it: where
        lost deals are left open, the rate is too high.
    """
    won, n = (evidence[name].astype("float64") for name in ("won", "closed"))
    low, high = wilson_interval(won, n)
    rates = pd.DataFrame({"learned": won / n, "learned_low": low, "learned_high": high})
    rates.index = evidence.index
    kept = rates.where(n.ge(least), np.nan)
    return pd.concat([evidence[_STAGE], kept], axis=1).assign(closed=evidence["closed"])
