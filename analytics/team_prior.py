"""How far people's true rates lie apart: the beta distribution that their results speak for.

Each person's wins are binomial, and their true rates are spread like a beta distribution with a
mean and a size (``a + b``: so many deals weigh as much as what the team says). Wins then are
beta-binomial (J. G. Skellam 1948, Journal of the Royal Statistical Society B 10, 257–261). Both
numbers are those of the greatest likelihood, found by Newton's method with exact derivatives.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, xlog1py, xlogy, zeta

from analytics.clv_newton import maximise
from analytics.stats import Floats

_MOST_DEALS = 1e6  # a size beyond is a spread of a twentieth of a point: none that matters
_FEWEST_DEALS = 1e-3
_GAIN = 1e-3  # of log likelihood; below it, the same rate for everybody is as likely
_STARTS = (5.0, 200.0)


@dataclass(frozen=True)
class Prior:
    """What is known of a person before any of their deals.

    Attributes
    ----------
    mean : float
        Share, 0 to 1: the team's rate.
    size : float
        So many closed deals of a person weigh as much as the team; infinite where results differ
        no more than by chance, so that everybody's rate is the team's.
    p_value : float
        Of results as far apart were all rates the same: half of chi-squared with one degree, since
        the spread cannot be below 0 (S. G. Self and K.-Y. Liang 1987, Journal of the American
        Statistical Association 82, 605–610). Rough for few people.
    """

    mean: float
    size: float
    p_value: float

    @property
    def has_spread(self) -> bool:
        """Whether people differ by more than chance at all."""
        return bool(np.isfinite(self.size))

    @property
    def spread(self) -> float:
        """Standard deviation of people's true rates, a share; 0 without spread."""
        return float(np.sqrt(self.mean * (1 - self.mean) / (self.size + 1)))


def fit_prior(won: Floats, closed: Floats) -> Prior:
    """Fit the spread of true rates.

    Parameters
    ----------
    won, closed : ndarray of counts, shape (people,)
        ``won`` of ``closed`` deals each. Who closed none says nothing.

    Returns
    -------
    Prior
        Without spread for fewer than two people who closed any deal, where all or no deals were
        won, and where one rate for everybody is as likely. All NaN without any closed deal.
    """
    there = closed > 0
    wins, n = won[there].astype("float64"), closed[there].astype("float64")
    if not len(n):
        return Prior(np.nan, np.nan, np.nan)
    rate = float(wins.sum() / n.sum())
    if len(n) < 2 or not 0 < rate < 1:
        return Prior(rate, np.inf, 1.0)
    alone = float((xlogy(wins, rate) + xlog1py(n - wins, -rate)).sum())
    mean, size, best = _climb(wins, n, rate)
    gain = best - alone
    if gain < _GAIN or size > _MOST_DEALS / 2:
        return Prior(rate, np.inf, 1.0)
    return Prior(mean, size, _p_value(gain))


def log_likelihood(won: Floats, closed: Floats, a: float, b: float) -> float:
    """Return the log likelihood of a beta(a, b), without what does not depend on it."""
    return float((betaln(a + won, b + closed - won) - betaln(a, b)).sum())


def gradient(won: Floats, closed: Floats, a: float, b: float) -> tuple[float, float]:
    """Return the derivatives of ``log_likelihood`` by ``a`` and by ``b``."""
    together = (digamma(a + b) - digamma(a + b + closed)).sum()
    by_a = (digamma(a + won) - digamma(a)).sum() + together
    by_b = (digamma(b + closed - won) - digamma(b)).sum() + together
    return float(by_a), float(by_b)


def _climb(won: Floats, closed: Floats, rate: float) -> tuple[float, float, float]:
    """Return mean, size and log likelihood at the best, found on the logarithms of both."""
    people = len(won)

    def objective(at: Floats) -> tuple[float, Floats, Floats]:
        a, b = (float(one) for one in np.exp(at))
        place, slope = np.array([a, b]), np.array(gradient(won, closed, a, b))
        both = (zeta(2, a + b) - zeta(2, a + b + closed)).sum()
        by_a = (zeta(2, a + won) - zeta(2, a)).sum() + both
        by_b = (zeta(2, b + closed - won) - zeta(2, b)).sum() + both
        curve = np.array([[by_a, both], [both, by_b]]) * np.outer(place, place)
        curve += np.diag(place * slope)
        value = log_likelihood(won, closed, a, b)
        return value / people, place * slope / people, curve / people

    starts = [np.log(size * np.array([rate, 1 - rate])) for size in _STARTS]
    low, high = (np.full(2, np.log(edge)) for edge in (_FEWEST_DEALS, _MOST_DEALS))
    best = maximise(objective, starts, low, high)
    a, b = (float(one) for one in np.exp(best.at))
    return a / (a + b), a + b, best.value * people


def _p_value(gain: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(-np.sqrt(2 * gain)))  # half of chi-squared with one degree of freedom
