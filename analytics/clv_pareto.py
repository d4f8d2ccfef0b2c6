"""Pareto/NBD: customers buy at gamma rates and leave at any moment, at gamma rates.

D. Schmittlein, D. Morrison, R. Colombo (1987), Counting Your Customers, Management Science 33;
P. Fader, B. Hardie (2005), A Note on Deriving the Pareto/NBD Model. In the notation of
`analytics.clv_pareto_integral`: L = (r)_x alpha^r beta^s (F(x, T) + G(x, t_x) - G(x, T)).
"""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from scipy import special

from analytics.clv_histories import Floats, Histories, Indices, Numbers, distinct_rows
from analytics.clv_model import PurchaseModel, check_horizon
from analytics.clv_newton import Objective
from analytics.clv_pareto_integral import log_still_there
from analytics.clv_pareto_likelihood import objective_of
from analytics.clv_pareto_pairs import Pairs

_AT, _WEIGHT = np.polynomial.legendre.leggauss(32)


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
        params = self._values()
        r, alpha, s, beta = params
        (gx, ga, gt), inverse = distinct_rows(x, age, horizon)
        if_alive = (r + gx) / (alpha + ga) * _mean_stay(s, beta + ga, gt)
        return np.asarray(_alive(params, x, tx, (gx, ga), inverse) * if_alive[inverse])

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
        (gx, ga, gt), inverse = distinct_rows(x, age, horizon)
        alive = _alive(params, x, tx, (gx, ga), inverse)
        rate, stay = (r + gx) / (alpha + ga), _mean_stay(s, beta + ga, gt)
        mean = alive * (rate * stay)[inverse]
        twice = rate * (r + gx + 1.0) / (alpha + ga) * _mean_square_stay(s, beta + ga, gt)
        now = log_still_there(params, gx, ga)
        none = sum(
            sign * np.exp(part(params, gx, when) - now)
            for sign, part, when in (
                (1, log_still_there, ga + gt), (1, _log_integral, ga), (-1, _log_integral, ga + gt),
            )
        )  # fmt: skip
        zero = 1.0 - alive * (1.0 - np.clip(none, 0.0, 1.0)[inverse])
        return mean, np.maximum(alive * twice[inverse] + mean * (1.0 - mean), 0.0), zero

    def _p_alive(self, x: Floats, tx: Floats, age: Floats) -> Floats:
        ends, inverse = distinct_rows(x, age)
        return _alive(self._values(), x, tx, (ends[0], ends[1]), inverse)

    def _objective(self, histories: Histories) -> Objective:
        return objective_of(histories)

    def _starts(self, histories: Histories) -> Sequence[Floats]:
        rate = float(histories.x @ histories.weight) / histories.total
        places = [(0.5, 0.3 / rate, 0.5, 0.4), (1.0, 1.0 / rate, 0.1, 1.0), (1.0, 1.0 / rate, 5, 9)]
        return [np.log(np.array(place)) for place in places]


def _log_integral(params: Floats, x: Floats, t: Floats) -> Floats:
    pairs = Pairs(x, t)
    return pairs.log_integral(params)[pairs.inverse]


def _alive(
    params: Floats, x: Floats, tx: Floats, ends: tuple[Floats, Floats], inverse: Indices
) -> Floats:
    """P(not left), where each row's purchases and age are those of ``ends`` at ``inverse``."""
    there = log_still_there(params, *ends)
    at_x, at_t = np.concatenate((x, ends[0])), np.concatenate((tx, ends[1]))
    left = _log_integral(params, at_x, at_t)
    with np.errstate(over="ignore"):  # infinite odds are certainty
        odds = np.exp(left[: len(x)] - there[inverse])
        odds -= np.exp(left[len(x) :] - there)[inverse]
    np.maximum(odds, 0.0, out=odds)
    odds += 1.0
    return np.divide(1.0, odds, out=odds)


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
