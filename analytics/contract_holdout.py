"""How contracts did after a past day, against what the curve of that day had said.

Calibrated on what was known at the end of the day; contracts that ran then are followed to the end
of the test. Nothing is discounted: expected payments are compared with those that came.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.contract_value import MIN_CONTRACTS, MIN_ENDED_CONTRACTS, kept, lasting, month_grid
from analytics.stats import Z80


@dataclass(frozen=True)
class ContractHoldout:
    """The test of contracts.

    Attributes
    ----------
    contracts : int
        That ran on the day, with a known amount.
    expected_ended, ended : float, int
        How many of them were expected to end by the end of the test, and did.
    ended_low, ended_high : float
        80 % of chance around the expected, each contract by itself; the curve's own uncertainty is
        not in it.
    expected_amount, amount : float
        Payments expected and made in the test, in currency.
    amount_low, amount_high : float
        As for the ends.
    inside : float
        Share (0..1) of contracts whose payments lay within their own 80 % range.
    """

    contracts: int
    expected_ended: float
    ended: int
    ended_low: float
    ended_high: float
    expected_amount: float
    amount: float
    amount_low: float
    amount_high: float
    inside: float

    @property
    def error(self) -> float | None:
        """Expected less paid, as a share of what was paid; None where nothing was paid."""
        return (self.expected_amount - self.amount) / self.amount if self.amount > 0 else None

    @property
    def half_width(self) -> float | None:
        """How far a total may be off, as a share of it: the test's error and chance (80 %).

        One test is one observation: the error of the next year may be larger.
        """
        if self.error is None:
            return None
        chance = (self.amount_high - self.amount_low) / 2 / self.amount
        return math.hypot(self.error, chance)

    def as_card(self) -> dict[str, Any]:
        """Return the test as JSON can hold it."""
        return asdict(self) | {"error": self.error, "half_width": self.half_width}


def contract_holdout(
    known: pd.DataFrame, later: pd.DataFrame, *, days: int
) -> ContractHoldout | None:
    """Compare what was expected of running contracts with what came.

    Parameters
    ----------
    known : DataFrame
        ``VALUE_CONTRACTS`` as of the day.
    later : DataFrame
        ``VALUE_CONTRACTS_LATER`` from the day to the end of the test: those that ran on the day.
    days : int
        Length of the test.

    Returns
    -------
    ContractHoldout or None
        None where there were too few contracts, or too few that had ended, to tell how long they
        last, or none that ran.
    """
    is_ended = known["is_ended"].fillna(False).to_numpy(dtype=bool)
    seen = later.dropna(subset=["monthly_amount", "later_amount"])
    if len(known) < MIN_CONTRACTS or is_ended.sum() < MIN_ENDED_CONTRACTS or seen.empty:
        return None
    curve = lasting(known)
    age = seen["age_days"].to_numpy(dtype=np.float64)
    amount = np.maximum(seen["monthly_amount"].to_numpy(dtype=np.float64), 0.0)
    ends = 1.0 - kept(curve, age, days)
    middles, months = month_grid(days)
    still = kept(curve, age[:, None], middles[None, :])
    mean = still.sum(axis=1) * months
    # E[T^2] = 2 * the integral of t S(t), T being the months to come.
    square = 2.0 * (still * (np.arange(len(middles)) + 0.5) * months).sum(axis=1) * months
    spread = float(np.sqrt(np.sum(amount**2 * np.maximum(square - mean**2, 0.0))))
    spread_ends = float(np.sqrt(np.sum(ends * (1.0 - ends))))
    expected, expected_ended = float(amount @ mean), float(ends.sum())
    paid = seen["later_amount"].to_numpy(dtype=np.float64)
    low, high = (amount * (still >= level).sum(axis=1) * months for level in (0.9, 0.1))
    slack = 1e-6 * amount  # who is kept to the end has paid just the upper border
    is_inside = (paid >= low - slack) & (paid <= high + slack)
    return ContractHoldout(
        contracts=len(seen),
        expected_ended=expected_ended,
        ended=int(seen["is_ended"].sum()),
        ended_low=max(0.0, expected_ended - Z80 * spread_ends),
        ended_high=min(float(len(seen)), expected_ended + Z80 * spread_ends),
        expected_amount=expected,
        amount=float(paid.sum()),
        amount_low=max(0.0, expected - Z80 * spread),
        amount_high=expected + Z80 * spread,
        inside=float(is_inside.mean()),
    )
