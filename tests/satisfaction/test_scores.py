"""Scores by hand, coverage of intervals exactly, and scales that must not mix."""

import numpy as np
import pytest

from analytics.satisfaction import ces, change_between, csat, nps, response_rate, score_of
from analytics.satisfaction_scales import Tally, tally
from crm_data.errors import BadInputError, UsageError


def test_nps_is_the_formula_where_every_class_has_five() -> None:
    # 40 promoters, 40 passives, 20 detractors: 20, variance (0.6 - 0.04) / 100.
    found = nps([10] * 25 + [9] * 15 + [8] * 30 + [7] * 10 + [6] * 15 + [0] * 5)

    half = 100 * 1.959963984540054 * np.sqrt((0.4 + 0.2 - 0.2**2) / 100)
    assert found.parts == {"promoters": 40, "passives": 40, "detractors": 20}
    assert (found.value, found.n) == (20.0, 100)
    assert (found.low, found.high) == (pytest.approx(20 - half), pytest.approx(20 + half))


def test_nps_of_one_class_only_has_an_interval() -> None:
    found = nps([10] * 10)

    # Half an answer added to each class: 10.5, 0.5, 0.5 of 11.5.
    plus, minus = 10.5 / 11.5, 0.5 / 11.5
    half = 1.959963984540054 * np.sqrt((plus + minus - (plus - minus) ** 2) / 11.5)
    assert found.value == 100
    assert found.low == pytest.approx(100 * (plus - minus - half))
    assert found.high == 100


@pytest.mark.parametrize("n", [50, 200, 1000])
@pytest.mark.parametrize(("promote", "detract"), [(0.5, 0.2), (0.3, 0.3), (0.75, 0.05), (0.1, 0.8)])
def test_nps_interval_holds_the_truth_as_often_as_it_says(
    n: int, promote: float, detract: float
) -> None:
    rng = np.random.default_rng(7)
    drawn = rng.multinomial(n, [promote, 1 - promote - detract, detract], size=2_000)
    samples, times = np.unique(drawn, axis=0, return_counts=True)
    found = [
        score_of(Tally("nps", 10, np.array([10.0, 8.0, 0.0]), one.astype(float), 0, 0))
        for one in samples
    ]
    truth = 100 * (promote - detract)
    held = np.array([score.low <= truth <= score.high for score in found])

    assert 0.93 <= held @ times / 2_000 <= 0.97


def test_csat_is_the_top_two_with_wilsons_interval() -> None:
    found = csat([5, 4, 4, 2], 5)

    assert found.value == 0.75
    assert found.parts == {"satisfied": 3, "neutral": 0, "dissatisfied": 1}
    assert (found.low, found.high) == pytest.approx((0.30064, 0.95441), abs=1e-5)
    assert csat([10, 9, 8], 10).value == pytest.approx(2 / 3)


def test_ces_is_a_mean_with_students_interval() -> None:
    found = ces([7, 5, 6, 6], 7)

    # Mean 6, standard deviation 0.8165, t with 3 degrees 3.1824.
    assert found.value == 6
    assert found.low == pytest.approx(6 - 3.182446 * 0.8164966 / 2, abs=1e-5)
    assert found.high == 7  # never above the scale
    assert np.isnan(ces([5]).low)


def test_counted_answers_are_the_same_as_single_ones() -> None:
    assert nps([9, 3, 8], counts=[6, 5, 7]) == nps([9] * 6 + [3] * 5 + [8] * 7)


def test_impossible_and_missing_scores_are_counted_not_averaged() -> None:
    found = csat([5] * 200 + [0, 3.5, 47, 9, None], 5)

    assert (found.n, found.value, found.impossible, found.missing) == (200, 1.0, 4, 1)


@pytest.mark.parametrize("scale", [5, [5, 5, 5, 10]])
def test_two_scales_in_one_column_are_refused(scale: object) -> None:
    with pytest.raises(BadInputError, match="more than one scale, up to 5 and 10") as caught:
        csat([5, 4, 2, 10], scale)

    assert caught.value.code == "mixed_scales"


def test_a_scale_that_a_score_does_not_have_is_refused() -> None:
    with pytest.raises(UsageError, match="nps has no scale up to 5"):
        nps([5, 4], 5)


def test_no_answer_is_no_score() -> None:
    found = nps([])

    assert found.n == 0
    assert np.isnan([found.value, found.low, found.high]).all()


def test_change_between_periods_by_hand() -> None:
    before = tally("csat", [5, 1], counts=[48, 32])
    now = tally("csat", [5, 1], counts=[56, 14])

    found = change_between(now, before)

    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert found.verdict == "rose"
    assert change_between(before, now).verdict == "fell"
    few = change_between(tally("nps", [9, 3]), tally("nps", [8, 8, 2]))
    assert few.verdict == "no_change_seen"
    assert change_between(now, tally("csat", [])).verdict == "cannot_tell"


def test_response_rate_is_undefined_rather_than_above_one() -> None:
    assert response_rate(81, 263)["low"] == pytest.approx(0.2553, abs=1e-4)
    assert np.isnan(response_rate(5, 0)["rate"])
    assert np.isnan(response_rate(5, 4)["rate"])
