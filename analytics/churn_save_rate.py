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


def pooled(effects: Sequence[Effect]) -> MeasuredSaveRate | None:
    """Return the save rate of one list or several; None where it has no interval either.

    A list where nobody left in one arm has no interval of its own, and counts here all the same:
    leaving it out would leave out the lists that did best.

    Notes
    -----
    The ratio of N. Mantel and W. Haenszel (1959), Journal of the National Cancer Institute 22,
    719–748, as if all lists had the same one; variance of its logarithm by S. Greenland and J. M.
    Robins (1985), Biometrics 41, 55–68.
    """
    left, n, alone, m = (
        np.array(counts, dtype="float64")
        for counts in (
            [e.contact.observed - e.contact.kept for e in effects],
            [e.contact.observed for e in effects],
            [e.hold_back.observed - e.hold_back.kept for e in effects],
            [e.hold_back.observed for e in effects],
        )
    )
    both = n + m
    measured = (n > 0) & (m > 0)
    left, n, alone, m, both = (counts[measured] for counts in (left, n, alone, m, both))
    contact, hold_back = float((left * m / both).sum()), float((alone * n / both).sum())
    if not contact or not hold_back:
        return None
    ratio = contact / hold_back
    spread = ((left + alone) * n * m / both**2 - left * alone / both).sum()
    half = _Z * float(spread / (contact * hold_back)) ** 0.5
    if not half:  # everybody left in both arms
        return None
    return MeasuredSaveRate(1 - ratio, 1 - ratio * exp(half), 1 - ratio * exp(-half))
