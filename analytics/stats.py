"""Intervals from sums: arrays in, arrays out, so that one call serves every group of a frame.

NaN wherever the sums do not determine an interval (no observations, or one where two are needed).
"""

from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, ndtri

Numbers = npt.ArrayLike
Floats = npt.NDArray[np.float64]
LEVEL = 0.95
Z80 = 1.2816  # standard errors: 10 % above, 10 % below
_MANY = 1_000


def wilson_interval(
    successes: Numbers, n: Numbers, *, level: float = LEVEL
) -> tuple[Floats, Floats]:
    """Return Wilson's score interval of a share.

    Parameters
    ----------
    successes, n : array-like of counts
        ``n`` trials, of which ``successes`` succeeded.
    level : float
        Coverage, 0 to 1.

    Returns
    -------
    low, high : ndarray
        Shares 0 to 1; NaN where ``n`` is 0.

    Notes
    -----
    E. B. Wilson (1927), Journal of the American Statistical Association 22, 209–212.

    Examples
    --------
    >>> low, high = wilson_interval(81, 263)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2553, 0.3662)
    """
    count, size = _floats(successes), _positive(n)
    z = _z(level)
    share = count / size
    centre = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def poisson_interval(counts: Numbers, *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the exact interval of what is expected where ``counts`` came.

    Notes
    -----
    F. Garwood (1936), Biometrika 28, 437–442.

    Examples
    --------
    >>> low, high = poisson_interval([0, 10])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 4.795], [3.689, 18.39])
    """
    count, edge = _floats(counts), (1 - level) / 2
    low = chdtri(2 * np.maximum(count, 0.5), 1 - edge) / 2
    return np.where(count > 0, low, 0.0), np.asarray(chdtri(2 * (count + 1), edge) / 2)


def mean_interval_from_sums(
    n: Numbers, total: Numbers, total_sq: Numbers, *, level: float = LEVEL
) -> tuple[Floats, Floats]:
    """Return Student's interval of a mean.

    Parameters
    ----------
    n, total, total_sq : array-like
        Count, sum and sum of squares of the observations.
    level : float
        Coverage, 0 to 1.

    Returns
    -------
    low, high : ndarray
        In the unit of the observations; NaN where ``n`` is below 2.
    """
    size, summed = _positive(n, least=2), _floats(total)
    mean = summed / size
    variance = np.maximum(_floats(total_sq) - summed * mean, 0.0) / (size - 1)
    half = _t(size, level) * np.sqrt(variance / size)
    return mean - half, mean + half


def ratio_interval(
    n: Numbers,
    numerator: Numbers,
    denominator: Numbers,
    *,
    numerator_sq: Numbers,
    denominator_sq: Numbers,
    cross: Numbers = 0.0,
    level: float = LEVEL,
) -> tuple[Floats, Floats]:
    """Return the delta method's interval of a ratio of two sums over the same ``n`` units.

    Parameters
    ----------
    n : array-like
        Units (orders, say) that both sums run over.
    numerator, denominator : array-like
        The sums.
    numerator_sq, denominator_sq, cross : array-like
        Sums over units of the squares and of the products.
    level : float
        Coverage, 0 to 1.

    Returns
    -------
    low, high : ndarray
        NaN where ``n`` is below 2 or the denominator is not positive.

    Notes
    -----
    W. G. Cochran (1977), Sampling Techniques, 3rd ed., section 6.4: the variance of the residuals
    ``x - r·y`` over the squared denominator.
    """
    size, over, under = _positive(n, least=2), _floats(numerator), _positive(denominator, least=0)
    ratio = over / np.where(under > 0, under, np.nan)
    spread = _floats(numerator_sq) - 2 * ratio * _floats(cross) + ratio**2 * _floats(denominator_sq)
    variance = size / (size - 1) * np.maximum(spread, 0.0) / under**2
    half = _t(size, level) * np.sqrt(variance)
    return ratio - half, ratio + half


def _z(level: float) -> float:
    """Quantile of the normal distribution."""
    return NormalDist().inv_cdf((1 + level) / 2)


def _t(size: Floats, level: float) -> Floats:
    """Quantile of Student's distribution with ``size - 1`` degrees of freedom.

    From a thousand degrees on, Fisher's expansion (M. Abramowitz and I. A. Stegun, 1964, Handbook
    of Mathematical Functions, 26.7.5) is exact to the last digits of a float; SciPy, whose import
    costs the first page a fifth of a second, is asked below that only.
    """
    freedom, z = size - 1, _z(level)
    expansion = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    quantile = _floats(z + sum(g / freedom**k for k, g in enumerate(expansion, start=1)))
    if np.any(freedom < _MANY):
        from scipy.special import stdtrit

        quantile = np.where(freedom < _MANY, stdtrit(freedom, (1 + level) / 2), quantile)
    return quantile


def _floats(values: Numbers) -> Floats:
    return np.asarray(values, dtype="float64")


def _positive(values: Numbers, least: float = 1) -> Floats:
    """Return ``values`` with NaN where they are too small to say anything."""
    numbers = _floats(values)
    return np.where(numbers >= least, numbers, np.nan)


def normal_quantile(level: float) -> float:
    """Return how many standard errors a two-sided interval of ``level`` reaches.

    Raises
    ------
    ValueError
        ``level`` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level should be between 0 and 1, 0.95 for instance, but is {level}.")
    return float(ndtri(0.5 + level / 2))
