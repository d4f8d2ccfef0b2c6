"""Drift: the index by hand, false alarms as rare as stated, real shifts found."""

import numpy as np
import pytest
from scipy.stats import chi2

from analytics.churn_drift import SCORE, Bins, chance_threshold, drift, learn_bins, stability_index
from analytics.churn_features import FieldEncoder
from tests.analytics.churners import churners

FRAME, _, CHANCE = churners()
ENCODER = FieldEncoder.learn(FRAME)
LEARNT = learn_bins(ENCODER, ENCODER.matrix(FRAME), CHANCE)


def test_the_index_by_hand() -> None:
    then, now = np.array([49.5, 49.5]), np.array([24.5, 74.5])  # halves are added
    expected = (0.25 - 0.5) * np.log(0.5) + (0.75 - 0.5) * np.log(1.5)

    assert stability_index(then, now) == pytest.approx(expected, rel=0.02)
    assert stability_index(then, then) == 0.0
    assert np.isfinite(stability_index(np.array([10.0, 0.0]), np.array([0.0, 10.0])))


def test_the_same_customers_have_not_drifted() -> None:
    found = drift(LEARNT, ENCODER.matrix(FRAME), CHANCE)

    assert found["field"].tolist()[0] == SCORE
    assert sorted(found["field"][1:]) == sorted(ENCODER.names)
    assert found["psi"].tolist() == [0.0] * 6
    assert found["verdict"].unique().tolist() == ["stable"]


def test_chance_raises_an_alarm_as_rarely_as_stated() -> None:
    rng = np.random.default_rng(9)
    above = 0
    threshold = chance_threshold(1000, 400, 10, level=0.05)
    for _ in range(1000):
        then = rng.multinomial(1000, np.full(10, 0.1)).astype(float)
        now = rng.multinomial(400, np.full(10, 0.1)).astype(float)
        above += stability_index(then, now) > threshold

    assert 0.03 <= above / 1000 <= 0.07
    assert chance_threshold(10, 10, 1, level=0.05) == 0.0


def test_shifts_are_found_and_the_greatest_is_first() -> None:
    new, _, chance = churners(seed=11)
    new = new.assign(days_silent=new["days_silent"] * 3, plan="free")
    new.loc[new.index[:300], "noise"] = np.nan
    found = drift(LEARNT, ENCODER.matrix(new), chance).set_index("field")

    assert found.index.tolist()[:2] == [SCORE, "plan"]
    assert found["psi"].iloc[1:].is_monotonic_decreasing
    assert found["verdict"].to_dict() == {
        SCORE: "stable", "plan": "shifted", "days_silent": "shifted", "noise": "shifted",
        "complained": "stable", "nps": "stable",
    }  # fmt: skip
    assert (found.loc["noise", "missing_then"], found.loc["noise", "missing_now"]) == (0.0, 0.2)


def test_a_small_shift_of_many_customers_is_slight() -> None:
    rng = np.random.default_rng(10)
    bins = Bins.learn("x", rng.normal(size=50_000))
    found = drift((bins,), np.empty((50_000, 0)), rng.normal(0.1, 1, 50_000))

    assert found["verdict"].tolist() == ["slight"]
    assert found["threshold"].iloc[0] < found["psi"].iloc[0] < 0.1


@pytest.mark.parametrize("values", [np.full(100, np.nan), np.zeros(100)])
def test_one_value_or_none_makes_one_bin(values: np.ndarray) -> None:
    found = drift((Bins.learn("x", values),), np.empty((100, 0)), values)

    assert (found["psi"].iloc[0], found["verdict"].iloc[0]) == (0.0, "stable")


def test_missing_scores_are_left_out_of_what_was_learnt() -> None:
    score = np.where(np.arange(len(CHANCE)) < 100, np.nan, CHANCE)
    learnt = learn_bins(ENCODER, ENCODER.matrix(FRAME), score)

    assert learnt[0].counts.sum() == len(CHANCE) - 100
    assert learnt[0].counts[-1] == 0


def test_text_is_counted_by_place() -> None:
    plan = next(one for one in LEARNT if one.name == "plan")
    counts = FRAME["plan"].value_counts()

    assert plan.counts.tolist() == [
        counts["free"], counts["monthly"], counts["yearly"], FRAME["plan"].isna().sum(),
    ]  # fmt: skip


def test_the_threshold_is_shared_by_the_rows_and_counts_bins_in_use() -> None:
    new, _, chance = churners(n=900, seed=11)
    found = drift(LEARNT, ENCODER.matrix(new), chance).set_index("field")["threshold"]

    # Six rows share one in a hundred; yes and no have one degree of freedom, ten bins have nine.
    sizes = 1 / 1500 + 1 / 900
    assert found["complained"] == pytest.approx(chi2.isf(0.01 / 6, 1) * sizes)
    assert found["noise"] == pytest.approx(chi2.isf(0.01 / 6, 9) * sizes)
    assert found["plan"] == pytest.approx(chi2.isf(0.01 / 6, 3) * sizes)  # three and missing
