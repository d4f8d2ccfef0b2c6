"""An 80 % interval of what a customer will bring, and whether it held.

A model's value of a customer is nothing with the chance of no purchase, else a gamma of the mean
and variance that the purchase distribution and the posterior of Gamma-Gamma give: with N purchases
and an expected value t of one, E S = E N E t and E S^2 = (E N / p + E N^2) E t^2.

Recalibrated quantiles follow Kuleshov, Fenner and Ermon (2018): where 80 % intervals do not hold
80 %, the levels are moved to where they did.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammainc, gammaincinv

from analytics.clv_candidates import DAYS_PER_WEEK, SameForAll, ValueModel, arrays, money_arrays

Floats = npt.NDArray[np.float64]
Levels = tuple[float, float]
LEVELS: Levels = (0.1, 0.9)
TOLERANCE = 0.03  # held and promised differ by more: recalibrate
_GOLDEN = 0.6180339887498949  # spreads customers without purchases evenly, the same every time
_EDGES = (0.001, 0.999)


@dataclass(frozen=True)
class ValueDistribution:
    """Nothing with chance ``share_zero``, else gamma with ``shape`` and ``scale``; per customer."""

    share_zero: Floats
    shape: Floats
    scale: Floats

    def quantile(self, level: float) -> Floats:
        """Return the value below which a share ``level`` of outcomes lies."""
        some = np.maximum(1.0 - self.share_zero, 1e-12)
        inside = np.clip((level - self.share_zero) / some, 0.0, 1.0 - 1e-9)
        return np.asarray(gammaincinv(self.shape, inside) * self.scale)

    def position(self, actual: Floats) -> Floats:
        """Return which share of outcomes lies below each actual; nothing is spread over its chance.

        Where the distribution is right, positions are uniform on 0..1.
        """
        spread = (np.arange(len(actual)) * _GOLDEN) % 1.0
        above = gammainc(self.shape, np.maximum(actual, 0.0) / self.scale)
        return np.where(
            actual > 0,
            self.share_zero + (1.0 - self.share_zero) * above,
            self.share_zero * spread,
        )

    def promised(self, levels: Levels) -> float:
        """Return the share of customers that intervals at these levels should hold.

        More than the difference of the levels: "nothing" is inside whole or not at all.
        """
        low = np.where(self.share_zero >= levels[0], 0.0, levels[0])
        return float((np.maximum(levels[1], self.share_zero) - low).mean())


def distribution(model: ValueModel, history: pd.DataFrame, days: float) -> ValueDistribution:
    """Return the distribution of each customer's value in the next ``days`` days."""
    mean, variance, zero = (
        np.asarray(part)
        for part in model.purchases.purchase_distribution(*arrays(history), days / DAYS_PER_WEEK)
    )
    each = model.value_of_purchase(history)
    inverse_shape, spread = _spread(model, history, each)
    first = mean * each
    second = (mean * inverse_shape + variance + mean**2) * (each**2 + spread)
    some = np.maximum(1.0 - zero, 1e-12)
    conditional, squared = first / some, second / some
    # A value of nothing or without variance would divide by zero: both are a point.
    rest = np.maximum(squared - conditional**2, 1e-6 * conditional**2 + 1e-12)
    return ValueDistribution(
        zero, np.maximum(conditional**2 / rest, 1e-9), rest / np.maximum(conditional, 1e-9)
    )


def held(low: Floats, high: Floats, actual: Floats) -> float:
    """Return the share of customers whose actual lies in the interval; net returns count as 0."""
    came = np.maximum(actual, 0.0)
    slack = 1e-9 * np.maximum(high, 1.0)
    return float(((came >= low - slack) & (came <= high + slack)).mean())


def recalibrated(found: ValueDistribution, actual: Floats) -> Levels:
    """Return the levels between which 80 % of positions lie, a tenth below and a tenth above."""
    low, high = np.quantile(found.position(actual), LEVELS)
    return float(np.clip(low, *_EDGES)), float(np.clip(high, *_EDGES))


def _spread(model: ValueModel, history: pd.DataFrame, each: Floats) -> tuple[float, Floats]:
    """Return the variance of one purchase's value by its squared mean, and that of the mean."""
    if isinstance(model.money, SameForAll):
        return 0.0, np.zeros(len(history))
    variance = np.asarray(model.money.value_variance(*money_arrays(history)))  # type: ignore[attr-defined]  # Gamma-Gamma is the other one
    # Where the posterior variance does not exist (p x + q <= 2), as large as the mean squared.
    return 1.0 / model.money.params_["p"], np.where(np.isnan(variance), each**2, variance)
