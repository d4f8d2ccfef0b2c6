"""Parts that the log-likelihoods of the lifetime-value models share, with exact derivatives."""

from collections.abc import Callable

import numpy as np
from scipy import special

from analytics.clv_histories import Floats, Histories
from analytics.clv_newton import Objective

_LARGEST_COUNT = 100_000  # above it, sums over all whole numbers below are slower than gammaln


def rising_sum(counts: Floats, weight: Floats) -> Callable[[float], tuple[float, float, float]]:
    """Return the weighted sum of ln of the rising factorials (shape)_k, and its derivatives.

    Parameters
    ----------
    counts, weight : ndarray of shape (n,)
        Whole numbers k from 0, and how often each counts.

    Returns
    -------
    callable
        Shape -> value, first and second derivative by the shape.

    Notes
    -----
    ln (shape)_k is the sum of ln(shape + j) over j < k, so that each j counts as often as there
    are k above it: no special function, and no digit is lost for small or large shapes.
    """
    if counts.max() > _LARGEST_COUNT:
        return _few_rising(counts, weight)
    above = np.cumsum(np.bincount(counts.astype(np.intp), weight)[::-1])[::-1][1:]
    places = np.arange(len(above), dtype=np.float64)

    def part(shape: float) -> tuple[float, float, float]:
        each = places + shape
        inverse = 1.0 / each
        first = above * inverse
        return float(above @ np.log(each)), float(first.sum()), -float(first @ inverse)

    return part


def purchases_part(histories: Histories) -> Objective:
    """Return ln of (r)_x alpha^r (alpha + T)^-(r + x), summed, by (r, alpha), with derivatives."""
    rising = rising_sum(*histories.by_count)
    ages, of_age, bought = histories.by_age
    n, all_bought = histories.total, float(bought.sum())

    def part(at: Floats) -> tuple[float, Floats, Floats]:
        r, alpha = float(at[0]), float(at[1])
        value, first, second = rising(r)
        ratio, inverse = np.log1p(ages / alpha), 1.0 / (alpha + ages)
        power = r * of_age + bought
        by_time = power * inverse
        value -= float(power @ ratio) + np.log(alpha) * all_bought
        gradient = np.array([first - of_age @ ratio, n * r / alpha - by_time.sum()])
        mixed = n / alpha - of_age @ inverse
        twice = by_time @ inverse - n * r / alpha**2
        return value, gradient, np.array([[second, mixed], [mixed, twice]])

    return part


def in_logarithms(
    value: float, gradient: Floats, hessian: Floats, at: Floats, n: float
) -> tuple[float, Floats, Floats]:
    """Turn derivatives by the parameters into those by their logarithms; all divided by ``n``."""
    slope = gradient * at
    return value / n, slope / n, (hessian * (at[:, None] * at) + np.diag(slope)) / n


def _few_rising(counts: Floats, weight: Floats) -> Callable[[float], tuple[float, float, float]]:
    def part(shape: float) -> tuple[float, float, float]:
        value, first, second = (
            float(weight @ (of(shape + counts) - of(shape)))
            for of in (special.gammaln, special.digamma, _trigamma)
        )
        return value, first, second

    return part


def _trigamma(x: Floats | float) -> Floats:
    return np.asarray(special.polygamma(1, x))
