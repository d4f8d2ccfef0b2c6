"""Looking every day keeps the error; plans agree with published sizes."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.always_valid import boundary
from analytics.experiment_plan import Design
from analytics.experiments import (
    always_valid,
    compare_arms,
    detectable_effect,
    plan_experiment,
    sample_size,
)
from crm_data.errors import UsageError


def experiment(seed: int, days: int, per_day: int, lift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    count = days * per_day
    arm = np.where(rng.random(count) < 0.5, "A", "no")
    responds = rng.random(count) < 0.1 + lift * (arm == "A")
    on = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(count) // per_day, unit="D")
    return pd.DataFrame({"arm": arm, "y": responds.astype(float), "on": on})


def looked(frame: pd.DataFrame, **more: int) -> pd.DataFrame:
    return always_valid(frame, "arm", "y", "no", "on", **more)


def test_daily_looking_keeps_the_error_where_fixed_intervals_do_not() -> None:
    """150 experiments without an effect, looked at on 30 days."""
    ever = fixed = 0
    for seed in range(150):
        found = looked(experiment(seed, 30, 100), planned_units=3_000)
        ever += bool(found["is_decided"].any())
        half = found["high"] - found["difference"]
        reach = boundary(found["n"].to_numpy("float64"), planned_units=3_000, error=0.05)
        fixed += bool((found["difference"].abs() > 1.96 * half / reach).any())

    assert ever <= 7
    assert fixed >= 25


def test_an_effect_is_found_on_the_way() -> None:
    found = looked(experiment(1, 60, 200, lift=0.05))
    last = found.iloc[-1]

    assert last["is_decided"]
    assert last["low"] < 0.05 < last["high"]
    assert found["is_decided"].tolist() == sorted(found["is_decided"])


def test_width_is_one_and_a_half_times_at_the_planned_size() -> None:
    frame = experiment(2, 20, 500)
    looks = looked(frame, planned_units=10_000).iloc[-1]
    plain = compare_arms(frame, "arm", "y", "no").iloc[0]

    assert looks["n"] == 10_000
    assert looks["difference"] == pytest.approx(plain["difference"])
    ratio = (looks["high"] - looks["low"]) / (plain["high"] - plain["low"])
    assert ratio == pytest.approx(1.55, abs=0.02)


def test_two_arms_share_the_error_and_outcomes_not_known_wait() -> None:
    frame = experiment(3, 10, 200)
    frame.loc[frame.index >= 1_800, "y"] = np.nan
    alone = looked(frame)
    rare = looked(frame.assign(y=frame["y"] * (frame.index % 10 == 0)))
    both = looked(pd.concat([frame, frame[frame["arm"] == "A"].assign(arm="B")]))

    assert alone.iloc[-1]["n"] == 1_800
    assert alone["low"].notna().all()
    assert rare["low"].isna()[0]  # two of a hundred: too few events for a normal limit
    a = both[both["arm"] == "A"].iloc[-1]
    assert a["high"] - a["low"] > alone.iloc[-1]["high"] - alone.iloc[-1]["low"]


def test_nothing_to_look_at() -> None:
    frame = experiment(4, 1, 10)
    assert len(looked(frame.iloc[:0])) == 0
    assert len(looked(frame[frame["arm"] == "no"])) == 0
    with pytest.raises(UsageError, match="no unit|No unit"):
        looked(frame[frame["arm"] == "A"])
    with pytest.raises(UsageError, match="Plan 100"):
        looked(frame, planned_units=10)


def test_sizes_are_the_published_ones() -> None:
    """R: power.prop.test(p1 = .5, p2 = .6) 387.34 a group; normal means, d = 0.5: 62.79 a group."""
    assert sample_size(0.5, 0.1) == 775
    assert sample_size(0.0, 0.5, sd=1.0) == 126
    assert sample_size(0.5, 0.1, control_share=0.2) > 775
    # Three arms: two comparisons at 0.025, 1.5 times a pair.
    pair = sample_size(0.5, 0.1, level=0.975)
    assert sample_size(0.5, 0.1, arms=3) == pytest.approx(1.5 * pair, abs=2)


@pytest.mark.parametrize("sd", [None, 40.0])
def test_the_detectable_effect_is_the_other_way_round(sd: float | None) -> None:
    found = detectable_effect(5_000, 0.1, sd=sd, arms=3)

    assert found is not None
    assert sample_size(0.1, found, sd=sd, arms=3) == pytest.approx(5_000, abs=1)


def test_the_size_has_the_power_that_it_promises() -> None:
    n = sample_size(0.1, 0.05) // 2
    rng = np.random.default_rng(6)
    found = 0
    for one, base in zip(rng.binomial(n, 0.15, 400), rng.binomial(n, 0.1, 400), strict=True):
        pooled = (one + base) / (2 * n)
        found += abs(one - base) / n > 1.96 * (2 * pooled * (1 - pooled) / n) ** 0.5
    assert found / 400 == pytest.approx(0.8, abs=0.06)


def test_you_cannot_learn_this_with_your_numbers() -> None:
    plan = plan_experiment(0.1, 0.01, units_per_day=100, most_days=30)

    assert plan.answer == "too_few"
    assert plan.available == 3_000
    assert plan.total == 2 * -(-sample_size(0.1, 0.01) // 2)
    assert plan.days == -(-plan.total // 100)
    assert plan.detectable == pytest.approx(detectable_effect(3_000, 0.1))
    assert plan_experiment(0.1, 0.05, units=3_000).answer == "enough"
    assert plan_experiment(0.1, 0.05).answer == "open"
    assert detectable_effect(4, 0.9) is None
    assert detectable_effect(0, 0.1) is None


def test_a_plan_counts_arms() -> None:
    plan = plan_experiment(0.1, 0.05, design=Design(arms=3, control_share=0.5))

    assert plan.total == plan.control + 2 * plan.each_arm
    assert plan.total - 3 < sample_size(0.1, 0.05, arms=3, control_share=0.5) <= plan.total
    assert plan.control == pytest.approx(plan.total / 2, abs=1)
    assert plan.each_arm == pytest.approx(plan.total / 4, abs=1)


@pytest.mark.parametrize(("baseline", "effect"), [(0.1, 0.0), (0.95, 0.1), (1.2, 0.1)])
def test_effects_that_cannot_be_are_refused(baseline: float, effect: float) -> None:
    with pytest.raises(UsageError, match="cannot be planned"):
        sample_size(baseline, effect)


def test_designs_that_cannot_be_are_refused() -> None:
    designs: list[dict[str, Any]] = [{"arms": 1}, {"control_share": 1.0}, {"power": 1.0}]
    for design in designs:
        with pytest.raises(UsageError, match="no experiment"):
            Design(**design)
    with pytest.raises(UsageError, match="cannot be planned"):
        sample_size(10.0, 1.0, sd=0.0)
