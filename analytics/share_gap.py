"""The difference of two independent shares: its interval, and how many it takes to see it."""

from math import ceil, erfc, exp, isfinite, sqrt
from statistics import NormalDist

from analytics.stats import LEVEL, wilson_interval

Interval = tuple[float, float]
_NAN = float("nan")


def newcombe_interval(x1: int, n1: int, x2: int, n2: int, *, level: float = LEVEL) -> Interval:
    """Return the interval of ``x1/n1 − x2/n2`` from Wilson's intervals of both; NaN without n.

    Notes
    -----
    R. G. Newcombe (1998), "Interval estimation for the difference between independent proportions:
    comparison of eleven methods", Statistics in Medicine 17, 873–890, method 10.

    Examples
    --------
    >>> low, high = newcombe_interval(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    if not n1 or not n2:
        return _NAN, _NAN
    p1, p2 = x1 / n1, x2 / n2
    (l1, l2), (u1, u2) = (
        side.tolist() for side in wilson_interval([x1, x2], [n1, n2], level=level)
    )
    gap = p1 - p2
    return (
        gap - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2),
        gap + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2),
    )


def ratio_of_shares_interval(
    x1: int, n1: int, x2: int, n2: int, *, level: float = LEVEL
) -> Interval:
    """Return the interval of ``(x1/n1) / (x2/n2)``; NaN where either count is 0.

    Notes
    -----
    D. Katz et al. (1978), "Obtaining confidence intervals for the risk ratio in cohort studies",
    Biometrics 34, 469–474: normal on the logarithm.
    """
    if not (x1 and x2):
        return _NAN, _NAN
    ratio = (x1 / n1) / (x2 / n2)
    half = _z((1 + level) / 2) * sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2)
    return ratio * exp(-half), ratio * exp(half)


def customers_needed(
    p1: float, p2: float, *, second_share: float, level: float = LEVEL, power: float = 0.8
) -> int | None:
    """Return how many units in both groups together it takes to tell ``p1`` from ``p2``.

    Parameters
    ----------
    p1, p2 : float
        Shares of the first and of the second group.
    second_share : float
        Part of all units that is in the second group.

    Returns
    -------
    int or None
        None where the shares are equal or a group is empty.

    Notes
    -----
    J. L. Fleiss, B. Levin and M. C. Paik (2003), Statistical Methods for Rates and Proportions,
    3rd ed., section 4.3: pooled variance under no difference, separate ones under ``p1 − p2``, no
    correction for continuity.
    """
    first = 1 - second_share
    if not (0 < second_share < 1 and isfinite(p1 - p2)) or p1 == p2:
        return None
    pooled = first * p1 + second_share * p2
    none = sqrt(pooled * (1 - pooled) * (1 / first + 1 / second_share))
    some = sqrt(p1 * (1 - p1) / first + p2 * (1 - p2) / second_share)
    needed = ((_z((1 + level) / 2) * none + _z(power) * some) / (p1 - p2)) ** 2
    return ceil(needed - 1e-9)


def split_p_value(first: int, second: int, *, second_share: float) -> float:
    """Return the p-value of the chi-squared test that a split came about as planned.

    Notes
    -----
    A. Fabijan et al. (2019), "Diagnosing sample ratio mismatch in online controlled experiments",
    KDD '19, 2156–2164: below 0.001 something other than chance decided who is compared.
    """
    count = first + second
    expected = count * second_share
    if not count or not 0 < second_share < 1:
        return _NAN
    chi_squared = (second - expected) ** 2 / (expected * (1 - second_share))
    return erfc(sqrt(chi_squared / 2))


def _z(probability: float) -> float:
    return NormalDist().inv_cdf(probability)
