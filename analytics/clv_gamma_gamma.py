"""Gamma-Gamma: what a customer spends per purchase, shrunk towards what customers spend.

P. Fader, B. Hardie (2013), The Gamma-Gamma Model of Monetary Value: the mean value of a purchase
differs between customers, and does not depend on how often they buy.
"""

from typing import ClassVar, Self

import numpy as np
from scipy import special

from analytics.clv_histories import Floats, Numbers, check_weights, summed_by
from analytics.clv_newton import Objective, maximise, standard_errors
from analytics.clv_parts import in_logarithms
from crm_data.errors import BadInputError

_LOW, _HIGH = np.log(1e-4), np.log(1e7)
_SAMPLE = 4_000
_CHUNK = 1 << 13  # customers that stay in the processor cache and on one core


class GammaGammaModel:
    """Mean value per purchase (Fader & Hardie 2013).

    Attributes
    ----------
    params_ : dict of str to float
        ``p``, ``q``, ``v`` (money).
    standard_errors_ : dict of str to (float or None)
    log_likelihood_ : float
        Sum over customers, times their weights.
    population_mean_ : float or None
        Mean value of a purchase of a new customer, p v / (q - 1); None where q <= 1 (it does not
        exist).
    n_customers_ : float
        Sum of the weights.
    """

    names: ClassVar[tuple[str, ...]] = ("p", "q", "v")

    params_: dict[str, float]
    standard_errors_: dict[str, float | None]
    log_likelihood_: float
    population_mean_: float | None
    n_customers_: float

    def fit(self, frequency: Numbers, mean_value: Numbers, weights: Numbers | None = None) -> Self:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        frequency : array-like of shape (n_customers,)
            Purchases that the mean is over (repeat purchases, as published), above 0.
        mean_value : array-like of shape (n_customers,)
            Mean value of those purchases, above 0.
        weights : array-like of shape (n_customers,), optional

        Raises
        ------
        BadInputError
            ``clv_value``: a frequency or value that is not a number above 0; ``clv_equal_value``:
            fewer than two different mean values; ``clv_weights``.
        """
        x, mean = _columns(frequency, mean_value)
        if x.min() <= 0 or mean.min() <= 0:
            raise BadInputError(
                "clv_value",
                "The value model needs customers who bought again for a value above 0: leave out "
                "the others.",
            )
        weight = check_weights(weights, len(x))
        if not weight.all():
            x, mean, weight = x[weight > 0], mean[weight > 0], weight[weight > 0]
        if mean.min() == mean.max():
            raise BadInputError(
                "clv_equal_value", "The value model needs customers who spend different amounts."
            )
        self._fit(x, mean, weight)
        return self

    def _fit(self, x: Floats, mean: Floats, weight: Floats) -> None:
        n, low, high = float(weight.sum()), np.full(3, _LOW), np.full(3, _HIGH)
        unit = float(weight @ mean) / n
        scaled = mean / unit
        starts = [
            np.log(np.array(s)) for s in ((5.0, 4.0, 0.6), (1.0, 2.0, 1.0), (1.0, 20.0, 20.0))
        ]
        if len(x) > 2 * _SAMPLE:
            some = slice(None, None, len(x) // _SAMPLE)
            starts = [
                maximise(_objective(x[some], scaled[some], weight[some]), starts, low, high).at
            ]
        optimum = maximise(_objective(x, scaled, weight), starts, low, high)
        values = np.exp(optimum.at) * np.array([1.0, 1.0, unit])
        self.params_ = dict(zip(self.names, values.tolist(), strict=True))
        errors = standard_errors(optimum, n, low, high)
        self.standard_errors_ = {
            name: None if error is None else error * self.params_[name]
            for name, error in zip(self.names, errors, strict=True)
        }
        self.log_likelihood_ = n * (optimum.value - float(np.log(unit)))
        self.n_customers_ = n
        p, q, v = values.tolist()
        self.population_mean_ = p * v / (q - 1.0) if q > 1.0 else None

    def log_likelihood(
        self, frequency: Numbers, mean_value: Numbers, weights: Numbers | None = None
    ) -> float:
        """Return the log-likelihood of other customers at ``params_``."""
        x, mean = _columns(frequency, mean_value)
        weight = check_weights(weights, len(x))
        objective = _objective(x, mean, weight)
        return float(objective(np.log(self._values()))[0]) * float(weight.sum())

    def expected_value(self, frequency: Numbers, mean_value: Numbers) -> Floats:
        """Return the expected mean value per purchase of each customer.

        Parameters
        ----------
        frequency : array-like of shape (n_customers,)
            From 0 up; a customer with 0 gets the mean of new customers.
        mean_value : array-like of shape (n_customers,)
            Ignored (may be 0 or NaN) where the frequency is 0.

        Returns
        -------
        ndarray of shape (n_customers,)
            NaN where the mean does not exist: p x + q <= 1.
        """
        p, _, v = self._values()
        shape, total = self._posterior(frequency, mean_value)
        exists = shape > 1.0
        return np.where(exists, p * (v + total) / np.where(exists, shape - 1.0, 1.0), np.nan)

    def value_variance(self, frequency: Numbers, mean_value: Numbers) -> Floats:
        """Return the posterior variance of each customer's mean value per purchase.

        Returns
        -------
        ndarray of shape (n_customers,)
            NaN where it does not exist: p x + q <= 2. The mean is inverse gamma with shape
            p x + q and scale p (v + x mean).
        """
        shape, _ = self._posterior(frequency, mean_value)
        exists = shape > 2.0
        mean = self.expected_value(frequency, mean_value)
        return np.where(exists, mean**2 / np.where(exists, shape - 2.0, 1.0), np.nan)

    def _posterior(self, frequency: Numbers, mean_value: Numbers) -> tuple[Floats, Floats]:
        """Shape of the inverse gamma, and the value of all purchases."""
        x, mean = _columns(frequency, np.where(np.asarray(frequency) == 0, 0.0, mean_value))
        if x.min() < 0 or mean.min() < 0:
            raise BadInputError("clv_value", "Frequencies and values must be numbers from 0 up.")
        p, q, _ = self._values()
        return p * x + q, x * mean

    def _values(self) -> Floats:
        if not hasattr(self, "params_"):
            raise BadInputError("clv_not_fitted", "The model has not been fitted yet.")
        return np.array([self.params_[name] for name in self.names])


def _columns(frequency: Numbers, mean_value: Numbers) -> tuple[Floats, Floats]:
    x = np.atleast_1d(np.asarray(frequency, dtype=np.float64))
    mean = np.atleast_1d(np.asarray(mean_value, dtype=np.float64))
    if x.shape != mean.shape or x.ndim != 1 or not len(x):
        raise BadInputError("clv_length", "Frequency and value must be columns of one length.")
    if not np.isfinite(x.sum()) or not np.isfinite(mean.sum()):
        raise BadInputError("clv_not_a_number", "Frequency and value must be numbers.")
    return x, mean


def _objective(x: Floats, mean: Floats, weight: Floats) -> Objective:
    """Mean log-likelihood by (ln p, ln q, ln v), with gradient and Hessian."""
    n, total = float(weight.sum()), x * mean
    counts, of_count = summed_by(x, weight)
    logs_of_value = float((weight * x) @ np.log(total))
    constant, by_x = -float(weight @ np.log(mean)), weight * x

    def objective(logs: Floats) -> tuple[float, Floats, Floats]:
        at = np.exp(logs)
        p, q, v = at
        shape, px = p * counts + q, p * counts
        log_sum, log_x, inv, inv_x, square, square_x = _sums(total, weight, by_x, v)
        value = of_count @ (special.gammaln(shape) - special.gammaln(px)) - n * special.gammaln(q)
        value += n * q * np.log(v) + p * logs_of_value + constant - p * log_x - q * log_sum
        psi, psi1 = special.digamma(shape), special.polygamma(1, shape)
        by_p = of_count @ (counts * (psi - special.digamma(px))) + logs_of_value - log_x
        by_q = of_count @ psi - n * special.digamma(q) + n * np.log(v) - log_sum
        by_v = n * q / v - p * inv_x - q * inv
        pp = of_count @ (counts**2 * (psi1 - special.polygamma(1, px)))
        pq = of_count @ (counts * psi1)
        qq = of_count @ psi1 - n * special.polygamma(1, q)
        qv = n / v - inv
        vv = -n * q / v**2 + p * square_x + q * square
        hessian = np.array([[pp, pq, -inv_x], [pq, qq, qv], [-inv_x, qv, vv]])
        return in_logarithms(float(value), np.array([by_p, by_q, by_v]), hessian, at, n)

    return objective


def _sums(total: Floats, weight: Floats, by_x: Floats, v: float) -> Floats:
    """Sums of ln(total + v), of its inverse and inverse square, by weight and by purchases."""
    found = np.zeros(6)
    for start in range(0, len(total), _CHUNK):
        some = slice(start, start + _CHUNK)
        grown = total[some] + v
        inverse = 1.0 / grown
        rows = (np.log(grown, out=grown), inverse, inverse * inverse)
        found += [w @ row for row in rows for w in (weight[some], by_x[some])]
    return found
