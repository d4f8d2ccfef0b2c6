"""Qini: counted by hand, in a second way, and over many samples."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.qini import qini
from analytics.uplift import UpliftModel, out_of_fold_uplift
from crm_data.errors import BadInputError


def test_by_hand() -> None:
    # treated, first to last: 1 1 0 0; control: 0 0 1 0
    responded = np.array([1, 1, 0, 0, 0, 0, 1, 0], dtype=bool)
    treated = np.array([1, 1, 1, 1, 0, 0, 0, 0], dtype=bool)
    score = np.array([4, 3, 2, 1, 4, 3, 2, 1], dtype="float64")
    found = qini(responded, treated, score, parts=2, draws=20)

    assert found.effect == 0.25
    # curve at 1/4, 1/2, 3/4, 1: 1/4, 1/2, 1/4, 1/4; trapezoids less the triangle under the line
    assert found.area == pytest.approx((0.125 + 0.375 + 0.375 + 0.25) / 4 - 0.125)
    assert found.coefficient == pytest.approx(found.area / (0.25 * 0.75 / 2))
    assert found.parts["effect"].tolist() == [1.0, -0.5]
    assert found.curve.iloc[25][["share", "caused", "at_random"]].tolist() == [0.5, 0.5, 0.125]


def brute(responded: np.ndarray, treated: np.ndarray, score: np.ndarray, steps: int) -> float:
    """Area by a fine grid; of equal scores, each member counts in parts."""
    at = np.linspace(0, 1, steps + 1)
    curves = []
    for side in (treated, ~treated):
        values = []
        own, outcome = score[side], responded[side]
        for share in at:
            left, caught = share * len(own), 0.0
            for value in sorted(set(own), reverse=True):
                here = own == value
                taken = min(left, here.sum())
                caught += outcome[here].sum() * taken / here.sum()
                left -= taken
            values.append(caught / len(own))
        curves.append(np.array(values))
    curve = curves[0] - curves[1]
    return float(np.trapezoid(curve, at) - curve[-1] / 2)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.integers(0, 3)), min_size=6, max_size=24
    ).filter(lambda rows: 2 <= sum(r[1] for r in rows) <= len(rows) - 2)
)
def test_any_order_of_rows_and_a_second_way(rows: list[tuple[bool, bool, int]]) -> None:
    responded, treated, score = (np.array(column) for column in zip(*rows, strict=True))
    score = score.astype("float64")
    found = qini(responded, treated, score, draws=5)

    assert found.area == pytest.approx(brute(responded, treated, score, 1_200), abs=2e-3)
    assert found.parts["effect"].mean() == pytest.approx(found.effect, abs=1e-12)
    again = qini(responded[::-1], treated[::-1], score[::-1], draws=5)
    assert again.area == pytest.approx(found.area, abs=1e-12)
    assert found.curve["caused"].iloc[-1] == pytest.approx(found.effect, abs=1e-12)
    turned = qini(responded, treated, -score, draws=5)
    assert turned.area == pytest.approx(-found.area, abs=1e-12)


def test_the_interval_covers_the_truth() -> None:
    """Effect ``0.3 x - 0.05`` of a score uniform over 0 to 1: the true area is 0.3 / 12."""
    rng = np.random.default_rng(11)
    n, covered, samples = 800, 0, 200
    for number in range(samples):
        score, treated = rng.random(n), rng.random(n) < 0.5
        rate = 0.2 + treated * (0.3 * score - 0.05)
        found = qini(rng.random(n) < rate, treated, score, draws=100, seed=number)
        covered += found.low <= 0.3 / 12 <= found.high
    assert 0.91 <= covered / samples <= 0.98


def planted(rng: np.random.Generator, effect: float) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    n = 3_000
    rows = pd.DataFrame({"club": np.where(rng.random(n) < 0.5, "yes", "no"), "age": rng.random(n)})
    treated = rng.random(n) < 0.5
    rate = 0.2 + 0.2 * rows["age"] + effect * treated * (rows["club"] == "yes")
    return rows, rng.random(n) < rate.to_numpy(), treated


def test_differences_are_found_where_they_are() -> None:
    rows, responded, treated = planted(np.random.default_rng(1), 0.3)
    found = qini(responded, treated, out_of_fold_uplift(rows, responded, treated))

    assert found.differs
    assert 0.3 / 16 < found.area < 0.3 / 8  # half have it: the best area is 0.3 × ½ × ½ / 2
    effect = UpliftModel().fit(rows, responded, treated).predict(rows)
    club = (rows["club"] == "yes").to_numpy()
    assert effect[club].mean() == pytest.approx(0.3, abs=0.08)
    assert effect[~club].mean() == pytest.approx(0.0, abs=0.08)


def test_none_are_found_where_there_are_none() -> None:
    """A model judged on its own members would find some every time."""
    found = 0
    for seed in range(4):
        rows, responded, treated = planted(np.random.default_rng(seed), 0.0)
        own = UpliftModel().fit(rows, responded, treated).predict(rows)
        assert qini(responded, treated, own, draws=50).differs  # what folds are for
        score = out_of_fold_uplift(rows, responded, treated, seed=seed)
        found += qini(responded, treated, score, draws=100).differs
    assert found <= 1


def test_an_arm_of_one_says_nothing() -> None:
    with pytest.raises(BadInputError, match="two members") as error:
        qini(np.ones(3, bool), np.array([True, False, False]), np.arange(3.0))
    assert error.value.code == "uplift_arms"
    with pytest.raises(BadInputError):
        UpliftModel().fit(pd.DataFrame({"x": [1.0, 2.0]}), np.ones(2, bool), np.ones(2, bool))
