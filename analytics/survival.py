"""How long things last when some have not ended yet.

Kaplan and Meier (1958): not having ended yet is neither ended nor unknown. The interval is on the
log(-log) scale with Greenwood's variance (Kalbfleisch and Prentice 2002, ch. 1), so that it stays
inside 0 and 1.
"""

from typing import Any

import numpy as np
import pandas as pd

from analytics.competing_risks import cumulative_incidence
from analytics.product_limit import log_log_interval, survival_of
from analytics.risk_sets import Floats, Observed, Tally, flags, observed, risk_sets
from analytics.stats import normal_quantile

__all__ = ["cumulative_incidence", "curve_of", "end_rate", "kaplan_meier", "survival_at"]


def kaplan_meier(
    durations: Any, ended: Any, *, entered: Any = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share that lasts longer than each duration.

    Parameters
    ----------
    durations : array of numbers, not negative, shape (n,)
        How long each lasted so far, in any unit. Missing ones are left out.
    ended : array of bool, shape (n,)
        Whether it ended then; otherwise it was last seen then, still running, and counts as at risk
        up to and including that duration.
    entered : array of numbers, not negative, shape (n,), optional
        Age at which each came under observation (left truncation), in the same unit. It is at risk
        after that age: what ended before anybody could see it is not missed as if it had lasted.
        By default all were seen from age 0. Where the earliest ages have few at risk and all of
        them end, the curve is 0 from there on.
    level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per distinct duration, ascending: ``duration``, ``at_risk`` (just before it),
        ``ended``, ``censored``, ``time_at_risk`` (all together since the row before, in the unit of
        the durations), ``survival`` (share lasting longer, 0..1), ``low``, ``high``. Where survival
        is 1 or 0 there is no variance to estimate: ``low`` and ``high`` are missing.

    Raises
    ------
    ValueError
        A duration is negative or infinite, an entry comes after the end, or lengths differ.
    """
    return curve_of(observed(durations, flags(ended), entered), level)


def curve_of(seen: Observed, level: float = 0.95) -> pd.DataFrame:
    """Return ``kaplan_meier`` of what was seen, all causes of an end together."""
    z = normal_quantile(level)
    sets = risk_sets(seen)
    ends, at_risk = sets.all_ended, sets.at_risk
    survival = survival_of(ends, at_risk)
    low, high = log_log_interval(survival, ends, at_risk, z)
    return pd.DataFrame(
        {
            "duration": sets.ages,
            "at_risk": at_risk,
            "ended": ends,
            "censored": sets.seen - ends,
            "time_at_risk": _time_at_risk(sets.ages, at_risk, seen.late),
            "survival": survival,
            "low": low,
            "high": high,
        },
        copy=False,
    )


def survival_at(curve: pd.DataFrame, durations: Any) -> Floats:
    """Return the share that lasts longer than each of ``durations`` (numbers, not negative).

    Past the longest duration seen, the curve knows nothing: there it goes on at the average rate of
    all that was seen (ends by time at risk), which is said wherever it is used.
    """
    asked = np.asarray(durations, dtype=np.float64)
    if curve.empty:
        return np.full(asked.shape, np.nan)
    times = curve["duration"].to_numpy(dtype=np.float64)
    steps = np.concatenate([[1.0], curve["survival"].to_numpy(dtype=np.float64)])
    known = steps[np.searchsorted(times, asked, side="right")]
    beyond = np.maximum(asked - times[-1], 0.0)
    return np.asarray(known * np.exp(-end_rate(curve) * beyond), dtype=np.float64)


def end_rate(curve: pd.DataFrame) -> float:
    """Return ends by time at risk, over everything that was seen; 0 where no time was seen."""
    exposure = float(curve["time_at_risk"].sum())
    return float(curve["ended"].sum()) / exposure if exposure > 0 else 0.0


def _time_at_risk(ages: Floats, at_risk: Any, late: Tally) -> Floats:
    """Return the time at risk since the age before, of all together, shape (t,)."""
    before = np.concatenate([[0.0], ages])[: len(ages)]
    whole = np.asarray(at_risk * (ages - before), dtype=np.float64)
    if not late.total:
        return whole
    # Who came in between two ages is at risk at the second, but not for all of the time before.
    place = np.searchsorted(ages, late.distinct, side="right")
    missed = np.diff(late.before) * (late.distinct - before[place])
    return whole - np.bincount(place, weights=missed, minlength=len(ages))
