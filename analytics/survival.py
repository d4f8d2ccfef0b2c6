"""How long things last when some have not ended yet.

Kaplan and Meier (1958): not having ended yet is neither ended nor unknown. The interval is on the
log(-log) scale with Greenwood's variance (Kalbfleisch and Prentice 2002, ch. 1), so that it stays
inside 0 and 1.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]


def kaplan_meier(durations: Any, ended: Any, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share that lasts longer than each duration.

    Parameters
    ----------
    durations : array of numbers, not negative
        How long each was seen, in any unit. Missing ones are left out.
    ended : array of bool
        Whether it ended then; otherwise it was last seen then, still running, and counts as at risk
        up to and including that duration.
    level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per distinct duration, ascending: ``duration``, ``at_risk`` (just before it),
        ``ended``, ``censored``, ``survival`` (share lasting longer, 0..1), ``low``, ``high``. Where
        survival is 1 or 0 there is no variance to estimate: ``low`` and ``high`` are missing.

    Raises
    ------
    ValueError
        A duration is negative, or the two differ in length.
    """
    lasted, is_end = _checked(durations, ended)
    times, position = np.unique(lasted, return_inverse=True)
    ends = np.bincount(position, weights=is_end, minlength=len(times)).astype(np.float64)
    seen = np.bincount(position, minlength=len(times)).astype(np.float64)
    at_risk = np.asarray(seen[::-1].cumsum()[::-1], dtype=np.float64)
    survival = np.asarray(np.cumprod(1.0 - ends / at_risk), dtype=np.float64)
    low, high = _log_log(survival, ends, at_risk, level)
    return pd.DataFrame(
        {
            "duration": times,
            "at_risk": at_risk.astype(np.int64),
            "ended": ends.astype(np.int64),
            "censored": (seen - ends).astype(np.int64),
            "survival": survival,
            "low": low,
            "high": high,
        }
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
    times = curve["duration"].to_numpy(dtype=np.float64)
    left = (curve["ended"] + curve["censored"]).to_numpy(dtype=np.float64)
    exposure = float(times @ left)
    return float(curve["ended"].sum()) / exposure if exposure > 0 else 0.0


def _checked(durations: Any, ended: Any) -> tuple[Floats, npt.NDArray[np.bool_]]:
    lasted = np.asarray(durations, dtype=np.float64)
    is_end = np.asarray(ended, dtype=np.bool_)
    if lasted.shape != is_end.shape or lasted.ndim != 1:
        raise ValueError(
            f"durations and ended should be as long as each other, but are {lasted.shape} and "
            f"{is_end.shape}."
        )
    is_known = ~np.isnan(lasted)
    if (lasted[is_known] < 0).any():
        raise ValueError("A duration is negative. Leave out what ended before it began.")
    return lasted[is_known], is_end[is_known]


def _log_log(survival: Floats, ends: Floats, at_risk: Floats, level: float) -> tuple[Floats, ...]:
    """Return both ends of the interval; missing where survival is 0 or 1."""
    inside = (survival > 0) & (survival < 1)
    left = np.where(at_risk > ends, at_risk - ends, 1.0)
    greenwood = np.cumsum(np.where(at_risk > ends, ends / (at_risk * left), 0.0))
    log = np.log(np.where(inside, survival, 0.5))
    width = float(ndtri(0.5 + level / 2)) * np.sqrt(greenwood) / np.abs(log)
    low = np.where(inside, np.exp(log * np.exp(width)), np.nan)
    high = np.where(inside, np.exp(log * np.exp(-width)), np.nan)
    return low, high
