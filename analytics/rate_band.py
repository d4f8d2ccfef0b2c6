"""The band in which a rate of counts is expected, from the periods before it.

Periods differ by more than a fixed rate would make them: campaigns, contracts that all end in
March. How much more is estimated from the periods themselves, and the band is widened by it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, betabinom, binom, norm, t

LEVEL = 0.99  # one false alarm in a hundred months, about eight years
LEAST, MOST = 12, 24  # periods that a band rests on
LEAST_COUNTED = 10  # in all those periods together
_EXACT = 20_000  # members
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RateBand:
    """Where the count of a period is expected.

    Attributes
    ----------
    expected : float
        Rate of the periods before, 0 to 1.
    low, high : float
        Least and most that are still expected, as counts.
    dispersion : float
        Variance of the periods ÷ that of a fixed rate; 1 where they vary no more than by chance.
    """

    expected: float
    low: float
    high: float
    dispersion: float


def rate_band(counts: Floats, totals: Floats, n: int, *, level: float = LEVEL) -> RateBand | None:
    r"""Return the band of a period with ``n`` members; None where all or none were counted before.

    Parameters
    ----------
    counts, totals : ndarray
        Counted, and of how many (above 0), by period before; two at least.
    level : float
        Share of periods inside the band when nothing has changed.

    Notes
    -----
    A rate common to all periods with extra-binomial variance: the dispersion is Pearson's statistic
    over its degrees of freedom, never below 1 (McCullagh and Nelder 1989, Generalized Linear
    Models, 2nd ed., section 4.5; Williams 1982, Applied Statistics 31, 144–148). The band holds the
    quantiles of the beta-binomial distribution with mean :math:`p` and variance
    :math:`\phi\,n p(1-p)(1 + n/N)`, where n are there now and N were in the base; the last factor
    is for p being estimated. Where :math:`\phi > 1`, it is widened by the ratio of Student's to
    the normal quantile, as :math:`\phi` is estimated, too.
    """
    total = float(totals.sum())
    before = float(counts.sum())
    if before <= 0 or before >= total:
        return None
    rate, df = before / total, len(counts) - 1
    pearson = np.sum((counts - totals * rate) ** 2 / (totals * rate * (1 - rate)))
    dispersion = max(float(pearson) / df, 1.0)
    tail = (1 - level) / 2
    widened = dispersion * (1 + n / total)
    if dispersion > 1:
        widened *= float((t.ppf(tail, df) / norm.ppf(tail)) ** 2)
    return RateBand(rate, *_quantiles(n, rate, widened, tail), dispersion)


def _quantiles(n: int, rate: float, inflation: float, tail: float) -> tuple[float, float]:
    """Return the least and the most that are still expected."""
    if n > _EXACT:  # whole members no longer matter
        size = n / inflation - 1
        low, high = beta(rate * size, (1 - rate) * size).ppf([tail, 1 - tail])
        return float(low) * n, float(high) * n
    extra = min((inflation - 1) / (n - 1), 0.999) if n > 1 else 0.0  # correlation of two members
    size = 1 / extra - 1 if extra > 0 else 0.0
    spread = betabinom(n, rate * size, (1 - rate) * size) if size else binom(n, rate)
    reached = np.cumsum(spread.pmf(np.arange(n + 1)))
    low_count, high_count = np.searchsorted(reached, [tail, 1 - tail])
    return float(low_count), float(min(high_count, n))
