"""Holding groupings against each other on what came afterwards."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from analytics.group_holdout import compare_groupings, rfm_groups

RNG = np.random.default_rng(7)
N = 1200
GROUP = RNG.integers(0, 3, N)
AMOUNT = pd.Series(
    np.where(RNG.random(N) < 0.2 + 0.3 * GROUP, np.exp(RNG.normal(3 + GROUP, 0.3)), 0.0)
)
ORDERS = (AMOUNT > 0).astype("float64")
NOISE = RNG.integers(0, 3, N)


def test_the_grouping_that_made_the_future_explains_more() -> None:
    found = compare_groupings(GROUP, NOISE, AMOUNT, ORDERS)

    assert found.verdict == "better"
    assert found.explained > 0.3
    assert found.explained_other == pytest.approx(0.0, abs=0.02)
    assert found.low > 0
    assert found.difference == pytest.approx(found.explained - found.explained_other)
    assert (found.customers, found.buyers) == (N, int(ORDERS.sum()))
    assert found.auc > 0.7 > 0.55 > found.auc_other


def test_turned_round_it_is_worse_and_against_itself_no_better() -> None:
    assert compare_groupings(NOISE, GROUP, AMOUNT, ORDERS).verdict == "worse"
    same = compare_groupings(GROUP, GROUP, AMOUNT, ORDERS)
    assert (same.verdict, same.difference) == ("no_better", 0.0)


def test_names_of_groups_do_not_matter() -> None:
    one = compare_groupings(GROUP, NOISE, AMOUNT, ORDERS)
    other = compare_groupings(2 - GROUP, (NOISE + 1) % 3, AMOUNT, ORDERS)

    assert one == other


def test_groups_of_one_cannot_predict_themselves() -> None:
    """In the sample, a group for each customer would explain everything."""
    found = compare_groupings(np.arange(N), GROUP, AMOUNT, ORDERS)

    assert found.explained < 0.01
    assert found.verdict == "worse"


def test_auc_is_that_of_scikit_learn() -> None:
    from analytics.group_holdout import _auc

    score = RNG.integers(0, 4, N).astype("float64")
    expected = roc_auc_score(ORDERS, score)

    assert _auc(score, ORDERS.to_numpy()) == pytest.approx(expected)


@pytest.mark.parametrize(
    "amount",
    [
        pd.Series(np.zeros(N)),
        pd.Series(np.full(N, 5.0)),
        pd.Series(AMOUNT[:150]),
        pd.Series([], dtype="float64"),
    ],
    ids=["nobody_bought", "everybody_the_same", "few", "none"],
)
def test_too_little_to_test_on_is_said(amount: pd.Series) -> None:
    n = len(amount)
    found = compare_groupings(GROUP[:n], NOISE[:n], amount, (amount > 0).astype("float64"))

    assert found.verdict == "not_tested"
    assert np.isnan(found.difference)


def test_rfm_groups_by_hand() -> None:
    """Ten customers, each better than the one before in all three: two in each fifth."""
    inputs = pd.DataFrame(
        {
            "days_since_last_order": np.arange(10.0)[::-1],
            "orders": np.arange(1.0, 11.0),
            "net_amount": np.arange(10.0) * 7 - 20,
        }
    )
    assert rfm_groups(inputs, 5).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert rfm_groups(inputs, 2).tolist() == [0] * 4 + [1] * 6


def test_ties_stay_together_in_rfm() -> None:
    inputs = pd.DataFrame(
        {"days_since_last_order": [5.0] * 9 + [1.0], "orders": [1.0] * 10, "net_amount": [3.0] * 10}
    )
    groups = rfm_groups(inputs, 4)

    assert len(set(groups[:9])) == 1
    assert groups[9] > groups[0]
