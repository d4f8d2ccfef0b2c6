"""Small exact cases: moments and promises of a distribution, tenure, groups, the last period."""

import numpy as np
import pandas as pd
import pytest

from analytics.clv_candidates import ValueModel
from analytics.clv_holdout import run_holdout
from analytics.clv_spread import Spread, group_interval
from analytics.contract_value import contract_values
from analytics.value_intervals import ValueDistribution, distribution
from analytics.value_rules import ValueRules
from tests.value.test_customer_value import Fixed, Steady, contracts
from tests.value.test_holdout import simple, weeks_of


def test_the_variance_holds_the_chance_of_each_purchase_and_of_their_number() -> None:
    # N has mean 4 and variance 8; a purchase is gamma of mean 10 and shape 2, variance 50.
    found = distribution(ValueModel("m", Steady(), Fixed()), simple(1), 28)
    mean, variance = found.shape * found.scale, found.shape * found.scale**2

    assert mean[0] == pytest.approx(40, rel=1e-6)
    assert variance[0] == pytest.approx(4 * 50 + 8 * 100, rel=1e-6)


def test_nothing_is_inside_whole_or_not_at_all() -> None:
    shares = np.array([0.0, 0.5, 0.95])
    found = ValueDistribution(shares, np.ones(3), np.ones(3))

    # 0.1 to 0.9; 0 to 0.9; only nothing, which is 0.95.
    assert found.promised((0.1, 0.9)) == pytest.approx((0.8 + 0.9 + 0.95) / 3)
    assert found.quantile(0.9)[2] == 0
    assert found.quantile(0.1).tolist() == pytest.approx([-np.log(0.9), 0, 0])
    assert found.position(np.array([0.0, -1.0, 1.0]))[2] == pytest.approx(
        0.95 + 0.05 * 0.63212, 1e-4
    )


def test_a_contract_that_has_lasted_is_judged_from_where_it_stands() -> None:
    # Half of 80 contracts ended on days 30 to 69; who has run 69 days is past all of them.
    rules = ValueRules(horizon_days=30, yearly_discount_rate=0.0)
    rows = contracts([(1, 69, 100.0), *((None, 200, 1.0) for _ in range(40))])
    found = contract_values(rows, rules, share=1.0).by_customer

    assert found.loc[1, "expected_value"] == pytest.approx(100 * 30 / (365.25 / 12))


def test_a_group_is_found_by_the_prediction_over_the_length_of_the_test() -> None:
    spread = Spread((0.1, 0.9), False, (0.0, 10.0), (0, 0.1, 0.2), (5, 3, 2), None, None, None, 0)
    low, high = group_interval(spread, np.array([16.0, 24.0, 0.0]), 2.0)

    assert low.tolist() == pytest.approx([1.6, 4.8, 0])
    assert high.tolist() == pytest.approx([48, 48, 10])


def test_the_last_period_ends_where_the_test_begins() -> None:
    weeks = weeks_of([(-3, 99, 0.0), (-2, 5, 0.0), (-1, 6, 0.0), (0, 1, 0.0), (1, 2, 0.0)])
    found = run_holdout(simple(60), simple(0), weeks, days=14, earlier_days=7).weeks

    assert found["last_period"].tolist() == [0, 5, 11]
    assert found["actual"].tolist() == [0, 1, 3]
    assert found["days"].tolist() == [0, 7, 14]


def test_an_unfinished_last_week_is_as_long_as_it_is() -> None:
    found = run_holdout(simple(60), simple(0), weeks_of([]), days=10, earlier_days=5).weeks

    assert found["days"].tolist() == [0, 7, 10]
    assert isinstance(found, pd.DataFrame)
