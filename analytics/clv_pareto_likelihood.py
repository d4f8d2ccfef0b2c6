"""The Pareto/NBD log-likelihood with exact gradient and Hessian.

The likelihood is A (1 + e^D), with A(x, T) = F(x, T) - G(x, T), active to the end of observation,
and D = ln G(x, t_x) - ln A(x, T), the log odds of having left since the last purchase to that.
A and G, and their derivatives, are known per distinct pair of purchases and time; of each history
only D is needed, and sums over histories that share a pair.
"""

import numpy as np

from analytics.clv_histories import Floats, Histories, Indices
from analytics.clv_newton import Objective
from analytics.clv_pareto_integral import UPPER, still_there, still_there_twice
from analytics.clv_pareto_pairs import Pairs
from analytics.clv_parts import in_logarithms, rising_sum

_CHUNK = 1 << 15  # histories that stay in the processor cache
_LEAST = 1e-15  # share of A in F: below it only rounding is left, and A is nothing beside G


def objective_of(histories: Histories) -> Objective:
    """Return the mean log-likelihood by (ln r, ln alpha, ln s, ln beta), with derivatives."""
    n = histories.total
    rising = rising_sum(*histories.by_count)
    bracket = _bracket(histories)

    def objective(logs: Floats) -> tuple[float, Floats, Floats]:
        at = np.exp(logs)
        r, alpha, s, beta = at
        rise = rising(r)
        value, gradient, hessian = bracket(at)
        value += rise[0] + n * (r * logs[1] + s * logs[3])
        gradient += np.array([rise[1] + n * logs[1], n * r / alpha, n * logs[3], n * s / beta])
        hessian[0, 0] += rise[2]
        for shape, scale in ((0, 1), (2, 3)):
            hessian[shape, scale] += n / at[scale]
            hessian[scale, shape] += n / at[scale]
            hessian[scale, scale] -= n * at[shape] / at[scale] ** 2
        return in_logarithms(value, gradient, hessian, at, n)

    return objective


def _bracket(histories: Histories) -> Objective:
    """Sum of ln A(x, T) + ln(1 + e^D) by (r, alpha, s, beta)."""
    x = histories.x.astype(np.float64)
    pairs = Pairs(np.concatenate((x, x)), np.concatenate((histories.recency, histories.age)))
    first, last = pairs.inverse[: len(x)], pairs.inverse[len(x) :]
    ended = np.bincount(last, histories.weight, len(pairs.x))
    ends = np.flatnonzero(ended)
    ended = ended[ends]
    place = np.empty(len(pairs.x), dtype=np.intp)
    place[ends] = np.arange(len(ends))
    columns = first, place[last], histories.weight
    end_x, end_t = pairs.x[ends], pairs.t[ends]

    def bracket(at: Floats) -> tuple[float, Floats, Floats]:
        log_left, left, left_twice = pairs.integral(at)
        log_there, there = still_there(at, end_x, end_t)
        gone = np.exp(log_left[ends] - log_there)  # G / F
        share = np.maximum(1.0 - gone, _LEAST)
        log_active = log_there + np.log(share)
        active = (there - gone * left[:, ends]) / share
        value, by_first, by_last, products = _odds(log_active, log_left, left, columns)
        stays = ended - by_last[0]
        value += float((ended * log_active).sum())
        gradient = _dot(active, stays) + _dot(left, by_first[0])
        mass = stays / share
        twice = by_first[0].copy()
        twice[ends] -= mass * gone
        hessian = np.zeros((4, 4))
        hessian[UPPER] = _dot(left_twice, twice)
        hessian += np.triu(hessian, 1).T + still_there_twice(at, end_x, end_t, mass)
        # Less the squared slope of each history, (stay * active + left * left) with shares that
        # add up to one: multiplied out, so that only the mixed product is not a sum by pair.
        hessian -= _products(active * (stays - by_last[1]), active)
        hessian -= _products(left * (by_first[0] - by_first[1]), left)
        mixed = _products(active, products)
        return value, gradient, hessian - mixed - mixed.T

    return bracket


def _odds(
    log_active: Floats, log_left: Floats, left: Floats, columns: tuple[Indices, Indices, Floats]
) -> tuple[float, Floats, Floats, Floats]:
    """Sum of ln(1 + e^D), and over the histories of each pair what its derivatives need.

    Returns
    -------
    value : float
    by_first, by_last : ndarray of shape (2, n_first) and (2, n_last)
        Weight times the probability of having left, and times that of both having and not.
    products : ndarray of shape (4, n_last)
        The second, times the derivatives of ln G(x, t_x).
    """
    n_first, n_last = len(log_left), len(log_active)
    value, by_first, by_last = 0.0, np.zeros((2, n_first)), np.zeros((2, n_last))
    products = np.zeros((4, n_last))
    for start in range(0, len(columns[0]), _CHUNK):
        first, last, weight = (column[start : start + _CHUNK] for column in columns)
        odds = log_left[first] - log_active[last]
        smaller = np.exp(-np.abs(odds))
        larger = 1.0 / (1.0 + smaller)  # probability of the likelier of left and not left
        value += float((weight * (np.maximum(odds, 0.0) + np.log1p(smaller))).sum())
        once = weight * larger
        other = once * smaller
        both = other * larger
        once = np.where(odds > 0, once, other)
        for row, each in enumerate((once, both)):
            by_first[row] += np.bincount(first, each, n_first)
            by_last[row] += np.bincount(last, each, n_last)
        for row in range(4):
            products[row] += np.bincount(last, both * left[row][first], n_last)
    return value, by_first, by_last, products


# BLAS would call in the other cores for so many pairs, and wait for them where they are busy.
def _dot(rows: Floats, weight: Floats) -> Floats:
    return np.asarray(np.einsum("ik,k->i", rows, weight))


def _products(rows: Floats, others: Floats) -> Floats:
    return np.asarray(np.einsum("ik,jk->ij", rows, others))
