"""The difference of an arm from its control, and the ratio, with intervals that agree.

Both are made from the limits of each arm on its own (MOVER, the method of variance estimates
recovery), so the interval of the difference leaves out 0 exactly where that of the ratio leaves out
1. From Wilson's limits the difference is Newcombe's hybrid score interval; from symmetric limits it
is Welch's, and the ratio is Fieller's.
"""

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Literal

from analytics.differences import fisher, share_difference
from analytics.stats import LEVEL, wilson_interval

Method = Literal["newcombe", "welch", "bootstrap", "welch_cuped", ""]
_NAN = float("nan")
_ROUNDING = 1e-12


@dataclass(frozen=True)
class ArmValue:
    """One arm: units with a known outcome, the sum of it, and its variance."""

    n: int
    total: float
    variance: float

    @property
    def mean(self) -> float:
        """Return the mean; NaN without units."""
        return self.total / self.n if self.n else _NAN


@dataclass(frozen=True)
class Gap:
    """Arm less control. NaN where it is not defined; ``reason`` says why there is no interval.

    Attributes
    ----------
    relative, relative_low, relative_high : float
        The difference as a share of the control's mean. NaN where that mean is not above 0; a limit
        is NaN where the control's mean could be 0.
    reason : str
        ``no_outcome`` (nobody's outcome is known in an arm), ``one_unit`` (an arm of one),
        ``nothing_varies`` (everybody has the same), or empty.
    """

    difference: float = _NAN
    low: float = _NAN
    high: float = _NAN
    relative: float = _NAN
    relative_low: float = _NAN
    relative_high: float = _NAN
    p_value: float = _NAN
    method: Method = ""
    reason: str = ""


def rate_gap(arm: ArmValue, control: ArmValue, *, level: float = LEVEL) -> Gap:
    """Return the difference of two shares.

    Notes
    -----
    Interval: R. G. Newcombe (1998), Statistics in Medicine 17, 873–890, method 10. Ratio: A. Donner
    and G. Y. Zou (2012), Statistical Methods in Medical Research 21, 347–359. P-value: chi-squared
    without correction, or Fisher's exact test where fewer than 5 are expected in a cell.
    """
    if not (arm.n and control.n):
        return Gap(reason="no_outcome")
    x1, x0 = round(arm.total), round(control.total)
    low, high = wilson_interval([x1, x0], [arm.n, control.n], level=level)
    p1, p0 = x1 / arm.n, x0 / control.n
    down = (p1 - float(low[0]), float(high[1]) - p0)
    up = (float(high[0]) - p1, p0 - float(low[1]))
    if x1 + x0 in (0, arm.n + control.n):
        p_value = fisher(0, arm.n, 0, control.n)  # nobody or everybody: nothing against no effect
    else:
        p_value = float(share_difference([x1], [arm.n], [x0], [control.n]).p_value[0])
    return _gap(p1, p0, down, up, p_value, "newcombe")


def mean_gap(arm: ArmValue, control: ArmValue, *, level: float = LEVEL) -> Gap:
    """Return the difference of two means, without assuming equal variances.

    Notes
    -----
    B. L. Welch (1947), Biometrika 34, 28–35. Ratio: E. C. Fieller (1954), Journal of the Royal
    Statistical Society B 16, 175–185, with Welch's degrees of freedom.
    """
    if not (arm.n and control.n):
        return Gap(reason="no_outcome")
    difference = arm.mean - control.mean
    if min(arm.n, control.n) < 2:
        return Gap(difference, relative=_share(difference, control.mean), reason="one_unit")
    errors = (arm.variance / arm.n, control.variance / control.n)
    total = sum(errors)
    if total <= 0:
        return Gap(difference, relative=_share(difference, control.mean), reason="nothing_varies")
    from scipy.special import stdtr, stdtrit

    freedom = total**2 / (errors[0] ** 2 / (arm.n - 1) + errors[1] ** 2 / (control.n - 1))
    t = float(stdtrit(freedom, (1 + level) / 2))
    halves = (t * sqrt(errors[0]), t * sqrt(errors[1]))
    p_value = 2 * float(stdtr(freedom, -abs(difference) / sqrt(total)))
    return _gap(arm.mean, control.mean, halves, halves, p_value, "welch")


def _gap(
    one: float,
    base: float,
    down: tuple[float, float],
    up: tuple[float, float],
    p_value: float,
    method: Method,
) -> Gap:
    """Return the gap from the distances of the arm's and the control's limits.

    ``down`` is how far the arm reaches down and the control up; ``up`` the other way round.
    """
    difference = one - base
    low, high = _ratio(one, base, down, up) if base > 0 else (_NAN, _NAN)
    return Gap(
        difference,
        difference - sqrt(down[0] ** 2 + down[1] ** 2),
        difference + sqrt(up[0] ** 2 + up[1] ** 2),
        _share(difference, base),
        low - 1,
        high - 1,
        p_value,
        method,
    )


def _ratio(
    one: float, base: float, down: tuple[float, float], up: tuple[float, float]
) -> tuple[float, float]:
    """Return the limits of ``one/base``: where the limit of ``one − r·base`` is 0."""
    least = one**2 - down[0] ** 2
    root = _root(one * base, base**2 - down[1] ** 2, least)
    if base > down[1]:
        low = (one * base - root) / (base**2 - down[1] ** 2)
    elif least < -_ROUNDING:
        low = _NAN
    else:  # the control may be twice what was seen: a share's lower limit still exists
        under = one * base + root
        low = max(least, 0.0) / under if under > 0 else 0.0
    if base <= up[1]:
        return low, _NAN
    under = base**2 - up[1] ** 2
    return low, (one * base + _root(one * base, under, one**2 - up[0] ** 2)) / under


def _root(middle: float, first: float, last: float) -> float:
    return sqrt(max(0.0, middle**2 - first * last))


def _share(difference: float, base: float) -> float:
    return difference / base if base > 0 and isfinite(difference) else _NAN
