"""What running contracts are expected to bring over a horizon, discounted, with an interval.

How long contracts last is Kaplan and Meier's estimate, given how long each has run; those that
began before ends were recorded enter at the age they had then, as in
`analytics.contract_lifetimes`. A running contract stands for itself: nothing is said of contracts
that are not there yet.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.survival import kaplan_meier, survival_at
from analytics.value_rules import ValueRules
from crm_data.calendar import MONTH_DAYS

Floats = npt.NDArray[np.float64]
MIN_CONTRACTS, MIN_ENDED_CONTRACTS = 30, 5
VALUES: Final = ("expected_value", "value_low", "value_high")
KEPT: Final = "contract_kept"


@dataclass(frozen=True)
class ContractValues:
    """Customers under contract, and how long contracts last.

    Attributes
    ----------
    by_customer : DataFrame
        Indexed by ``customer_no``: ``expected_value``, ``value_low``, ``value_high``, and
        ``contract_kept``, the probability (0..1) that the contract kept best is still running when
        the horizon ends. Empty where nothing can be told.
    curve : DataFrame
        ``kaplan_meier`` of contracts, in days.
    contracts, running, ended : int
        How many there are.
    """

    by_customer: pd.DataFrame
    curve: pd.DataFrame
    contracts: int
    running: int
    ended: int

    @property
    def is_enough(self) -> bool:
        """Whether there are enough contracts, and enough that ended, to tell how long they last."""
        return self.contracts >= MIN_CONTRACTS and self.ended >= MIN_ENDED_CONTRACTS


def contract_values(contracts: pd.DataFrame, rules: ValueRules, *, share: float) -> ContractValues:
    """Value running contracts: monthly amount times the discounted months that are expected.

    Parameters
    ----------
    contracts : DataFrame
        ``VALUE_CONTRACTS``.
    rules : ValueRules
        Horizon and discount rate.
    share : float
        What of an amount counts: 1 for revenue, the margin rate for margin.

    Returns
    -------
    ContractValues
        Values are never negative. A customer's contracts add up, and so do their intervals.
    """
    is_ended = contracts["is_ended"].fillna(False).to_numpy(dtype=bool)
    lasted = contracts["duration_days"].to_numpy(dtype=np.float64)
    curve = lasting(contracts)
    found = ContractValues(
        pd.DataFrame(columns=[*VALUES, KEPT], dtype="float64"),
        curve, len(contracts), int((~is_ended).sum()), int(is_ended.sum()),
    )  # fmt: skip
    can_value = contracts["customer_no"].notna() & contracts["monthly_amount"].notna()
    chosen = np.flatnonzero(~is_ended & can_value.to_numpy(dtype=bool))
    if not found.is_enough or not len(chosen):
        return found
    amount = contracts["monthly_amount"].to_numpy(dtype=np.float64)[chosen]
    amount = np.maximum(amount * max(share, 0.0), 0.0)
    tenures, place = np.unique(lasted[chosen], return_inverse=True)
    months = _months(curve, tenures, rules)[place]
    values = pd.DataFrame(months * amount[:, None], columns=list(VALUES))
    values[KEPT] = kept(curve, tenures, rules.horizon_days)[place]
    customer = contracts["customer_no"].iloc[chosen].to_numpy(dtype=np.int64)
    how = dict.fromkeys(VALUES, "sum") | {KEPT: "max"}
    by_customer = values.groupby(customer).agg(how)
    return ContractValues(by_customer, curve, found.contracts, found.running, found.ended)


def lasting(contracts: pd.DataFrame) -> pd.DataFrame:
    """Return ``kaplan_meier`` of ``VALUE_CONTRACTS``, in days, with late entry."""
    return kaplan_meier(
        contracts["duration_days"].to_numpy(dtype=np.float64),
        contracts["is_ended"].fillna(False).to_numpy(dtype=bool),
        entered=contracts["entered_days"].to_numpy(dtype=np.float64),
    )


def kept(curve: pd.DataFrame, tenures: Floats, days: float | Floats) -> Floats:
    """Return the share (0..1) of contracts of each tenure that run ``days`` longer."""
    now = survival_at(curve, tenures)
    return np.asarray(survival_at(curve, tenures + days) / np.maximum(now, 1e-12))


def _months(curve: pd.DataFrame, tenures: Floats, rules: ValueRules) -> Floats:
    """Discounted months to come by tenure: expected, with 90 % and with 10 % chance at least."""
    middles, months = month_grid(rules.horizon_days)
    weights = np.array([rules.discount(float(day)) for day in middles]) * months
    still = kept(curve, tenures[:, None], middles[None, :])
    return np.column_stack([still @ weights, (still >= 0.9) @ weights, (still >= 0.1) @ weights])


def month_grid(days: float) -> tuple[Floats, float]:
    """Return the middles (days from now) of equal steps of about a month, and months a step."""
    steps = math.ceil(days / MONTH_DAYS)
    middles = (np.arange(steps) + 0.5) * days / steps
    return middles, days / MONTH_DAYS / steps
