"""Values over a horizon: discounting, what cannot be told, contracts, rules."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.clv_candidates import ValueModel
from analytics.clv_spread import Spread
from analytics.contract_value import VALUES, contract_values
from analytics.customer_value import last_period_values, model_values
from analytics.value_rules import ValueRules, requirements
from tests.value.test_holdout import simple

LEVELS = Spread((0.1, 0.9), False, (), (), (), None, None, None, 0)


class Steady:
    """Buys a purchase a week from now on, whatever the history."""

    estimates_p_alive_of_one_time_buyers = False

    def predict(self, frequency: Any, recency: Any, age: Any, t: float) -> Any:
        del recency, age
        return np.full(len(frequency), t)

    def p_alive(self, frequency: Any, recency: Any, age: Any) -> Any:
        del recency, age
        return np.full(len(frequency), 0.7)

    def purchase_distribution(self, frequency: Any, recency: Any, age: Any, t: float) -> Any:
        del recency, age
        n = len(frequency)
        return np.full(n, t), np.full(n, 2 * t), np.full(n, 1e-9)


class Fixed:
    """Every purchase is worth 10, known exactly but for the chance of each."""

    params_ = {"p": 2.0}  # noqa: RUF012 - a stand-in for a fitted attribute

    def expected_value(self, frequency: Any, mean_value: Any) -> Any:
        del mean_value
        return np.full(len(frequency), 10.0)

    def value_variance(self, frequency: Any, mean_value: Any) -> Any:
        del mean_value
        return np.zeros(len(frequency))


def test_value_is_discounted_from_the_middle_of_each_quarter() -> None:
    rules = ValueRules(horizon_days=364, yearly_discount_rate=0.1)
    found = model_values(ValueModel("m", Steady(), Fixed()), simple(2), rules, LEVELS)
    expected = sum(13 * 10 * 1.1 ** (-(91 * (k + 0.5)) / 365) for k in range(4))

    assert found["expected_orders"].tolist() == [52, 52]
    assert found["expected_value"].tolist() == pytest.approx([expected] * 2)
    none = model_values(ValueModel("m", Steady(), Fixed()), simple(1), ValueRules(364, 0.0), LEVELS)
    assert none["expected_value"].tolist() == pytest.approx([520])
    assert found["value_low"][0] < expected < found["value_high"][0]
    assert found["value_high"][0] / none["value_high"][0] == pytest.approx(expected / 520)


def test_p_alive_is_not_told_where_the_model_cannot_tell_it() -> None:
    history = pd.concat([simple(1), simple(1, frequency=2.0, recency_days=50.0)])
    found = model_values(ValueModel("m", Steady(), Fixed()), history, ValueRules(), LEVELS)

    assert found["p_alive"].isna().tolist() == [True, False]
    assert found["p_alive"].iloc[1] == 0.7


def test_last_period_is_scaled_to_the_horizon_and_never_negative() -> None:
    history = simple(2)
    history["last_value"] = [100.0, -40.0]
    spread = Spread((0.1, 0.9), False, (0.0,), (0.0, 0.5), (7.0, 2.0), None, None, None, 0)
    rules = ValueRules(horizon_days=200, yearly_discount_rate=0.0)
    found = last_period_values(history, rules, spread, period_days=100, test_days=50)

    assert found["expected_value"].tolist() == [200, 0]
    assert found["expected_orders"].tolist() == [2, 2]
    assert found["value_low"].tolist() == [100, 0]
    assert found["value_high"].tolist() == [400, 28]
    assert found["p_alive"].isna().all()


def contracts(running: list[tuple[int | None, int, float | None]], ended: int = 40) -> pd.DataFrame:
    """Running contracts (customer, days, amount), and ended ones: one a day from day 30 on."""
    rows = [(who, days, False, amount) for who, days, amount in running]
    rows += [(None, 30 + day, True, None) for day in range(ended)]
    frame = pd.DataFrame(
        rows, columns=["customer_no", "duration_days", "is_ended", "monthly_amount"]
    )
    return frame.assign(entered_days=0).astype(
        {"customer_no": "Int64", "is_ended": "boolean", "monthly_amount": "float64"}
    )


def test_contracts_are_worth_the_months_to_come() -> None:
    rules = ValueRules(horizon_days=30, yearly_discount_rate=0.0)
    found = contract_values(contracts([(1, 0, 100.0), (1, 1, 50.0)]), rules, share=0.5)

    # Nobody has ended before day 30, the middle of the only month is day 15.
    month = 30 / (365.25 / 12)
    assert found.by_customer.loc[1, list(VALUES)].tolist() == pytest.approx([75 * month] * 3)
    assert (found.contracts, found.running, found.ended) == (42, 2, 40)


def test_a_contract_that_may_end_is_worth_less_and_never_less_than_nothing() -> None:
    rules = ValueRules(horizon_days=365, yearly_discount_rate=0.1)
    asked = contracts([(1, 35, 100.0), (2, 35, -5.0), (3, 35, None), (None, 5, 10.0), (4, 69, 1.0)])
    found = contract_values(asked, rules, share=1.0).by_customer

    assert found.index.tolist() == [1, 2, 4]
    assert 0 <= found.loc[1, "value_low"] < found.loc[1, "expected_value"]
    assert found.loc[1, "expected_value"] < 100 * 12
    assert (found >= 0).all().all()
    below = contract_values(asked, rules, share=-0.2).by_customer
    assert below[list(VALUES)].to_numpy().max() == 0


def test_too_few_contracts_tell_nothing() -> None:
    few = contract_values(contracts([(1, 9, 1.0)], ended=4), ValueRules(), share=1.0)
    none = contract_values(contracts([], ended=0), ValueRules(), share=1.0)

    assert few.by_customer.empty
    assert not few.is_enough
    assert none.by_customer.empty
    assert none.curve.empty


@pytest.mark.parametrize(
    "wrong",
    [
        {"horizon_days": 29}, {"horizon_days": 1826}, {"horizon_days": 90.5},
        {"yearly_discount_rate": -0.01}, {"yearly_discount_rate": float("nan")},
        {"holdout_share": 0.7}, {"min_cost_share": "x"}, {"contracts": "both"},
        {"horizon_days": True},
    ],
)  # fmt: skip
def test_rules_out_of_bounds_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ValueRules.from_stored(wrong)


def test_rules() -> None:
    rules = ValueRules.from_stored({"horizon_days": 100, "unknown": 1})

    assert rules == ValueRules(horizon_days=100)
    assert ValueRules.from_stored(rules.as_stored()) == rules
    assert ValueRules.from_stored(None) == ValueRules()
    assert rules.holdout_days(date(2025, 1, 1), date(2025, 12, 31)) == 100
    assert rules.holdout_days(date(2025, 1, 1), date(2025, 1, 20)) == 10
    assert rules.holdout_days(date(2025, 1, 1), date(2025, 1, 1)) == 1
    # CDNOW: the published calibration.
    assert ValueRules().holdout_days(date(1997, 1, 1), date(1998, 6, 30)) == 273
    assert ValueRules().discount(365) == pytest.approx(1 / 1.1)


def test_the_gate_says_how_much_is_missing() -> None:
    found = requirements(
        first_on=date(2025, 1, 1), as_of=date(2025, 6, 29), customers=499, recent_orders=1,
        three_days=10,
    )  # fmt: skip

    assert [(one.name, one.found, one.is_met) for one in found] == [
        ("customers", 499, False), ("history_days", 180, True), ("recent_orders", 1, True),
        ("three_purchase_days", 10, True),
    ]  # fmt: skip
    empty = requirements(first_on=None, as_of=date(2025, 6, 29), customers=0, recent_orders=0,
                         three_days=0)  # fmt: skip
    assert not any(one.is_met for one in empty)


@pytest.mark.parametrize(
    ("asked", "orders", "bills", "counted"),
    [
        ("as_found", 10, 5, "instead"),
        ("as_found", 10, 4, "added"),
        ("as_found", 0, 0, "added"),
        ("instead", 10, 0, "instead"),
        ("added", 10, 10, "added"),
    ],
)
def test_contracts_stand_instead_of_orders_that_are_their_bills(
    asked: str, orders: int, bills: int, counted: str
) -> None:
    assert ValueRules(contracts=asked).contracts_are(orders, bills) == counted  # type: ignore[arg-type]  # the cases
