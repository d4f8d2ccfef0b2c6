"""Pareto/NBD: customers buy at gamma rates and leave at any moment, at gamma rates.

D. Schmittlein, D. Morrison, R. Colombo (1987), Counting Your Customers, Management Science 33;
P. Fader, B. Hardie (2005), A Note on Deriving the Pareto/NBD Model. In the notation of
`analytics.clv_pareto_integral`: L = (r)_x alpha^r beta^s (F(x, T) + G(x, t_x) - G(x, T)).
"""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from scipy import special

from analytics.clv_histories import (
    Floats,
    Histories,
    Indices,
    Numbers,
    distinct_rows,
)
from analytics.clv_model import PurchaseModel, check_horizon
from analytics.clv_newton import Objective
from analytics.clv_pareto_integral import UPPER, leaving_integral, log_still_there, still_there
from analytics.clv_parts import in_logarithms, rising_sum

_AT, _WEIGHT = np.polynomial.legendre.leggauss(32)
_CHUNK = 1 << 13  # histories that stay in the processor cache and on one core


class ParetoNBDModel(PurchaseModel):
    """Pareto/NBD (Schmittlein, Morrison & Colombo 1987): a customer may leave at any moment.

    ``params_``: ``r``, ``alpha`` (time), ``s``, ``beta`` (time).
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    time_names: ClassVar[tuple[str, ...]] = ("alpha", "beta")

    def expected_purchases(self, t: Numbers) -> Floats:
        """Return the expected repeat purchases of a new customer, not chosen, by age ``t``.

        Parameters
        ----------
        t : array-like
            Time since the first purchase, from 0.

        Returns
        -------
        ndarray of the shape of ``t``
        """
        r, alpha, s, beta = self._values()
        return np.asarray(r / alpha * _mean_stay(s, beta, check_horizon(t)))

    def predict(self, frequency: Numbers, recency: Numbers, T: Numbers, t: Numbers) -> Floats:
        """Return the expected purchases of each customer in the next ``t``.

        Parameters
        ----------
        frequency, recency, T : array-like of shape (n_customers,)
        t : float or array-like of shape (n_customers,)
            Horizon, in the time unit of the fit.

        Returns
        -------
        ndarray of shape (n_customers,)
        """
        x, tx, age, horizon = self._checked(frequency, recency, T, t=t)
        r, alpha, s, beta = self._values()
        rate = (r + x) / (alpha + age)
        return np.asarray(self._p_alive(x, tx, age) * rate * _mean_stay(s, beta + age, horizon))

    def purchase_distribution(
        self, frequency: Numbers, recency: Numbers, T: Numbers, t: Numbers
    ) -> tuple[Floats, Floats, Floats]:
        """Return mean, variance and P(none) of each customer's purchases in the next ``t``.

        Returns
        -------
        mean, variance, share_zero : ndarray of shape (n_customers,)
            The variance holds the uncertainty about rate, leaving and chance, at fixed ``params_``.

        Notes
        -----
        Alive, the rate is gamma(r+x, alpha+T) and the stay S Pareto(s, beta+T), independent:
        E N(N-1) = E rate^2 E min(S, t)^2.
        """
        x, tx, age, horizon = self._checked(frequency, recency, T, t=t)
        params = self._values()
        r, alpha, s, beta = params
        alive, rate = self._p_alive(x, tx, age), (r + x) / (alpha + age)
        mean = alive * rate * _mean_stay(s, beta + age, horizon)
        twice = rate * (r + x + 1.0) / (alpha + age) * _mean_square_stay(s, beta + age, horizon)
        (gx, ga, gt), inverse = distinct_rows(x, age, horizon)
        now = log_still_there(params, gx, ga)
        none = sum(
            sign * np.exp(part(params, gx, when) - now)
            for sign, part, when in (
                (1, log_still_there, ga + gt), (1, _integral, ga), (-1, _integral, ga + gt),
            )
        )  # fmt: skip
        zero = 1.0 - alive * (1.0 - np.clip(none, 0.0, 1.0)[inverse])
        return mean, np.maximum(alive * twice + mean * (1.0 - mean), 0.0), zero

    def _p_alive(self, x: Floats, tx: Floats, age: Floats) -> Floats:
        params = self._values()
        last, now = _pairs(params, x, tx), _pairs(params, x, age)
        top = log_still_there(params, x, age)
        with np.errstate(over="ignore"):  # infinite odds are certainty
            left = np.exp(last - top) - np.exp(now - top)
        return np.asarray(1.0 / (1.0 + np.maximum(left, 0.0)))

    def _objective(self, histories: Histories) -> Objective:
        return _objective(histories)

    def _starts(self, histories: Histories) -> Sequence[Floats]:
        rate = float(histories.x @ histories.weight) / histories.total
        places = [(0.5, 0.5 / rate, 0.5, 0.5), (1.0, 1.0 / rate, 0.1, 1.0), (1.0, 1.0 / rate, 5, 9)]
        return [np.log(np.array(place)) for place in places]


def _integral(params: Floats, x: Floats, t: Floats) -> Floats:
    return leaving_integral(params, x, t, derivatives=False)[0]


def _pairs(params: Floats, x: Floats, t: Floats) -> Floats:
    """Give ln G per row, computed once per distinct (x, t)."""
    (gx, gt), inverse = distinct_rows(x, t)
    return _integral(params, gx, gt)[inverse]


def _mean_stay(s: float, beta: Floats | float, t: Floats) -> Floats:
    """E min(S, t), S Pareto(s, beta): t where nobody leaves, logarithmic at s = 1."""
    grown = np.log1p(t / beta)
    return np.asarray(beta * grown * special.exprel((1.0 - s) * grown))


def _mean_square_stay(s: float, beta: Floats, t: Floats) -> Floats:
    """E min(S, t)^2 = integral of 2 u P(S > u), by Gauss-Legendre in ln(1 + u / beta)."""
    end = np.log1p(t / beta)
    total = np.zeros_like(beta)
    for at, weight in zip(_AT, _WEIGHT, strict=True):
        place = end * (at + 1.0) / 2
        total += weight * np.expm1(place) * np.exp((1.0 - s) * place)
    return beta**2 * total * end


def _objective(histories: Histories) -> Objective:
    """Mean log-likelihood by (ln r, ln alpha, ln s, ln beta), with gradient and Hessian."""
    n = histories.total
    x = histories.x.astype(np.float64)
    rising = rising_sum(*histories.by_count)
    both = np.concatenate((histories.recency, histories.age))
    pairs, inverse = distinct_rows(np.concatenate((x, x)), both)
    first, last = inverse[: len(x)], inverse[len(x) :]

    def objective(logs: Floats) -> tuple[float, Floats, Floats]:
        at = np.exp(logs)
        r, alpha, s, beta = at
        rise = rising(r)
        value, gradient, hessian = _bracket(at, histories, pairs, first, last)
        value += rise[0] + n * (r * logs[1] + s * logs[3])
        gradient += np.array([rise[1] + n * logs[1], n * r / alpha, n * logs[3], n * s / beta])
        hessian[0, 0] += rise[2]
        for shape, scale in ((0, 1), (2, 3)):
            hessian[shape, scale] += n / at[scale]
            hessian[scale, shape] += n / at[scale]
            hessian[scale, scale] -= n * at[shape] / at[scale] ** 2
        return in_logarithms(value, gradient, hessian, at, n)

    return objective


def _bracket(
    at: Floats, histories: Histories, pairs: tuple[Floats, ...], first: Indices, last: Indices
) -> tuple[float, Floats, Floats]:
    """Sum of ln(F + G(t_x) - G(T)) and derivatives; G is known per distinct (x, time)."""
    left = leaving_integral(at, *pairs)
    value, gradient, outer = 0.0, np.zeros(4), np.zeros((4, 4))
    curve, mass = np.zeros(10), np.zeros(len(left[0]))
    for start in range(0, histories.n, _CHUNK):
        some = slice(start, start + _CHUNK)
        weight, since, until = histories.weight[some], first[some], last[some]
        there = still_there(at, histories.x[some].astype(np.float64), histories.age[some])
        top = np.maximum(there[0], left[0][since])
        stay = np.exp(there[0] - top)
        gone, later = np.exp(left[0][since] - top), np.exp(left[0][until] - top)
        total = stay + gone - later
        value += float(weight @ (np.log(total) + top))
        slope = stay * there[1] + gone * left[1][:, since] - later * left[1][:, until]
        slope /= total
        weighted = weight / total
        mass += np.bincount(since, weighted * gone, len(mass))
        mass -= np.bincount(until, weighted * later, len(mass))
        curve += np.einsum("ik,k->i", there[2], weighted * stay)
        gradient += np.einsum("ik,k->i", slope, weight)
        outer += np.einsum("ik,jk->ij", slope * weight, slope)
    hessian = np.zeros((4, 4))
    hessian[UPPER] = curve + left[2] @ mass
    return value, gradient, hessian + np.triu(hessian, 1).T - outer
