"""Differences before and after against a comparison group, and whether both went alike before.

Every customer is one row with all periods, so what is summed here is clustered by customer.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from analytics.overlap_weights import Gaps
from analytics.stats import LEVEL, Floats

_NAN = float("nan")


@dataclass(frozen=True)
class Estimate:
    """A value with its interval and two-sided p-value; NaN where it is not known."""

    value: float = _NAN
    low: float = _NAN
    high: float = _NAN
    p_value: float = _NAN


def estimate(
    value: float, influence: Floats, *, more: float = 0.0, level: float = LEVEL
) -> Estimate:
    """Return a value with the interval that the influence of each customer on it gives.

    ``more`` is variance that the influence does not show: ``overlap_weights.lacking_variance``.
    """
    error = float(np.sqrt((influence**2).sum() + more))
    if not error > 0:
        return Estimate(value)
    wide = NormalDist().inv_cdf((1 + level) / 2) * error
    p_value = 2 * NormalDist().cdf(-abs(value) / error)
    return Estimate(value, value - wide, value + wide, p_value)


def event_study(gaps: Gaps, before: int) -> list[Estimate]:
    """Return the gap of each period less that of the last period before the contact.

    Parameters
    ----------
    gaps : Gaps
        One column per period, in the order of time.
    before : int
        How many of them lie before the contact; the last of these is 0 by definition.
    """
    base = before - 1
    own = Estimate(0.0, 0.0, 0.0)
    return [
        own if k == base
        else estimate(
            float(gaps.gap[k] - gaps.gap[base]), gaps.influence[:, k] - gaps.influence[:, base]
        )
        for k in range(len(gaps.gap))
    ]  # fmt: skip


def difference_in_differences(gaps: Gaps, before: int, *, more: float = 0.0) -> Estimate:
    """Return the gap of the first period from the contact on, less the mean gap before it.

    ``more`` as of ``estimate``, of the same difference.

    Notes
    -----
    With weights held as given this is the coefficient of a regression on group, period and both,
    clustered by customer. As the weights balance what is in the model, it is doubly robust: right
    when either the weights or a linear model of the change is (P. H. C. Sant'Anna and J. Zhao,
    2020, Journal of Econometrics 219, 101–122).
    """
    value = gaps.gap[before] - gaps.gap[:before].mean()
    influence = gaps.influence[:, before] - gaps.influence[:, :before].mean(axis=1)
    return estimate(float(value), influence, more=more)


def pre_trend(gaps: Gaps, before: int) -> float:
    """Return how likely gaps before the contact differ so much, had both groups gone alike.

    Wald's test that all of them are the same; NaN below two periods or where nothing varies.
    """
    from scipy.special import chdtrc

    if before < 2:
        return _NAN
    steps = gaps.gap[: before - 1] - gaps.gap[before - 1]
    influence = gaps.influence[:, : before - 1] - gaps.influence[:, [before - 1]]
    covariance = influence.T @ influence
    freedom = int(np.linalg.matrix_rank(covariance, hermitian=True))
    if not freedom:
        return _NAN
    statistic = float(steps @ np.linalg.pinv(covariance, hermitian=True) @ steps)
    return float(chdtrc(freedom, statistic))
