"""How good probabilities of churn are: order, size, and both; one number or one table each."""

from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analytics.churn_features import Flags
from analytics.stats import LEVEL, Floats, wilson_interval

TENTHS = 10
BINS = 10


def auc_interval(
    churned: Flags, score: Floats, *, level: float = LEVEL
) -> tuple[float, float, float]:
    """Return the area under the ROC curve with DeLong's interval.

    Parameters
    ----------
    churned : ndarray of bool, shape (n,)
    score : ndarray of shape (n,)
        Higher is likelier to churn; ties count half.
    level : float
        Coverage, 0 to 1.

    Returns
    -------
    auc, low, high : float
        0 to 1. All NaN where one class is not there; the interval is NaN where a class has one
        customer.

    Notes
    -----
    E. DeLong, D. DeLong, D. Clarke-Pearson (1988), Biometrics 44, 837–845, by the ranks of X. Sun
    and W. Xu (2014), IEEE Signal Processing Letters 21, 1389–1393; on the logit scale, so that it
    stays inside 0 and 1.
    """
    ours, others = score[churned], score[~churned]
    m, n = len(ours), len(others)
    if not m or not n:
        return np.nan, np.nan, np.nan
    ranks = rankdata(score)
    beaten = (ranks[churned] - rankdata(ours)) / n  # by each churned one: share of kept below
    beating = 1.0 - (ranks[~churned] - rankdata(others)) / m
    auc = float(beaten.mean())
    if min(m, n) < 2:
        return auc, np.nan, np.nan
    error = float(np.sqrt(beaten.var(ddof=1) / m + beating.var(ddof=1) / n))
    if error == 0.0 or not 0.0 < auc < 1.0:
        return auc, auc, auc
    half = NormalDist().inv_cdf((1 + level) / 2) * error / (auc * (1 - auc))
    centre = np.log(auc / (1 - auc))
    low, high = 1 / (1 + np.exp(-(centre - half))), 1 / (1 + np.exp(-(centre + half)))
    return auc, float(low), float(high)


def average_precision(churned: Flags, score: Floats) -> float:
    """Return the mean share churned among those at or above each churned customer's score.

    NaN where nobody churned. Not interpolated: the sum over distinct scores of precision times the
    gain of recall.
    """
    if not churned.any():
        return np.nan
    ends, caught = _caught(churned, score)
    gained = np.diff(caught, prepend=0.0)
    return float((caught / ends * gained).sum() / caught[-1])


def brier(churned: Flags, probability: Floats) -> float:
    """Return the mean squared error of the probabilities (G. Brier 1950)."""
    return float(((probability - churned) ** 2).mean())


def reliability(churned: Flags, probability: Floats, *, bins: int = BINS) -> pd.DataFrame:
    """Compare predicted with observed shares, in equal-sized bins of the prediction.

    Returns
    -------
    DataFrame
        One row per bin, ascending; equal predictions share a bin, so that there can be fewer:
        ``predicted`` (mean, 0 to 1), ``observed``, ``low``, ``high`` (Wilson, 95 %), ``n``,
        ``churned``.
    """
    edges = np.unique(np.quantile(probability, np.arange(1, bins) / bins))
    position = np.searchsorted(edges, probability, side="left")
    n = np.bincount(position, minlength=len(edges) + 1)
    lost = np.bincount(position, weights=churned, minlength=len(n))
    total = np.bincount(position, weights=probability, minlength=len(n))
    there = n > 0
    n, lost, total = n[there], lost[there], total[there]
    low, high = wilson_interval(lost, n)
    return pd.DataFrame(
        {
            "predicted": total / n,
            "observed": lost / n,
            "low": low,
            "high": high,
            "n": n,
            "churned": lost.astype(np.int64),
        }
    )


def calibration_error(bins: pd.DataFrame) -> float:
    """Return the expected calibration error: the mean miss of the bins, weighted by customers.

    Notes
    -----
    M. Naeini, G. Cooper, M. Hauskrecht (2015), AAAI 29, with bins of equal size.
    """
    missed = (bins["predicted"] - bins["observed"]).abs()
    return float((missed * bins["n"]).sum() / bins["n"].sum())


def lift_by_tenth(churned: Flags, score: Floats) -> pd.DataFrame:
    """Say how many of the churned are in each tenth of the score, the highest first.

    Returns
    -------
    DataFrame
        ``tenth`` (1 is the highest), ``customers``, ``predicted`` (sum of the scores), ``churned``,
        ``rate`` with ``low`` and ``high`` (Wilson, 95 %), ``lift`` (rate over the rate of all),
        ``caught`` (share of all churned up to here). Where equal scores lie across a
        border, each counts with the chance of being on either side: the same for any order of rows.
        With fewer than ten customers there are fewer rows.
    """
    size = len(score)
    borders = np.unique(np.arange(TENTHS + 1) * size // TENTHS)
    ends, caught = _caught(churned, score)
    up_to = np.interp(borders, np.append(0, ends), np.append(0.0, caught))
    summed = np.append(0.0, np.cumsum(np.sort(score)[::-1]))[borders]  # equal ones are alike
    customers, lost = np.diff(borders), np.diff(up_to)
    low, high = wilson_interval(lost, customers)
    rate, all_lost = lost / customers, float(churned.sum())
    return pd.DataFrame(
        {
            "tenth": np.arange(1, len(borders)),
            "customers": customers,
            "predicted": np.diff(summed),
            "churned": lost,
            "rate": rate,
            "low": low,
            "high": high,
            "lift": rate / (all_lost / size) if all_lost else np.nan,
            "caught": up_to[1:] / all_lost if all_lost else np.nan,
        }
    )


def gain_interval(
    churned: Flags, probability: Floats, other: Floats, *, level: float = LEVEL
) -> tuple[float, float, float]:
    """Return how much smaller the Brier score is than that of ``other``, with interval.

    The same customers under both, so that the differences of their squared errors are averaged.
    """
    gained = (other - churned) ** 2 - (probability - churned) ** 2
    mean = float(gained.mean())
    if len(gained) < 2:
        return mean, np.nan, np.nan
    half = NormalDist().inv_cdf((1 + level) / 2) * float(gained.std(ddof=1)) / len(gained) ** 0.5
    return mean, mean - half, mean + half


def _caught(churned: Flags, score: Floats) -> tuple[Floats, Floats]:
    """Customers, and churned among them, down to each distinct score, the highest first."""
    _, position, n = np.unique(-score, return_inverse=True, return_counts=True)
    lost = np.bincount(position, weights=churned, minlength=len(n))
    return np.cumsum(n).astype("float64"), np.cumsum(lost)
