"""The health score by hand and by its properties; its audit against brute force."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.health_audit import LEAST, auc_difference, audit
from analytics.health_score import NAMES, HealthRules, health_parts, health_score
from crm_data.errors import BadInputError

NAN = float("nan")
INPUTS = pd.DataFrame(
    {
        "overdue": [0.5, 2.0, 4.0, NAN],
        "order_days_90d": [3.0, 1.0, 0.0, 0.0],
        "order_days_90d_before": [1.0, 3.0, 2.0, 0.0],
        "last_nps": [10.0, 7.0, 0.0, NAN],
        "complaints_90d": [0.0, 1.0, 2.0, NAN],
        "unanswered_tickets": [0.0, 1.0, 5.0, 0.0],
        "contract_age_days": [730.0, 73.0, NAN, NAN],
        "days_since_first_order": [1.0, 1.0, 365.0, NAN],
    }
)
SCORES = st.one_of(st.just(NAN), st.floats(0, 100))
PARTS = st.lists(st.tuples(*[SCORES] * len(NAMES)), min_size=1, max_size=5)
WEIGHTS = st.tuples(*[st.sampled_from([0.0, 0.5, 1.0, 3.0, 100.0])] * len(NAMES)).filter(any)


def frame(rows: list[tuple[float, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(NAMES))


def rules(weights: tuple[float, ...]) -> HealthRules:
    return HealthRules(*weights)


def test_each_part_by_its_borders() -> None:
    found = health_parts(INPUTS)

    expected = {
        "recency": [100, 50, 0, NAN],
        "trend": [100, 50, 0, NAN],  # 3 of 4, 1 of 4, 0 of 2; none of none says nothing
        "nps": [100, 70, 0, NAN],
        "service": [100, 100 / 3, 0, NAN],  # tickets that were not observed are not none
        "tenure": [100, 10, 50, NAN],
    }
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected, dtype="float64"))


def test_the_score_is_the_weighted_mean_of_what_is_known() -> None:
    found = health_score(health_parts(INPUTS), HealthRules())

    assert found["health_score"].tolist() == pytest.approx(
        [100, (50 + 50 + 70 + 100 / 3 + 10) / 5, 10, NAN], nan_ok=True
    )
    assert found["health_parts"].tolist() == [5, 5, 5, 0]
    only = health_score(frame([(NAN, 20, NAN, 80, NAN)]), HealthRules(service=3))
    assert only.to_numpy().tolist() == [[pytest.approx((20 + 240) / 4), 2]]
    one = health_score(frame([(NAN, 20, NAN, 80, NAN)]), HealthRules(0, 0, 1, 0, 1))
    assert np.isnan(one["health_score"].iloc[0])


@given(PARTS, WEIGHTS)
def test_it_lies_between_its_parts_and_only_ratios_of_weights_count(
    rows: list[tuple[float, ...]], weights: tuple[float, ...]
) -> None:
    found = health_score(frame(rows), rules(weights))
    halved = health_score(frame(rows), rules(tuple(one / 2 for one in weights)))

    pd.testing.assert_frame_equal(found, halved)
    for row, score, number in zip(rows, found["health_score"], found["health_parts"], strict=True):
        known = [s for s, w in zip(row, weights, strict=True) if w and not np.isnan(s)]
        assert number == len(known)
        if known:
            assert min(known) - 1e-9 <= score <= max(known) + 1e-9
        else:
            assert np.isnan(score)


@given(PARTS, WEIGHTS, st.integers(0, len(NAMES) - 1))
def test_a_missing_part_leaves_its_weight_to_the_others(
    rows: list[tuple[float, ...]], weights: tuple[float, ...], gone: int
) -> None:
    without = [tuple(NAN if at == gone else one for at, one in enumerate(row)) for row in rows]
    dropped = tuple(0.0 if at == gone else one for at, one in enumerate(weights))
    if any(dropped):
        pd.testing.assert_frame_equal(
            health_score(frame(without), rules(weights)), health_score(frame(rows), rules(dropped))
        )


def test_weights_that_cannot_be() -> None:
    for weights in ((0, 0, 0, 0, 0), (-1, 1, 1, 1, 1), (101, 1, 1, 1, 1), (NAN, 1, 1, 1, 1)):
        with pytest.raises(BadInputError):
            rules(weights)
    for stored in ({"nps": "3"}, {"nps": True}, {"nps": None}):
        with pytest.raises(BadInputError):
            HealthRules.from_stored(stored)
    assert HealthRules.from_stored({"nps": 3, "old": 1}) == HealthRules(nps=3.0)
    assert HealthRules.from_stored(HealthRules(tenure=2).as_stored()) == HealthRules(tenure=2)


def test_the_difference_of_two_aucs_by_hand() -> None:
    churned = np.array([True, True, False, False])
    score, other = np.array([4.0, 2.0, 3.0, 1.0]), np.array([4.0, 2.0, 2.0, 2.0])
    difference, low, high = auc_difference(churned, score, other)

    # Pairs: 1 1 0 1 of four against 1 1 ½ ½. By churned: (1, ½) against (1, ½); by kept: (½, 1)
    # against (¾, ¾): variances 0 and 0.125, halved.
    assert difference == pytest.approx(0.0)
    assert (high - low) / 2 == pytest.approx(1.959964 * (0.125 / 2) ** 0.5)


def test_the_interval_holds_against_resampling() -> None:
    rng = np.random.default_rng(4)
    churned = rng.random(600) < 0.3
    base = churned + rng.normal(0, 1.2, 600)
    score, other = base + rng.normal(0, 0.5, 600), base + rng.normal(0, 2, 600)
    difference, low, high = auc_difference(churned, score, other)
    drawn = []
    for _ in range(400):
        at = rng.integers(0, 600, 600)
        drawn.append(auc_difference(churned[at], score[at], other[at])[0])

    assert difference > 0.02
    assert (high - low) / (2 * 1.96) == pytest.approx(np.std(drawn), rel=0.15)


def people(n: int, skill: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who left, a health score with this skill, and the days of silence that decide."""
    rng = np.random.default_rng(seed)
    days = rng.exponential(50, n)
    left = rng.random(n) < 1 / (1 + np.exp(-(days - 60) / 15))
    return left, 50 - skill * days / 10 + rng.normal(0, 5, n), days


def test_worse_than_recency_alone_is_said() -> None:
    left, health, days = people(2_000, 1.0)
    found = audit(left, health, {"recency": days, "nps": np.full(2_000, NAN)})

    assert found["verdict"] == "worse_than_recency"
    assert found["against"]["recency"]["difference_high"] < 0
    assert "nps" not in found["against"]  # nobody has answered
    better = audit(left, -days, {"recency": np.round(days / 80)})
    assert better["verdict"] == "better"
    assert audit(left, -days, {"recency": days})["verdict"] == "no_better"
    noise = np.random.default_rng(2).normal(size=2_000)
    assert audit(left, noise, {"recency": noise[::-1].copy()})["verdict"] == "tells_nothing"


def test_too_few_and_unscored() -> None:
    left, health, days = people(2_000, 1.0)
    few = np.flatnonzero(left)[: LEAST - 1]
    some = np.concatenate([few, np.flatnonzero(~left)])
    assert audit(left[some], health[some], {"recency": days[some]})["verdict"] == "too_few"
    health[:100] = NAN
    found = audit(left, health, {"recency": np.where(np.arange(2_000) < 150, NAN, days)})
    assert (found["n"], found["unscored"]) == (1_900, 100)
    assert found["against"]["recency"]["known"] == 1_850
