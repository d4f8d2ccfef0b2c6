"""How far apart people's rates lie by chance alone: the funnel plot, and who is outside of it.

D. J. Spiegelhalter (2005), Statistics in Medicine 24, 1185–1202: limits around the team's rate that
narrow with the number of deals, from the exact binomial distribution, interpolated between counts
(appendix A.1.1).
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import bdtr, bdtrc, bdtrik

from analytics.multiplicity import adjusted
from analytics.stats import Floats, Numbers

WARNING, ALARM = 0.95, 0.998
CLAIM = 0.05
_MOST_POINTS = 400


def chance_limits(closed: Numbers, rate: float, *, level: float) -> tuple[Floats, Floats]:
    """Return between which rates a person lies by chance with probability ``level``.

    Parameters
    ----------
    closed : array-like of counts, shape (n,)
        Deals; NaN comes back where there are none.
    rate : float
        True rate, 0 to 1: the team's.
    level : float
        Coverage: 0.95 and 0.998 are Spiegelhalter's.

    Returns
    -------
    low, high : ndarray of shape (n,)
        Shares, inside 0 and 1.

    Notes
    -----
    With r the smallest count whose cumulative probability is above p, the limit is (r − w)/n,
    where w = (P(R ≤ r) − p) / P(R = r).
    """
    n = np.asarray(closed, dtype="float64")
    edge = (1 - level) / 2
    low, high = (_limit(n, rate, p) for p in (edge, 1 - edge))
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def funnel_curve(most: int, rate: float) -> pd.DataFrame:
    """Return the limits for 1 up to ``most`` deals, thinned to a few hundred points.

    Returns
    -------
    DataFrame
        ``closed``, ``low_95``, ``high_95``, ``low_998``, ``high_998``.
    """
    steps = np.geomspace(1, max(most, 1), _MOST_POINTS).round()
    closed = np.unique(np.minimum(steps, max(most, 1)))
    low, high = chance_limits(closed, rate, level=WARNING)
    far_low, far_high = chance_limits(closed, rate, level=ALARM)
    return pd.DataFrame(
        {
            "closed": closed.astype("int64"),
            "low_95": low,
            "high_95": high,
            "low_998": far_low,
            "high_998": far_high,
        }
    )


def outside_chance(people: pd.DataFrame, *, claim: float = CLAIM) -> pd.DataFrame:
    """Say who is outside of what chance does, with everybody being looked at in mind.

    Parameters
    ----------
    people : DataFrame
        ``owner_id``, ``won``, ``closed``; one row per person (``TeamRates.people`` is one).
    claim : float
        Share of false claims among the claims, 0 to 1.

    Returns
    -------
    DataFrame
        The rows given with ``low_95``, ``high_95``, ``low_998``, ``high_998``, ``p_value`` (exact,
        twice the smaller tail), ``p_adjusted`` (Benjamini and Hochberg, over those who closed any
        deal), ``verdict``: ``above``, ``below``, ``chance``, or ``cannot_tell`` without a closed
        deal. The team's rate holds the person's own deals too, which makes claims rarer, not more.
    """
    won, closed = (people[name].to_numpy(dtype="float64") for name in ("won", "closed"))
    there, total = closed > 0, float(closed.sum())
    rate = float(won.sum()) / total if total else np.nan
    low, high = chance_limits(closed, rate, level=WARNING)
    far_low, far_high = chance_limits(closed, rate, level=ALARM)
    p_value = np.full(len(won), np.nan)
    fewer = bdtr(won[there], closed[there].astype("int64"), rate)
    more = np.where(
        won[there] > 0, bdtrc(np.maximum(won[there] - 1, 0), closed[there].astype("int64"), rate), 1
    )
    p_value[there] = np.minimum(2 * np.minimum(fewer, more), 1.0)
    corrected = p_value.copy()
    corrected[there] = adjusted(p_value[there])
    is_claim = corrected <= claim
    verdict = np.select(
        [~there, is_claim & (won > rate * closed), is_claim],
        ["cannot_tell", "above", "below"],
        "chance",
    )
    return people.assign(
        low_95=low, high_95=high, low_998=far_low, high_998=far_high,
        p_value=p_value, p_adjusted=corrected, verdict=verdict,
    )  # fmt: skip


def _limit(n: Floats, rate: float, p: float) -> Floats:
    if not 0 < rate < 1:  # no chance in it, and none to be outside of
        return np.where(n > 0, rate, np.nan)
    size = np.where(n > 0, n, np.nan)
    found: Any = np.full(n.shape, np.nan)
    there = n > 0
    whole = size[there].astype("int64")
    r = np.ceil(np.nan_to_num(bdtrik(p, size[there], rate), nan=0.0))
    r = np.where(bdtr(r, whole, rate) <= p, r + 1, r)  # the inverse may be a rounding short
    r = np.where((r > 0) & (bdtr(np.maximum(r - 1, 0), whole, rate) > p), r - 1, r)
    below = np.where(r > 0, bdtr(np.maximum(r - 1, 0), whole, rate), 0.0)
    up_to = bdtr(r, whole, rate)
    found[there] = (r - (up_to - p) / (up_to - below)) / whole
    return np.asarray(found, dtype="float64")
