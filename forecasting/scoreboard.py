"""Who has been right at this distance: bias and spread of people and of models, by lead time.

Errors are shares of a forecaster's own mean result, so that the mean error is the sum of forecasts
over the sum of results, less one. People of a group are drawn toward each other as far as their
short histories call for: normal errors around normal biases, averaged over the spread of these
(D. B. Rubin 1981, Journal of Educational Statistics 6, 377–401). Lead times are never mixed, over
and under are never averaged away, and a miss of 300 % is one of 300 %.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.stats import LEVEL, Floats

LEAST_PERIODS = 3  # below, nothing is said of anybody
CLOSE = 0.05  # a bias that certainly is not further off than this is none
OVER, UNDER, CLOSE_BY, CANNOT_TELL = "over", "under", "close", "cannot_tell"
COLUMNS = (
    "who", "group", "lead_weeks", "periods", "forecast", "actual", "bias", "wape", "shrunk", "low",
    "high", "spread", "own_weight", "verdict",
)  # fmt: skip
_PRIOR = 4.0  # degrees of freedom that the spread of the group counts as, in one's own
_STEPS = 60


@dataclass(frozen=True, eq=False)
class _Errors:
    """Errors of the forecasters of a group at one lead time."""

    mean: Floats
    square: Floats
    n: Floats


def scoreboard(errors: pd.DataFrame, *, level: float = LEVEL) -> pd.DataFrame:
    """Score forecasters.

    Parameters
    ----------
    errors : DataFrame
        One row per forecaster, lead time and period: ``who``, ``group`` (people who are drawn
        toward each other; missing: on their own), ``lead_weeks``, ``forecast``, ``actual``
        (money). Rows without both are left out.
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        ``COLUMNS``, one row per forecaster and lead time, the farthest first: ``periods``, sums of
        ``forecast`` and ``actual``, ``bias`` (sum of forecast less actual, over the sum of actual:
        above 0 promised too much), ``wape`` (sum of absolute errors over the sum of actual),
        ``shrunk`` bias with ``low`` and ``high``, ``spread`` (standard deviation of errors around
        the bias, a share, drawn toward the group's), ``own_weight`` (0 to 1: of the own errors in
        ``shrunk``), ``verdict``. NaN where the results add up to nothing or one period is all.
        ``verdict`` is ``over`` or ``under`` where the interval says so, ``close`` where it is
        within ``CLOSE``, else ``cannot_tell``, as with fewer than ``LEAST_PERIODS`` periods.
    """
    known = errors[errors["forecast"].notna() & errors["actual"].notna()]
    if known.empty:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    parts = []
    keys: Any
    for keys, own in known.groupby(["group", "lead_weeks"], dropna=False, sort=False):
        group, lead = keys
        of_group = [own] if not pd.isna(group) else [one for _, one in own.groupby("who")]
        parts += [_scored(one, level).assign(group=group, lead_weeks=lead) for one in of_group]
    found = pd.concat(parts, ignore_index=True)[list(COLUMNS)]
    order = ["lead_weeks", "group", "who"]
    return found.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _scored(errors: pd.DataFrame, level: float) -> pd.DataFrame:
    """Score the forecasters of one group at one lead time."""
    off = (errors["forecast"] - errors["actual"]).astype("float64")
    rows = pd.DataFrame(
        {"who": errors["who"], "off": off, "absolute": off.abs(), "square": off**2,
         "forecast": errors["forecast"], "actual": errors["actual"], "periods": 1}
    )  # fmt: skip
    sums = rows.groupby("who", sort=True).sum()
    n = sums["periods"].to_numpy(dtype="float64")
    actual = sums["actual"].where(sums["actual"] > 0).to_numpy(dtype="float64")
    bias = sums["off"].to_numpy(dtype="float64") / actual
    square = sums["square"].to_numpy(dtype="float64") / (actual / n) ** 2 - n * bias**2
    shrunk, error, spread, weight, freedom = _shrunk(_Errors(bias, square.clip(min=0), n))
    half = _student(freedom, level) * error
    low, high = shrunk - half, shrunk + half
    return pd.DataFrame(
        {
            "who": sums.index, "periods": n.astype("int64"), "forecast": sums["forecast"],
            "actual": sums["actual"], "bias": bias, "wape": sums["absolute"] / actual,
            "shrunk": shrunk, "low": low, "high": high, "spread": spread, "own_weight": weight,
            "verdict": _verdicts(low, high, n),
        }
    ).reset_index(drop=True)  # fmt: skip


def _shrunk(errors: _Errors) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return bias, its standard error, spread, own weight and degrees of freedom."""
    told = np.isfinite(errors.mean)
    own_freedom = np.where(told, errors.n - 1, 0.0)
    total = float(own_freedom.sum())
    blank = np.full(len(told), np.nan)
    if total < 1:
        return errors.mean, blank, blank, np.where(told, 1.0, np.nan), blank
    pooled = float(errors.square[told].sum()) / total
    prior = _PRIOR if told.sum() > 1 else 0.0
    freedom = own_freedom + min(prior, total)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (np.where(told, errors.square, 0.0) + min(prior, total) * pooled) / freedom
    variance = np.where(told & (freedom > 0), variance, np.nan)
    of_mean = variance / errors.n
    if told.sum() < 2 or pooled <= 0:
        return (
            errors.mean,
            np.sqrt(of_mean),
            np.sqrt(variance),
            np.where(told, 1.0, np.nan),
            freedom,
        )
    bias, deviation, weight = blank.copy(), blank.copy(), blank.copy()
    bias[told], deviation[told], weight[told] = _toward_each_other(errors.mean[told], of_mean[told])
    return bias, deviation, np.sqrt(variance), weight, freedom


def _toward_each_other(mean: Floats, variance: Floats) -> tuple[Floats, Floats, Floats]:
    """Return posterior mean, deviation and own weight, over a flat prior of the spread."""
    widest = 3 * max(float(mean.std()), float(np.sqrt(variance.mean())))
    tau2 = (np.linspace(0.0, widest, _STEPS) ** 2)[:, None]
    precision = 1 / (variance + tau2)
    of_group = 1 / precision.sum(axis=1, keepdims=True)
    centre = (precision * mean).sum(axis=1, keepdims=True) * of_group
    likelihood = 0.5 * (
        np.log(of_group[:, 0])
        + np.log(precision).sum(axis=1)
        - (precision * (mean - centre) ** 2).sum(axis=1)
    )
    share = np.exp(likelihood - likelihood.max())[:, None]
    share /= share.sum()
    own = tau2 * precision
    at = centre + own * (mean - centre)
    spread = own * variance + (1 - own) ** 2 * of_group
    found = (share * at).sum(axis=0)
    total = (share * (spread + (at - found) ** 2)).sum(axis=0)
    return found, np.sqrt(total), (share * own).sum(axis=0)


def _student(freedom: Floats, level: float) -> Any:
    from scipy.special import stdtrit

    with np.errstate(invalid="ignore"):
        return stdtrit(np.where(freedom > 0, freedom, np.nan), (1 + level) / 2)


def _verdicts(low: Floats, high: Floats, n: Floats) -> list[str]:
    found = np.select(
        [~np.isfinite(low) | (n < LEAST_PERIODS), (low >= -CLOSE) & (high <= CLOSE), low > 0,
         high < 0],
        [CANNOT_TELL, CLOSE_BY, OVER, UNDER],
        CANNOT_TELL,
    )  # fmt: skip
    return [str(one) for one in found]
