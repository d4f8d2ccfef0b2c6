"""Weights that make who was contacted and who was not alike, and differences under them.

Overlap weights: a contacted customer weighs the chance of not having been contacted, another one
the chance of having been. Whoever could have been either counts most, nobody weighs much more than
others, and with a logistic model every mean in it is the same on both sides, to the last digit.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats import Floats

Flags = npt.NDArray[np.bool_]
_ROUNDING = 1e-9
_LEAST_WEIGHT = 1.0  # in customers who could have been either


@dataclass(frozen=True)
class OverlapFit:
    """A propensity model and the weights that it gives.

    Attributes
    ----------
    contacted : ndarray of bool, shape (n,)
    propensity : ndarray of shape (n,)
        Probability of having been contacted, by what was known before.
    weight : ndarray of shape (n,)
        Adds up to 1 over those contacted, and to 1 over the others.
    design : ndarray of shape (n, p + 1)
        Columns of the model, the first one 1.
    """

    contacted: Flags
    propensity: Floats
    weight: Floats
    design: Floats


@dataclass(frozen=True)
class Gaps:
    """Weighted differences of several outcomes, contacted less others.

    Attributes
    ----------
    contacted, others, gap : ndarray of shape (k,)
        Weighted means, and their difference.
    influence, base_influence, top_influence : ndarray of shape (n, k)
        What each customer moves the gap, the mean of the others and of those contacted by:
        ``influence.T @ influence`` is the covariance of the gaps, weights being estimated and all.
    """

    contacted: Floats
    others: Floats
    gap: Floats
    influence: Floats
    top_influence: Floats
    base_influence: Floats


def fit_overlap(terms: Floats, contacted: Flags) -> OverlapFit | None:
    """Fit the propensity by maximum likelihood; None where it does not settle (no overlap).

    Parameters
    ----------
    terms : ndarray of shape (n, p)
        What was known before the contact; columns that do not vary, or repeat others, are no harm.
    contacted : ndarray of bool, shape (n,)

    Notes
    -----
    F. Li, K. L. Morgan and A. M. Zaslavsky (2018), Balancing covariates via propensity score
    weighting, Journal of the American Statistical Association 113, 390–400: theorem 3 is the exact
    balance.
    """
    spread = terms.std(axis=0)
    kept = _independent((terms - terms.mean(axis=0))[:, spread > _ROUNDING])
    p = _propensity(kept, contacted)
    if p is None:
        return None
    raw = np.where(contacted, 1 - p, p)
    sums = np.where(contacted, raw[contacted].sum(), raw[~contacted].sum())
    if not sums.min() > _LEAST_WEIGHT:
        return None
    return OverlapFit(contacted, p, raw / sums, np.column_stack([np.ones(len(p)), kept]))


def weighted_gaps(fit: OverlapFit, outcomes: Floats) -> Gaps:
    """Return weighted differences of outcomes, with what each customer moves them by.

    Parameters
    ----------
    fit : OverlapFit
    outcomes : ndarray of shape (n, k)

    Notes
    -----
    The means and the coefficients of the model solve one set of equations, so the variance is that
    of M-estimation (L. A. Stefanski and D. D. Boos, 2002, The American Statistician 56, 29–38): it
    takes into account that weights are estimated. As every mean in the model is balanced, a
    regression on the contact and the same columns says the same: the difference is doubly robust.
    """
    z, w, x = fit.contacted, fit.weight, fit.design
    one, other = np.where(z, w, 0.0), np.where(z, 0.0, w)
    top, base = one @ outcomes, other @ outcomes
    off_top, off_base = outcomes - top, outcomes - base
    p = fit.propensity
    score = (z - p)[:, None] * x
    information = (x * (p * (1 - p))[:, None]).T @ x
    # A higher propensity takes from the weights of those contacted and gives to the others'.
    moved_top = -(x * (one * p)[:, None]).T @ off_top
    moved_base = (x * (other * (1 - p))[:, None]).T @ off_base
    solved = np.linalg.solve(information, np.column_stack([moved_top, moved_base]))
    k = outcomes.shape[1]
    shrink = np.sqrt(len(z) / max(1, len(z) - x.shape[1] - 1))
    top_influence = shrink * (one[:, None] * off_top + score @ solved[:, :k])
    base_influence = shrink * (other[:, None] * off_base + score @ solved[:, k:])
    return Gaps(
        top, base, top - base, top_influence - base_influence, top_influence, base_influence
    )


def lacking_variance(fit: OverlapFit, outcome: Floats) -> float:
    """Return by how much the spread of those contacted may be too small, as variance of the gap.

    A few hundred contacted often hold none of the rare large amounts that make the spread of
    money; their mean is then low and looks sure. Their spread is taken to be that of the others at
    least, who are more. 0 where it is anyway.

    Parameters
    ----------
    outcome : ndarray of shape (n,)
    """
    z, w = fit.contacted, fit.weight
    top, base = w[z] @ outcome[z], w[~z] @ outcome[~z]
    least = float(w[~z] @ (outcome[~z] - base) ** 2) * float((w[z] ** 2).sum())
    return max(0.0, least - float(((w[z] * (outcome[z] - top)) ** 2).sum()))


def standardised_differences(
    values: Floats, contacted: Flags, weight: Floats | None = None
) -> Floats:
    """Return differences of means in standard deviations, by column; 0 where nothing varies.

    Notes
    -----
    The deviation is that of both groups before weighting, so that before and after are in the same
    unit. P. C. Austin (2009), Statistics in Medicine 28, 3083–3107; 0.1 is the usual border.
    """
    one, other = values[contacted], values[~contacted]
    deviation = np.sqrt((one.var(axis=0) + other.var(axis=0)) / 2)
    w = np.ones(len(contacted)) if weight is None else weight
    means = np.average(one, axis=0, weights=w[contacted]) - np.average(
        other, axis=0, weights=w[~contacted]
    )
    is_flat = deviation <= _ROUNDING
    found: Floats = np.where(is_flat, 0.0, means / np.where(is_flat, 1.0, deviation))
    return found


def effective_size(weight: Floats) -> float:
    """Return how many customers of equal weight tell as much (L. Kish, 1965)."""
    return float(weight.sum() ** 2 / (weight**2).sum()) if len(weight) else 0.0


def is_without_counterpart(fit: OverlapFit, caliper: float = 0.2) -> Flags:
    """Return which of the contacted have nobody near among the others.

    Near is within ``caliper`` standard deviations of the log-odds of having been contacted: P. C.
    Austin (2011), Pharmaceutical Statistics 10, 150–161.
    """
    p = np.clip(fit.propensity, 1e-12, 1 - 1e-12)
    odds = np.log(p / (1 - p))
    others = np.sort(odds[~fit.contacted])
    mine = odds[fit.contacted]
    place = np.searchsorted(others, mine)
    below = others[np.maximum(place - 1, 0)]
    above = others[np.minimum(place, len(others) - 1)]
    nearest = np.minimum(np.abs(mine - below), np.abs(mine - above))
    return np.asarray(nearest > caliper * odds.std() + _ROUNDING)


def _propensity(columns: Floats, contacted: Flags) -> Floats | None:
    """Return the probability of contact by maximum likelihood; None where it does not settle."""
    if not columns.shape[1]:
        return np.full(len(contacted), contacted.mean())
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-9, max_iter=60)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.simplefilter("error", RuntimeWarning)
        try:
            model.fit(columns, contacted)
        except (ConvergenceWarning, RuntimeWarning):
            return None
    return np.asarray(model.predict_proba(columns)[:, 1], dtype="float64")


def _independent(terms: Floats) -> Floats:
    """Return columns at a spread of one, without those that others add up to."""
    if not terms.shape[1]:
        return terms
    scaled: Floats = terms / terms.std(axis=0)
    upper = np.linalg.qr(scaled, mode="r")
    diagonal = np.abs(np.diag(upper))
    is_own = np.zeros(terms.shape[1], dtype=bool)
    is_own[: len(diagonal)] = diagonal > 1e-6 * np.sqrt(len(scaled))
    kept: Floats = scaled[:, is_own]
    return kept
