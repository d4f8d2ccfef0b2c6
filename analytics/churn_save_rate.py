"""The save rate as retention lists have measured it, of one list or of several together.

A list measures the ratio of the shares that left: contacted over held back. The save rate is one
less that ratio; chance is normal on the ratio's logarithm, so it may reach below zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isfinite, log

import numpy as np

from analytics.retention_effect import Effect
from analytics.stats import Floats
from crm_data.errors import BadInputError

_Z = 1.959964


@dataclass(frozen=True)
class MeasuredSaveRate:
    """Share of leavers who stay because of the contact, with its 95 % interval.

    Below zero where contacting drives customers away; below one always.

    Raises
    ------
    BadInputError
        ``churn_save_rate``: not within its interval, or one and more.
    """

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Check that it lies within its interval."""
        if not (isfinite(self.low) and self.low < self.value < self.high < 1):
            raise BadInputError(
                "churn_save_rate", "The save rate must be below one, within its interval."
            )

    @property
    def error(self) -> float:
        """Return the standard error of the logarithm of the ratio."""
        return (log(1 - self.low) - log(1 - self.high)) / (2 * _Z)

    def draws(self, rng: np.random.Generator, n: int) -> Floats:
        """Draw from what the interval says: the ratio is log-normal."""
        found: Floats = 1 - np.exp(rng.normal(log(1 - self.value), self.error, n))
        return found


def measured_rate(effect: Effect) -> MeasuredSaveRate | None:
    """Return the save rate of a list; None where it has not measured one with an interval."""
    value, low, high = effect.save_rate, effect.save_rate_low, effect.save_rate_high
    if not all(isfinite(one) for one in (value, low, high)) or not low < value < high < 1:
        return None
    return MeasuredSaveRate(value, low, high)


def pooled(rates: Sequence[MeasuredSaveRate]) -> MeasuredSaveRate | None:
    """Return several save rates as one, each by how exactly it is known; None without any.

    Notes
    -----
    Inverse-variance mean of the logarithms of the ratios, as if all lists had the same effect: M.
    Borenstein et al. (2010), Research Synthesis Methods 1, 97–111.

    Examples
    --------
    >>> one = MeasuredSaveRate(0.2, 0.1, 0.2889)
    >>> round(pooled([one, one]).value, 3)
    0.2
    """
    if not rates:
        return None
    weights = np.array([rate.error**-2 for rate in rates])
    centre = float(np.dot(weights, [log(1 - rate.value) for rate in rates]) / weights.sum())
    half = _Z / float(weights.sum()) ** 0.5
    return MeasuredSaveRate(1 - exp(centre), 1 - exp(centre + half), 1 - exp(centre - half))
