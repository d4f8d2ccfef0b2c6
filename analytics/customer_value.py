"""What each customer is expected to bring over a horizon, discounted, with an interval.

Orders: the chosen candidate. Contracts: how long contracts last (Kaplan-Meier), given how long each
has run. Values are those of future purchases and payments; nothing of the past is in them.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.clv_candidates import ValueModel, arrays, last_period
from analytics.clv_spread import Spread, group_interval
from analytics.survival import kaplan_meier, survival_at
from analytics.value_intervals import distribution
from analytics.value_rules import ValueRules

Floats = npt.NDArray[np.float64]
STEP_DAYS = 91.0
MONTH_DAYS = 365.25 / 12
MIN_CONTRACTS, MIN_ENDED_CONTRACTS = 30, 5
COLUMNS = ("p_alive", "expected_orders", "expected_value", "value_low", "value_high")


def model_values(
    model: ValueModel, history: pd.DataFrame, rules: ValueRules, spread: Spread
) -> pd.DataFrame:
    """Value customers by a fitted model.

    Parameters
    ----------
    model : ValueModel
        Fitted to ``history``.
    history : DataFrame
        ``VALUE_HISTORIES``.
    rules : ValueRules
        Horizon and discount rate. Purchases of a quarter are discounted from its middle.
    spread : Spread
        Levels of the interval.

    Returns
    -------
    DataFrame
        Row for row the customers: ``p_alive`` (missing where the model cannot estimate it: for
        customers who bought once under BG/NBD), ``expected_orders`` (purchase days), and
        ``expected_value``, ``value_low``, ``value_high`` (discounted). The expected value may lie
        above the interval: where nothing at all is nine times in ten what comes.
    """
    steps = max(1, math.ceil(rules.horizon_days / STEP_DAYS))
    width = rules.horizon_days / steps
    before, discounted = np.zeros(len(history)), np.zeros(len(history))
    for step in range(1, steps + 1):
        until = model.expected_purchases(history, width * step)
        discounted += (until - before) * rules.discount(width * (step - 0.5))
        before = until
    found = distribution(model, history, rules.horizon_days)
    factor = np.where(before > 0, discounted / np.where(before > 0, before, 1.0), 1.0)
    return pd.DataFrame(
        {
            "p_alive": _p_alive(model, history),
            "expected_orders": before,
            "expected_value": discounted * model.value_of_purchase(history),
            "value_low": found.quantile(spread.levels[0]) * factor,
            "value_high": found.quantile(spread.levels[1]) * factor,
        },
        index=history.index,
    )


def last_period_values(
    history: pd.DataFrame, rules: ValueRules, spread: Spread, *, period_days: int, test_days: int
) -> pd.DataFrame:
    """Value customers by the same as in the last period (of ``period_days``), discounted.

    Returns
    -------
    DataFrame
        As ``model_values``; ``p_alive`` is missing, values are never negative.
    """
    orders, value = last_period(history, rules.horizon_days / period_days)
    low, high = group_interval(spread, value, rules.horizon_days / test_days)
    factor = _mean_discount(rules)
    return pd.DataFrame(
        {
            "p_alive": np.nan,
            "expected_orders": orders,
            "expected_value": np.maximum(value, 0.0) * factor,
            "value_low": low * factor,
            "value_high": high * factor,
        },
        index=history.index,
    )


@dataclass(frozen=True)
class ContractValues:
    """Customers under contract, and how long contracts last.

    Attributes
    ----------
    by_customer : DataFrame
        Indexed by ``customer_no``: ``expected_value``, ``value_low``, ``value_high``. Empty where
        nothing can be told.
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
    curve = kaplan_meier(lasted, is_ended)
    found = ContractValues(
        pd.DataFrame(columns=list(COLUMNS[2:]), dtype="float64"),
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
    values = pd.DataFrame(months * amount[:, None], columns=list(COLUMNS[2:]))
    customer = contracts["customer_no"].iloc[chosen].to_numpy(dtype=np.int64)
    return ContractValues(
        values.groupby(customer).sum(), curve, found.contracts, found.running, found.ended
    )


def _months(curve: pd.DataFrame, tenures: Floats, rules: ValueRules) -> Floats:
    """Discounted months to come by tenure: expected, with 90 % and with 10 % chance at least."""
    whole = rules.horizon_days / MONTH_DAYS
    steps = math.ceil(whole)
    middles = (np.arange(steps) + 0.5) * rules.horizon_days / steps
    weights = np.array([rules.discount(float(day)) for day in middles]) * whole / steps
    now = survival_at(curve, tenures)[:, None]
    still = survival_at(curve, tenures[:, None] + middles[None, :]) / np.maximum(now, 1e-12)
    return np.column_stack([still @ weights, (still >= 0.9) @ weights, (still >= 0.1) @ weights])


def _p_alive(model: ValueModel, history: pd.DataFrame) -> Floats:
    alive = np.asarray(model.purchases.p_alive(*arrays(history)))
    if model.purchases.estimates_p_alive_of_one_time_buyers:
        return alive
    return np.where(history["frequency"].to_numpy(dtype=np.float64) > 0, alive, np.nan)


def _mean_discount(rules: ValueRules) -> float:
    steps = max(1, math.ceil(rules.horizon_days / STEP_DAYS))
    width = rules.horizon_days / steps
    return float(np.mean([rules.discount(width * (step + 0.5)) for step in range(steps)]))
