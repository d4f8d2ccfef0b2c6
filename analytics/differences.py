"""Standardised differences of two groups that do not overlap, from sums: arrays in, arrays out."""

from dataclasses import dataclass

import numpy as np

from analytics.stats import Floats, Numbers

_Z = 1.959963984540054
_EXACT_BELOW = 5.0  # customers expected in a cell of the two-by-two table
_ROUNDING = 1e-11  # of the mean square, what is left of a variance of zero


@dataclass(frozen=True)
class Difference:
    """Standardised differences with 95 % intervals and p-values; NaN where they are undefined."""

    effect: Floats
    low: Floats
    high: Floats
    p_value: Floats


def standardised_difference(
    one: tuple[Numbers, Numbers, Numbers], other: tuple[Numbers, Numbers, Numbers]
) -> Difference:
    """Return Hedges' g of means.

    Parameters
    ----------
    one, other : tuple of array-like
        Count, sum and sum of squares of each group.

    Returns
    -------
    Difference
        ``g = J·(m1 − m2)/s`` with the pooled ``s² = ((n1−1)s1² + (n2−1)s2²)/(n1+n2−2)`` and
        ``J = 1 − 3/(4(n1+n2−2) − 1)``. Its variance is that of the difference of means without
        assuming equal variances, over ``s²``, plus ``g²/(2(n1+n2−2))`` for the estimate of ``s``;
        with equal variances that is Hedges' own. The p-value is Welch's. NaN where a group has
        fewer than two members, or nothing varies.

    Notes
    -----
    L. V. Hedges (1981), Journal of Educational Statistics 6, 107–128; B. L. Welch (1947),
    Biometrika 34, 28–35.
    """
    n1, m1, v1 = _moments(*one)
    n2, m2, v2 = _moments(*other)
    freedom = n1 + n2 - 2
    pooled = ((n1 - 1) * v1 + (n2 - 1) * v2) / freedom
    pooled = np.where(pooled > 0, pooled, np.nan)
    small = 1 - 3 / (4 * freedom - 1)
    effect = small * (m1 - m2) / np.sqrt(pooled)
    of_means = v1 / n1 + v2 / n2
    half = _Z * np.sqrt(small**2 * of_means / pooled + effect**2 / (2 * freedom))
    return Difference(
        effect, effect - half, effect + half, _welch(m1 - m2, v1 / n1, v2 / n2, n1, n2)
    )


def share_difference(x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers) -> Difference:
    """Return Cohen's h of shares.

    Parameters
    ----------
    x1, n1, x2, n2 : array-like of counts
        How many of how many, in each group.

    Returns
    -------
    Difference
        ``h = 2·asin√p1 − 2·asin√p2``, whose variance is ``1/n1 + 1/n2`` whatever the shares. The
        p-value is that of the chi-squared test, or of Fisher's exact test where a cell is expected
        to hold fewer than 5. NaN where a group is empty, or nobody or everybody has it.
    """
    a, n, b, m = (np.asarray(v, dtype="float64") for v in (x1, n1, x2, n2))
    n, m = np.where(n > 0, n, np.nan), np.where(m > 0, m, np.nan)
    overall = (a + b) / (n + m)
    overall = np.where((overall > 0) & (overall < 1), overall, np.nan)
    effect = 2 * np.arcsin(np.sqrt(a / n)) - 2 * np.arcsin(np.sqrt(b / m))
    effect = np.where(np.isnan(overall), np.nan, effect)
    half = _Z * np.sqrt(1 / n + 1 / m)
    z = (a / n - b / m) / np.sqrt(overall * (1 - overall) * (1 / n + 1 / m))
    p_value = _two_sided(z)
    expected = np.minimum(n, m) * np.minimum(overall, 1 - overall)
    for place in np.flatnonzero(expected < _EXACT_BELOW):
        counts = (int(v[place]) for v in (a, n, b, m))
        p_value[place] = fisher(*counts)
    return Difference(effect, effect - half, effect + half, p_value)


def fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    """Return the two-sided p-value of Fisher's exact test: tables no likelier than this one.

    Notes
    -----
    R. A. Fisher (1935), Journal of the Royal Statistical Society 98, 39–82.

    Examples
    --------
    >>> round(fisher(3, 4, 1, 4), 4)
    0.4857
    """
    from scipy.special import gammaln

    def log_choose(total: float, chosen: Floats) -> Floats:
        return np.asarray(gammaln(total + 1) - gammaln(chosen + 1) - gammaln(total - chosen + 1))

    have = x1 + x2
    k = np.arange(max(0, have - n2), min(n1, have) + 1, dtype="float64")
    log_p = log_choose(n1, k) + log_choose(n2, have - k)
    p = np.exp(log_p - log_p.max())
    seen = p[x1 - int(k[0])]
    return float(min(1.0, p[p <= seen * (1 + 1e-7)].sum() / p.sum()))


def _moments(n: Numbers, total: Numbers, total_sq: Numbers) -> tuple[Floats, Floats, Floats]:
    size, summed, squares = (np.asarray(v, dtype="float64") for v in (n, total, total_sq))
    size = np.where(size >= 2, size, np.nan)
    mean = summed / size
    variance = (squares - summed * mean) / (size - 1)
    return size, mean, np.where(variance > _ROUNDING * squares / size, variance, 0.0)


def _welch(gap: Floats, e1: Floats, e2: Floats, n1: Floats, n2: Floats) -> Floats:
    from scipy.special import stdtr

    error = e1 + e2
    error = np.where(error > 0, error, np.nan)
    freedom = error**2 / (e1**2 / (n1 - 1) + e2**2 / (n2 - 1))
    return np.asarray(2 * stdtr(freedom, -np.abs(gap) / np.sqrt(error)))


def _two_sided(z: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(2 * ndtr(-np.abs(z)), dtype="float64")
