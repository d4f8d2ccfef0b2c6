"""When a dropout model says nothing about dropout: the rule, and the model without dropout.

NBD: customers buy at gamma-distributed rates for ever (Ehrenberg 1959). It is the limit of every
dropout model here when nobody leaves (a or s towards 0, or b or beta out of sight).
"""

import numpy as np
from scipy import special

from analytics.clv_histories import Floats, Histories
from analytics.clv_newton import Objective, maximise

_CRITICAL = 6.635  # 99.5 % of the half-and-half mixture of chi-square 0 and 1: a bound is tested
_FEW_LEFT = 0.01
_EQUAL_RATES = 1e4  # a coefficient of variation of the rates below 1 %


def collapse_code(
    histories: Histories, log_likelihood: float, r: float, left_share: float
) -> str | None:
    """Return ``"no_dropout"``, ``"no_heterogeneity"`` or None.

    Parameters
    ----------
    histories : Histories
        Those that the model was fitted to.
    log_likelihood : float
        Of the dropout model, in the same time unit.
    r : float
        Shape of the purchase rates.
    left_share : float
        Mean probability of having left, over customers who bought again.

    Notes
    -----
    No dropout: twice the gain in log-likelihood over the NBD model stays below 6.635, so that the
    data do not tell the dropout model from one in which nobody ever leaves; or the fit says that
    fewer than 1 % of the customers who bought again have left. No heterogeneity:
    the shape of the rates exceeds 10,000 (all customers buy at one rate).
    """
    if left_share < _FEW_LEFT or 2 * (log_likelihood - nbd_log_likelihood(histories)) < _CRITICAL:
        return "no_dropout"
    return "no_heterogeneity" if r > _EQUAL_RATES else None


def nbd_log_likelihood(histories: Histories) -> float:
    """Return the largest log-likelihood of the NBD model."""
    x = histories.x
    rate = max(float(x @ histories.weight) / float(histories.age @ histories.weight), 1e-6)
    start = np.log([1.0, 1.0 / rate])
    bounds = np.full(2, np.log(1e-6)), np.full(2, np.log(1e9))
    return maximise(_nbd(histories), [start], *bounds).value * histories.total


def rising(shape: float, x: Floats) -> tuple[Floats, Floats, Floats]:
    """Return ln of the rising factorial (shape)_x, and its two derivatives by ``shape``.

    Parameters
    ----------
    x : ndarray
        Whole numbers from 0.
    """
    if len(x) and x.max() < 100_000:
        place = x.astype(np.intp)
        sums = np.zeros((3, int(x.max()) + 1))
        inverse = 1.0 / (shape + np.arange(sums.shape[1] - 1))
        np.cumsum((-np.log(inverse), inverse, -(inverse**2)), axis=1, out=sums[:, 1:])
        logs, first, second = sums[:, place]
        return logs, first, second
    return (
        special.gammaln(shape + x) - special.gammaln(shape),
        special.digamma(shape + x) - special.digamma(shape),
        special.polygamma(1, shape + x) - special.polygamma(1, shape),
    )


def summed_by(values: Floats, *weights: Floats) -> tuple[Floats, ...]:
    """Return the distinct values, and the sum of each weight over them."""
    distinct, inverse = np.unique(values, return_inverse=True)
    sums = (np.bincount(inverse, w, len(distinct)).astype(np.float64) for w in weights)
    return distinct, *sums


def purchases_part(histories: Histories) -> Objective:
    """Return ln of (r)_x alpha^r (alpha + T)^-(r + x), summed, by (r, alpha), with derivatives."""
    counts, of_count = summed_by(histories.x.astype(np.float64), histories.weight)
    ages, of_age, bought = summed_by(
        histories.age, histories.weight, histories.weight * histories.x
    )
    n = histories.total

    def part(at: Floats) -> tuple[float, Floats, Floats]:
        r, alpha = at
        logs, first, second = rising(r, counts)
        ratio, inverse = np.log1p(ages / alpha), 1.0 / (alpha + ages)
        power = r * of_age + bought
        total = of_count @ logs - power @ ratio - np.log(alpha) * float(bought.sum())
        by_r = of_count @ first - of_age @ ratio
        by_alpha = n * r / alpha - power @ inverse
        mixed = n / alpha - of_age @ inverse
        by_alpha_twice = -n * r / alpha**2 + power @ inverse**2
        hessian = np.array([[of_count @ second, mixed], [mixed, by_alpha_twice]])
        return float(total), np.array([by_r, by_alpha]), hessian

    return part


def in_logarithms(
    value: float, gradient: Floats, hessian: Floats, at: Floats, n: float
) -> tuple[float, Floats, Floats]:
    """Turn derivatives by the parameters into those by their logarithms; all divided by ``n``."""
    slope = gradient * at
    return value / n, slope / n, (hessian * np.outer(at, at) + np.diag(slope)) / n


def _nbd(histories: Histories) -> Objective:
    part, n = purchases_part(histories), histories.total

    def objective(logs: Floats) -> tuple[float, Floats, Floats]:
        at = np.exp(logs)
        return in_logarithms(*part(at), at, n)

    return objective
