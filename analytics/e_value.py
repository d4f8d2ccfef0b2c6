"""How strong something unseen would have to be to explain an effect away.

T. J. VanderWeele and P. Ding (2017), Sensitivity analysis in observational research: introducing
the E-value, Annals of Internal Medicine 167, 268–274.
"""

from math import exp, sqrt

import numpy as np

from analytics.diff_in_diff import estimate
from analytics.overlap_weights import Gaps

_NAN = float("nan")
_OF_DEVIATION = 0.91  # log of the ratio that a difference of one standard deviation is about


def e_value(ratio: float) -> float:
    """Return how many times as likely a hidden factor must make both contact and outcome.

    1 where nothing has to be explained away.

    Examples
    --------
    >>> round(e_value(3.9), 2), round(e_value(1 / 3.9), 2), e_value(1.0)
    (7.26, 7.26, 1.0)
    """
    if not ratio > 0:
        return _NAN
    up = max(ratio, 1 / ratio)
    return up + sqrt(up * (up - 1))


def e_values_of_share(gaps: Gaps, column: int) -> tuple[float, float]:
    """Return the E-values of a share's ratio and of the limit of it that is nearest to 1."""
    top, base = float(gaps.contacted[column]), float(gaps.others[column])
    if not (top > 0 and base > 0):
        return _NAN, _NAN
    influence = gaps.top_influence[:, column] / top - gaps.base_influence[:, column] / base
    return _both(float(np.log(top / base)), influence)


def e_values_of_mean(
    gaps: Gaps, column: int, deviation: float, *, more: float = 0.0
) -> tuple[float, float]:
    """Return the E-values of a difference of means, about, by standard deviations.

    ``more`` as of ``diff_in_diff.estimate``.
    """
    if not deviation > 0:
        return _NAN, _NAN
    scale = _OF_DEVIATION / deviation
    influence = gaps.influence[:, column] * scale
    return _both(float(gaps.gap[column]) * scale, influence, more * scale**2)


def _both(log_ratio: float, influence: np.ndarray, more: float = 0.0) -> tuple[float, float]:
    found = estimate(log_ratio, influence, more=more)
    if np.isnan(found.low):
        return e_value(exp(log_ratio)), _NAN
    near = 0.0 if found.low <= 0 <= found.high else min(abs(found.low), abs(found.high))
    return e_value(exp(log_ratio)), e_value(exp(near))
