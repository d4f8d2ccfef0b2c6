"""Means of groups (agents, products), each drawn toward all as far as few answers call for.

Empirical Bayes with normal means: answers within a group scatter with one variance, pooled over all
groups, and true means of groups lie around the mean of all with a spread that the results
themselves speak for (B. Efron and C. Morris 1975, Journal of the American Statistical Association
70, 311–319; the spread by R. C. Paule and J. Mandel 1982, Journal of Research of the NBS 87,
377–385). Four lucky answers move little, four hundred move far.
"""

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.multiplicity import adjusted
from analytics.risk_sets import Floats
from analytics.stats import LEVEL, mean_interval_from_sums, normal_quantile

_STEPS = 60
COLUMNS = [
    "group", "n", "mean", "mean_low", "mean_high", "shrunk", "low", "high", "own_weight",
    "standing",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class GroupMeans:
    """Means of groups beside the mean of all.

    Attributes
    ----------
    groups : DataFrame
        One row per group, the highest ``shrunk`` first: ``group``, ``n``, ``mean`` with Student's
        ``mean_low`` and ``mean_high`` (its answers alone), ``shrunk`` with ``low`` and ``high``
        (toward all), ``own_weight`` (0 to 1: of the own answers in it) and ``standing``: ``above``
        or ``below`` where the interval leaves out the mean of all and its answers alone differ from
        it too, at 5 % adjusted for as many groups (Benjamini and Hochberg): one group far off
        widens the spread, and a lucky one would else stand out with it; ``like_all``, or
        ``cannot_tell`` where nothing is known of how answers scatter. Flags go by ``standing``.
    mean, spread : float
        Of the true means of groups, in the unit of the answers; ``spread`` is their standard
        deviation, 0 where groups differ by no more than chance.
    within : float
        Standard deviation of answers within a group.
    """

    groups: pd.DataFrame
    mean: float
    spread: float
    within: float


def group_means(sums: pd.DataFrame, *, level: float = LEVEL) -> GroupMeans:
    """Draw each group's mean toward the mean of all.

    Parameters
    ----------
    sums : DataFrame
        ``group`` (missing ones are left out), ``n``, ``total``, ``total_sq``: count, sum and sum of
        squares of the answers; rows of one group are added up.
    level : float
        Coverage of the intervals. They include what is not known of the mean of all, and take the
        spread as given: with a handful of groups they are somewhat too narrow.
    """
    names = ["n", "total", "total_sq"]
    held = sums.groupby("group", sort=True, dropna=True)[names].sum()
    held = held[held["n"] > 0]
    n, total, squares = (held[name].to_numpy(dtype="float64") for name in names)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        alone = mean_interval_from_sums(n, total, squares, level=level)
    within = _within(n, total, squares)
    frame = pd.DataFrame(
        {
            "group": held.index.to_numpy(),
            "n": n.astype("int64"),
            "mean": mean,
            "mean_low": alone[0],
            "mean_high": alone[1],
        }
    )
    error = within / n
    spread_sq = _spread_sq(mean, error) if np.isfinite(within) and len(n) > 1 else 0.0
    centre, centre_sq = _centre(mean, error, spread_sq, n)
    own = _own_weight(spread_sq, error)
    half = normal_quantile(level) * np.sqrt(own * error + (1 - own) ** 2 * centre_sq)
    frame["shrunk"] = centre + own * (mean - centre)
    frame["low"], frame["high"] = frame["shrunk"] - half, frame["shrunk"] + half
    frame["own_weight"] = own
    frame["standing"] = _standing(frame, centre, error + centre_sq)
    order = frame[COLUMNS].sort_values(
        ["shrunk", "n", "group"], ascending=[False, False, True], kind="stable", ignore_index=True
    )
    return GroupMeans(order, centre, float(np.sqrt(spread_sq)), float(np.sqrt(within)))


def _within(n: Floats, total: Floats, squares: Floats) -> float:
    """Return the variance of answers within groups, pooled; NaN where no group has two."""
    freedom = float((n - 1).sum())
    if freedom < 1:
        return np.nan
    found = float(np.maximum(squares - total**2 / n, 0.0).sum()) / freedom
    return found if found > 1e-12 * float(squares.sum() / n.sum() + 1e-300) else np.nan


def _spread_sq(mean: Floats, error: Floats) -> float:
    """Return the variance of true means at which they scatter as much as they should."""
    groups = len(mean)

    def excess(spread_sq: float) -> float:
        weight = 1 / (error + spread_sq)
        centre = (weight * mean).sum() / weight.sum()
        return float((weight * (mean - centre) ** 2).sum()) - (groups - 1)

    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, float(np.ptp(mean)) ** 2 + float(error.max())
    while excess(high) > 0:
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def _centre(mean: Floats, error: Floats, spread_sq: float, n: Floats) -> tuple[float, float]:
    """Return the mean of all and its squared standard error."""
    if not len(mean):
        return np.nan, np.nan
    if not np.isfinite(error).all():
        return float((n * mean).sum() / n.sum()), np.nan
    weight = 1 / (error + spread_sq)
    return float((weight * mean).sum() / weight.sum()), float(1 / weight.sum())


def _own_weight(spread_sq: float, error: Floats) -> Floats:
    return np.asarray(spread_sq / (spread_sq + error), dtype=np.float64)


def _standing(frame: pd.DataFrame, centre: float, variance: Floats) -> npt.NDArray[np.str_]:
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(frame["mean"].to_numpy(dtype="float64") - centre) / np.sqrt(variance)
    by_chance = np.array([erfc(one / sqrt(2)) if np.isfinite(one) else 1.0 for one in z])
    differs = adjusted(by_chance) <= 1 - LEVEL
    return np.select(
        [
            frame["low"].isna(),
            differs & (frame["low"] > centre),
            differs & (frame["high"] < centre),
        ],
        ["cannot_tell", "above", "below"],
        "like_all",
    )
