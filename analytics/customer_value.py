"""What the orders of each customer are expected to bring over a horizon, with an interval.

Discounted, by the chosen candidate. Values are those of future purchases; nothing of the past is in
them. For contracts see `analytics.contract_value`.
"""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.clv_candidates import ValueModel, arrays, last_period
from analytics.clv_spread import Spread, group_interval
from analytics.value_intervals import distribution
from analytics.value_rules import ValueRules

Floats = npt.NDArray[np.float64]
STEP_DAYS = 91.0
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


def _p_alive(model: ValueModel, history: pd.DataFrame) -> Floats:
    alive = np.asarray(model.purchases.p_alive(*arrays(history)))
    if model.purchases.estimates_p_alive_of_one_time_buyers:
        return alive
    return np.where(history["frequency"].to_numpy(dtype=np.float64) > 0, alive, np.nan)


def _mean_discount(rules: ValueRules) -> float:
    steps = max(1, math.ceil(rules.horizon_days / STEP_DAYS))
    width = rules.horizon_days / steps
    return float(np.mean([rules.discount(width * (step + 0.5)) for step in range(steps)]))
