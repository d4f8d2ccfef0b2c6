"""What past deals say of a stage: how long winners stayed in it, and how many were won after it."""

import numpy as np
import pandas as pd

from analytics.stats import wilson_interval

WINNERS = 0.8  # share of winners' visits that a stuck deal is older than
LEAST_WINNERS = 20
LEAST_CLOSED = 20
_STAGE = ["pipeline", "stage_no"]


def stage_limits(
    spells: pd.DataFrame, *, share: float = WINNERS, least: int = LEAST_WINNERS
) -> pd.DataFrame:
    """Say from when on a deal has been in its stage for longer than most winners were.

    Parameters
    ----------
    spells : DataFrame
        ``stage_spells``: ``opportunity_no``, ``pipeline``, ``stage_no``, ``days``, ``exit``,
        ``outcome`` (of the deal), ``is_entry_known``.
    share : float
        Of winners' visits to the stage that are no longer than the limit.
    least : int
        Deals won after the stage below which it says too little.

    Returns
    -------
    DataFrame
        One row per stage that a won deal has left: ``pipeline``, ``stage_no``, ``limit_days`` (NaN
        with fewer than ``least`` winners: cannot tell), ``winners`` (deals).

    Notes
    -----
    Of deals that were won in the end, whichever stage they were won from, and of each visit whose
    beginning is known. Deals still open are no winners yet, so a young company's limits are low.
    """
    seen = spells[
        (spells["outcome"] == "won")
        & spells["exit"].notna()
        & spells["is_entry_known"].fillna(False).astype(bool)
        & spells["days"].notna()
    ]
    each = seen.groupby(_STAGE, dropna=False)
    limit = each["days"].quantile(share, interpolation="higher").astype("float64")
    found = pd.DataFrame({"limit_days": limit, "winners": each["opportunity_no"].nunique()})
    found["limit_days"] = found["limit_days"].where(found["winners"] >= least)
    return found.reset_index()


def stage_rates(spells: pd.DataFrame, *, least: int = LEAST_CLOSED) -> pd.DataFrame:
    """Say how many of the closed deals that were ever in a stage were won.

    Parameters
    ----------
    spells : DataFrame
        As in ``stage_limits``.
    least : int
        Closed deals below which the rate says too little.

    Returns
    -------
    DataFrame
        ``pipeline``, ``stage_no``, ``learned`` (share won), ``learned_low``, ``learned_high``
        (Wilson, 95 %), ``closed``. NaN with fewer than ``least``. Each deal counts once per stage,
        however often it came back. Open deals are not in it: where lost deals are left open, the
        rate is too high.
    """
    closed = spells[spells["outcome"].isin(["won", "lost"])]
    once = closed.drop_duplicates([*_STAGE, "opportunity_no"])
    each = once.assign(is_won=once["outcome"] == "won").groupby(_STAGE, dropna=False)["is_won"]
    counted = pd.DataFrame({"won": each.sum(), "closed": each.size()}).reset_index()
    return rates_of(counted, least=least)


def limits_of(evidence: pd.DataFrame, *, least: int = LEAST_WINNERS) -> pd.DataFrame:
    """Return the frame of ``stage_limits`` from limits and winners that were counted before.

    Parameters
    ----------
    evidence : DataFrame
        ``pipeline``, ``stage_no``, ``limit_days``, ``winners``.
    """
    found = evidence[[*_STAGE, "limit_days", "winners"]]
    return found.assign(limit_days=found["limit_days"].where(found["winners"] >= least))


def rates_of(evidence: pd.DataFrame, *, least: int = LEAST_CLOSED) -> pd.DataFrame:
    """Return the frame of ``stage_rates`` from deals that were counted before.

    Parameters
    ----------
    evidence : DataFrame
        ``pipeline``, ``stage_no``, ``won``, ``closed`` (deals).
    """
    won, n = (evidence[name].astype("float64") for name in ("won", "closed"))
    low, high = wilson_interval(won, n)
    rates = pd.DataFrame({"learned": won / n, "learned_low": low, "learned_high": high})
    rates.index = evidence.index
    kept = rates.where(n.ge(least), np.nan)
    return pd.concat([evidence[_STAGE], kept], axis=1).assign(closed=evidence["closed"])
