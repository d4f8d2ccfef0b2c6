"""One number for a whole survival curve: the median lifetime, and the mean up to some age."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.risk_sets import Floats
from analytics.stats import normal_quantile
from analytics.survival_groups import GroupCurves

_ROUNDING = 1e-12


@dataclass(frozen=True)
class MedianLifetime:
    """Age by which half have ended, in the unit of the durations.

    NaN means not reached: the curve, or that edge of its interval, does not come down to a half.
    """

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class RestrictedMean:
    """Mean lifetime when none counts beyond ``tau``, all in the unit of the durations.

    NaN where the curve is not known up to ``tau``.
    """

    mean: float
    standard_error: float
    low: float
    high: float
    tau: float


def median_lifetime(curve: pd.DataFrame, *, left: float = 0.5) -> MedianLifetime:
    """Return the first age at which half or fewer are left, with its interval.

    Parameters
    ----------
    curve : DataFrame
        Of ``kaplan_meier``; the interval has the level of its ``low`` and ``high``.
    left : float
        Another share than half: 0.1 for the age by which nine of ten have ended.

    Notes
    -----
    Brookmeyer and Crowley (1982), Biometrics 38, 29–41, with the log(-log) interval: all ages at
    which a half is inside the interval of the curve. Where the curve is 0, its lower edge is taken
    as 0.

    Examples
    --------
    >>> from analytics.survival import kaplan_meier
    >>> median_lifetime(kaplan_meier([1, 2, 3, 4], [True, True, True, False])).median
    2.0
    """
    ages = curve["duration"].to_numpy(dtype=np.float64)
    survival = curve["survival"].to_numpy(dtype=np.float64)
    low = np.where(survival == 0, 0.0, curve["low"].to_numpy(dtype=np.float64))
    high = curve["high"].to_numpy(dtype=np.float64)
    return MedianLifetime(*(_first_at(ages, edge, left) for edge in (survival, low, high)))


def restricted_mean_lifetime(
    curve: pd.DataFrame, tau: float | None = None, *, level: float = 0.95
) -> RestrictedMean:
    r"""Return the area under the curve up to ``tau``.

    Parameters
    ----------
    curve : DataFrame
        Of ``kaplan_meier``.
    tau : float, optional
        Age that nothing counts beyond; by default the longest duration seen. Curves are comparable
        at the same ``tau`` only.
    level : float
        Of the interval, between 0 and 1.

    Raises
    ------
    ValueError
        ``tau`` is not above 0.

    Notes
    -----
    Irwin (1949), Journal of Hygiene 47, 188–189; Klein and Moeschberger (2003), Survival Analysis,
    2nd ed., section 4.5: variance :math:`\sum_{t_i \le \tau} A_i^2\, d_i / (n_i (n_i - d_i))` with
    the area :math:`A_i` between :math:`t_i` and :math:`\tau`. Where nothing is censored these are
    the mean and its standard error (divisor n) of the durations cut at ``tau``. The interval is
    normal, kept within 0 and ``tau``.
    """
    z = normal_quantile(level)
    ages = curve["duration"].to_numpy(dtype=np.float64)
    survival = curve["survival"].to_numpy(dtype=np.float64)
    longest = float(ages[-1]) if len(ages) else np.nan
    until = longest if tau is None else float(tau)
    if tau is not None and not 0 < until < np.inf:
        raise ValueError(f"tau should be above 0, but is {until}. Give an age.")
    if not len(ages) or (until > longest and survival[-1] > 0):
        return RestrictedMean(np.nan, np.nan, np.nan, np.nan, until)
    within = ages <= until
    corners = np.concatenate([[0.0], ages[within], [until]])
    areas = np.concatenate([[1.0], survival[within]]) * np.diff(corners)
    after = areas[::-1].cumsum()[::-1][1:]
    n = curve["at_risk"].to_numpy(dtype=np.float64)[within]
    ends = curve["ended"].to_numpy(dtype=np.float64)[within]
    terms = np.where(n > ends, ends / (n * np.where(n > ends, n - ends, 1.0)), 0.0)
    mean, error = float(areas.sum()), float(np.sqrt(after**2 @ terms))
    half = z * error
    return RestrictedMean(mean, error, max(mean - half, 0.0), min(mean + half, until), until)


def lifetimes_by_group(
    curves: GroupCurves, tau: float | None = None, *, level: float = 0.95
) -> pd.DataFrame:
    """Return median and restricted mean lifetime of each group with a curve.

    Parameters
    ----------
    curves : GroupCurves
        Of ``kaplan_meier_by_group``.
    tau : float, optional
        As in ``restricted_mean_lifetime``, for all groups; by default the longest age up to which
        every group is known.
    level : float
        Of the interval of the mean; that of the median has the level of the curves.

    Returns
    -------
    DataFrame
        In the order of the groups: ``group``, ``n``, ``ended``, ``median``, ``median_low``,
        ``median_high``, ``mean``, ``standard_error``, ``mean_low``, ``mean_high``, ``tau``.
    """
    shown = curves.groups[curves.groups["status"] == "shown"]
    each: dict[Any, pd.DataFrame] = dict(list(curves.curves.groupby("group", sort=False)))
    if tau is None and each:
        # Where a curve has come down to 0, it is known for good.
        known = [
            np.inf if part["survival"].iloc[-1] == 0 else float(part["duration"].iloc[-1])
            for part in each.values()
        ]
        longest = max(float(part["duration"].iloc[-1]) for part in each.values())
        tau = min(*known, longest) or None
    rows = []
    for row in shown.itertuples(index=False):
        median = median_lifetime(each[row.group])
        mean = restricted_mean_lifetime(each[row.group], tau, level=level)
        rows.append(
            (row.group, row.n, row.ended, median.median, median.low, median.high, mean.mean,
             mean.standard_error, mean.low, mean.high, mean.tau)
        )  # fmt: skip
    columns = [
        "group", "n", "ended", "median", "median_low", "median_high", "mean", "standard_error",
        "mean_low", "mean_high", "tau",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _first_at(ages: Floats, share: Floats, left: float) -> float:
    reached = np.flatnonzero(share <= left + _ROUNDING)  # NaN is never reached
    return float(ages[reached[0]]) if len(reached) else np.nan
