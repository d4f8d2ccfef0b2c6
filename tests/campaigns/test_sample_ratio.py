"""Sizes of arms against the plan; assignment that keeps them; balance."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.experiments import arm_balance, sample_ratio_test
from crm_data.arm_assignment import assign_arms
from crm_data.errors import UsageError


def test_equal_shares_unless_planned_otherwise() -> None:
    counts = {"A": 5_000, "no": 5_200}
    equal = sample_ratio_test(counts)

    assert equal.p_value == pytest.approx(stats.chisquare([5_000, 5_200]).pvalue)
    assert not equal.is_broken
    planned = sample_ratio_test({"A": 6_500, "no": 3_500}, {"A": 65, "no": 35})
    assert planned.p_value == 1
    assert sample_ratio_test({"A": 6_500, "no": 3_500}).is_broken


def test_a_broken_assignment_is_found_with_the_arm() -> None:
    """Three arms of 10,000, of which one lost 500."""
    found = sample_ratio_test({"A": 10_000, "B": 9_500, "no": 10_000})

    assert found.is_broken
    assert found.farthest == "B"


def test_an_arm_that_nobody_is_in_is_missing() -> None:
    assert sample_ratio_test({"A": 100}, {"A": 1, "no": 1}).is_broken


def test_nothing_to_test() -> None:
    for counts in ({}, {"A": 10}, {"A": 0, "no": 0}):
        found = sample_ratio_test(counts)
        assert math.isnan(found.p_value)
        assert not found.is_broken
        assert found.farthest == ""


@pytest.mark.parametrize("plan", [{"A": 1.0}, {"A": 1.0, "no": 0.0}, {"A": 1, "no": math.nan}])
def test_a_plan_without_an_arm_is_refused(plan: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="A, no"):
        sample_ratio_test({"A": 1, "no": 1}, plan)


def customers(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "customer_id": [f"C{n}" for n in range(count)],
            "region": rng.choice(["North", "South", "West"], count, p=[0.6, 0.3, 0.1]),
            "spend": rng.lognormal(3, 1, count),
        }
    )


SHARES = {"holdout": 0.1, "A": 0.45, "B": 0.45}


def arms_of(frame: pd.DataFrame, seed: int = 7) -> pd.Series:
    return assign_arms(
        frame["customer_id"], SHARES, seed=seed, strata=frame["region"], values=frame["spend"]
    )


def test_arms_are_of_their_size_in_every_stratum() -> None:
    frame = customers(2_000)
    arms = arms_of(frame)

    for _, part in arms.groupby(frame["region"].to_numpy()):
        for arm, share in SHARES.items():
            assert abs((part == arm).sum() - share * len(part)) <= 1.5
    assert not sample_ratio_test(arms.value_counts().to_dict(), SHARES).is_broken
    balance = arm_balance(frame.assign(arm=arms), "arm", ["region", "spend"])
    assert balance["is_balanced"].all()
    assert len(balance) == 3 * (3 + 1)


def test_the_same_seed_gives_the_same_arms_in_any_order() -> None:
    frame = customers(500)
    frame.loc[:20, "region"] = None
    arms = arms_of(frame)
    turned = frame.iloc[::-1]

    assert arms_of(turned).sort_index().equals(arms)
    assert (arms_of(frame, seed=8) != arms).any()


def test_everybody_has_the_chance_of_the_share() -> None:
    frame = customers(20)
    drawn = [(arms_of(frame, seed) == "holdout").to_numpy() for seed in range(100)]

    assert np.mean(drawn, axis=0) == pytest.approx(0.1, abs=0.12)
    assert np.mean(drawn) == pytest.approx(0.1, abs=0.01)


def test_impossible_draws_are_refused() -> None:
    ids = pd.Series(["a", "b"])
    for shares in ({"A": 1.0}, {"A": 0.5, "B": 0.6}, {"A": 0.0, "B": 1.0}):
        with pytest.raises(UsageError, match="add up to 1"):
            assign_arms(ids, shares, seed=1)
    with pytest.raises(UsageError, match="twice"):
        assign_arms(pd.Series(["a", "a"]), {"A": 0.5, "B": 0.5}, seed=1)
    assert len(assign_arms(ids.iloc[:0], {"A": 0.5, "B": 0.5}, seed=1)) == 0


def test_an_imbalance_is_told() -> None:
    frame = customers(2_000)
    frame["arm"] = np.where(frame["spend"] > frame["spend"].median(), "A", "no")
    found = arm_balance(frame, "arm", ["spend", "region"]).groupby("field")["is_balanced"]

    assert not found.any()["spend"]
    assert found.all()["region"]


def test_balance_of_one_arm_and_of_constants() -> None:
    frame = customers(10).assign(arm="A", same="x")
    assert len(arm_balance(frame, "arm", ["spend"])) == 0
    frame["arm"] = ["A", "B"] * 5
    assert arm_balance(frame, "arm", ["same"])["is_balanced"].all()
