"""How long things last when some have not ended yet.

Kaplan and Meier (1958): not having ended yet is neither ended nor unknown. The interval is on the
log(-log) scale with Greenwood's variance (Kalbfleisch and Prentice 2002, ch. 1), so that it stays
inside 0 and 1.
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analytics.risk_sets import Floats, Ints, Observed, Tally, flags, observed, risk_sets


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


def survival_of(ends: Any, at_risk: Any) -> Floats:
    """Return the product limit of ends by number at risk (above 0), shape (t,)."""
    return np.asarray(np.cumprod(1.0 - ends / at_risk), dtype=np.float64)


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


def normal_quantile(level: float) -> float:
    """Return how many standard errors a two-sided interval of ``level`` reaches.

    Raises
    ------
    ValueError
        ``level`` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level should be between 0 and 1, 0.95 for instance, but is {level}.")
    return float(ndtri(0.5 + level / 2))


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


def log_log_interval(
    survival: Floats, ends: Ints, at_risk: Ints, z: float
) -> tuple[Floats, Floats]:
    """Return both ends of the interval; missing where survival is 0 or 1."""
    change = np.flatnonzero(ends)  # in between, both ends stay as they are
    share, d, n = survival[change], ends[change].astype(np.float64), at_risk[change]
    left = np.maximum(n - d, 1.0)
    greenwood = np.cumsum(np.where(n > d, d / (n * left), 0.0))
    inside = share > 0
    log = np.log(np.where(inside, share, 0.5))
    factor = np.exp(z * np.sqrt(greenwood) / -log)
    row = np.cumsum(ends > 0)
    edges = []
    for power in (factor, 1 / factor):
        edge = np.where(inside, np.exp(log * power), np.nan)
        edges.append(np.concatenate([[np.nan], edge])[row])
    return edges[0], edges[1]
