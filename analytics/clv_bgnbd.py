"""BG/NBD and its modification: customers buy at gamma rates and may leave after a purchase.

P. Fader, B. Hardie, K. Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24;
E. Batislam, M. Denizel, A. Filiztekin (2007), International Journal of Research in Marketing 24;
D. Hoppe, U. Wagner (2007), Marketing ZFP 29. Both say of ``x`` purchases, with ``k = x`` (BG) or
``k = x + 1`` (MBG): L = (r)_x alpha^r (alpha+T)^-(r+x) B(a, b+k)/B(a, b) (1 + e^D), where
D = ln a - ln(b+k-1) + (r+x) ln((alpha+T)/(alpha+t_x)) are the log odds that the customer has left.
"""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from scipy import special

from analytics.clv_beta_moments import first_moment, second_moment
from analytics.clv_histories import Floats, Histories, Numbers, distinct_rows
from analytics.clv_model import PurchaseModel, check_horizon
from analytics.clv_newton import Objective
from analytics.clv_parts import in_logarithms, purchases_part, rising_sum

_CHUNK = 1 << 13  # histories that stay in the processor cache and on one core


class BetaGeoModel(PurchaseModel):
    """BG/NBD (Fader, Hardie & Lee 2005): a customer may leave after every repeat purchase.

    Whoever bought once cannot have left by construction, so ``p_alive`` is 1 for them: no estimate.
    ``params_``: ``r``, ``alpha`` (time), ``a``, ``b``.
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    time_names: ClassVar[tuple[str, ...]] = ("alpha",)
    estimates_p_alive_of_one_time_buyers: ClassVar[bool] = False
    _first_purchase: ClassVar[int] = 0  # 1 where a customer may leave at the first purchase too

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
        r, alpha, a, b = self._values()
        age = check_horizon(t)
        ratio = np.atleast_1d(age / alpha).reshape(-1)
        stays = b / (a + b) if self._first_purchase else 1.0
        rates = np.full(len(ratio), r)
        counts = np.full(len(ratio), b + self._first_purchase)
        return np.asarray(stays * first_moment(rates, ratio, a, counts)).reshape(age.shape)

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
        r, alpha, a, b = self._values()
        (gx, ga, gt), inverse = distinct_rows(x, age, horizon)
        if_alive = first_moment(r + gx, gt / (alpha + ga), a, b + gx + self._first_purchase)
        return self._p_alive(x, tx, age) * if_alive[inverse]

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
        Alive, with rate l and leaving probability p: E N = (1 - e^(-lpt))/p and
        E N(N-1) = 2 (1-p)/p^2 (1 - e^(-lpt) (1 + lpt)); l is gamma(r+x, alpha+T), p is
        beta(a, b+k). None is bought by who has left, or by chance: E e^(-lt).
        """
        x, tx, age, horizon = self._checked(frequency, recency, T, t=t)
        r, alpha, a, b = self._values()
        alive = self._p_alive(x, tx, age)
        (gx, ga, gt), inverse = distinct_rows(x, age, horizon)
        ratio, count = gt / (alpha + ga), b + gx + self._first_purchase
        mean = alive * first_moment(r + gx, ratio, a, count)[inverse]
        pairs = alive * second_moment(r + gx, ratio, a, count)[inverse]
        buys = -np.expm1(-(r + gx) * np.log1p(ratio))[inverse]
        return mean, np.maximum(pairs + mean * (1.0 - mean), 0.0), 1.0 - alive * buys

    def _p_alive(self, x: Floats, tx: Floats, age: Floats) -> Floats:
        r, alpha, a, b = self._values()
        stays = b + x + (self._first_purchase - 1)
        if not self._first_purchase:
            stays = np.where(x > 0, stays, 1.0)
        odds = (r + x) * np.log1p((age - tx) / (alpha + tx)) + np.log(a / stays)
        alive = special.expit(-odds)
        return alive if self._first_purchase else np.where(x > 0, alive, 1.0)

    def _objective(self, histories: Histories) -> Objective:
        return _objective(histories, self._first_purchase)

    def _starts(self, histories: Histories) -> Sequence[Floats]:
        rate = float(histories.x @ histories.weight) / histories.total
        places = [
            (0.5, 0.3 / rate, 0.7, 1.5),  # the active buy faster than all that ever bought
            (1.0, 1.0 / rate, 0.1, 1.0),
            (0.5, 0.5 / rate, 5.0, 50.0),
        ]
        return [np.log(np.array(place)) for place in places]


class ModifiedBetaGeoModel(BetaGeoModel):
    """MBG/NBD (Batislam et al. 2007; Hoppe & Wagner 2007): leaving is possible from the start.

    A customer may leave right after the first purchase, so ``p_alive`` of one-time buyers is an
    estimate. ``params_``: ``r``, ``alpha`` (time), ``a``, ``b``.
    """

    estimates_p_alive_of_one_time_buyers: ClassVar[bool] = True
    _first_purchase: ClassVar[int] = 1


def _objective(histories: Histories, first_purchase: int) -> Objective:
    """Mean log-likelihood by (ln r, ln alpha, ln a, ln b), with gradient and Hessian."""
    n = histories.total
    purchases = purchases_part(histories)
    counts, of_count = histories.by_count
    rising = rising_sum(counts + first_purchase, of_count)
    leaving = _leaving_part(histories, first_purchase)

    def objective(logs: Floats) -> tuple[float, Floats, Floats]:
        at = np.exp(logs)
        value, gradient, hessian = leaving(at)
        part = purchases(at[:2])
        value += part[0]
        gradient[:2] += part[1]
        hessian[:2, :2] += part[2]
        # Sum of ln B(a, b+k) - ln B(a, b): a ratio of rising factorials.
        above, below = rising(at[3]), rising(at[2] + at[3])
        value += above[0] - below[0]
        gradient[2:] -= below[1]
        hessian[2:, 2:] -= below[2]
        gradient[3] += above[1]
        hessian[3, 3] += above[2]
        return in_logarithms(value, gradient, hessian, at, n)

    return objective


def _leaving_part(histories: Histories, first_purchase: int) -> Objective:
    """Sum of ln(1 + e^D) by (r, alpha, a, b), where the customer may have left."""
    may = slice(None) if first_purchase else histories.x > 0
    tx, age, weight = histories.recency[may], histories.age[may], histories.weight[may]
    columns = histories.x[may].astype(np.float64), tx, age, age - tx, weight
    chunks = [
        tuple(column[start : start + _CHUNK] for column in columns)
        for start in range(0, len(tx), _CHUNK)
    ]

    def part(at: Floats) -> tuple[float, Floats, Floats]:
        value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
        for chunk in chunks:
            more = _leaving(at, chunk, first_purchase)
            value, gradient, hessian = value + more[0], gradient + more[1], hessian + more[2]
        return value, gradient, hessian

    return part


def _leaving(
    at: Floats, columns: tuple[Floats, ...], first_purchase: int
) -> tuple[float, Floats, Floats]:
    r, alpha, a, b = at.tolist()
    x, tx, age, since, weight = columns
    last, now = 1.0 / (alpha + tx), 1.0 / (alpha + age)
    ratio, power = np.log1p(since * last), r + x
    stays, slope = 1.0 / (x + (b + first_purchase - 1.0)), now - last
    odds = power * ratio + np.log(a * stays)
    smaller = np.exp(-np.abs(odds))
    larger = 1.0 / (1.0 + smaller)  # probability of the likelier of left and not left
    value = float(weight @ (np.maximum(odds, 0.0) + np.log1p(smaller)))
    once = weight * larger
    other = once * smaller
    curve = other * larger
    once = np.where(odds > 0, once, other)
    slopes = np.empty((4, len(x)))
    slopes[0], slopes[1], slopes[2], slopes[3] = ratio, power * slope, 1.0 / a, -stays
    weighted = np.empty((5, len(x)))
    np.multiply(slopes, curve, out=weighted[:4])
    weighted[4] = once
    # One product gives Hessian and gradient, too small for BLAS to call in another core.
    sums = slopes @ weighted.T
    gradient, hessian = sums[:, 4], sums[:, :4]
    hessian[0, 1] += once @ slope
    hessian[1, 0] = hessian[0, 1]
    hessian[1, 1] -= once @ (slopes[1] * (now + last))
    hessian[2, 2] -= gradient[2] / a
    hessian[3, 3] += once @ (stays * stays)
    return value, gradient, hessian
