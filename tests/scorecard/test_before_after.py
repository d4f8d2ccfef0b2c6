"""Did it move? By hand, against an independent t-test, and by simulation where nothing did."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analytics.before_after import (
    Monthly,
    before_after,
    difference_in_differences,
    spans,
)
from crm_data.calendar import add_months

FIRST = date(2024, 1, 1)


def monthly(tops: list[float], bottoms: list[float] | None = None, factor: float = 1.0) -> Monthly:
    months = [add_months(FIRST, n) for n in range(len(tops))]
    frame = pd.DataFrame({
        "month_on": pd.Series(pd.to_datetime(months)).astype("datetime64[us]"),
        "numerator": np.asarray(tops, dtype="float64"),
        "denominator": np.asarray(bottoms or [1.0] * len(tops), dtype="float64"),
        "n": 1.0,
    })  # fmt: skip
    until = add_months(FIRST, len(tops))
    return Monthly(frame, FIRST, until, is_count=bottoms is None, factor=factor)


def test_months_on_each_side_are_whole_and_equally_many() -> None:
    known = monthly([1.0] * 12)
    told = spans(known, date(2024, 7, 1), 6)
    assert told.before == (date(2024, 1, 1), date(2024, 7, 1))
    assert told.after == (date(2024, 7, 1), date(2025, 1, 1))
    inside = spans(known, date(2024, 7, 2), 6)  # July is on neither side
    assert inside.before == (date(2024, 2, 1), date(2024, 7, 1))
    assert inside.after == (date(2024, 8, 1), date(2025, 1, 1))
    lagged = spans(known, date(2024, 7, 1), 6, before_lag=2, after_lag=1)
    assert lagged.before == (date(2024, 1, 1), date(2024, 5, 1))
    assert lagged.after == (date(2024, 8, 1), date(2024, 12, 1))
    assert spans(known, date(2025, 1, 1), 6).months == 0
    assert spans(known, date(2023, 1, 1), 6).months == 0
    assert told.earlier(12).after == (date(2023, 7, 1), date(2024, 1, 1))


def test_a_ratio_is_sum_over_sum_and_its_interval_is_that_of_the_months() -> None:
    told = monthly([5, 6, 7, 9, 8, 10], [10, 10, 10, 10, 10, 10])
    found = before_after(told, spans(told, date(2024, 4, 1), 3))
    assert (found.before.value, found.after.value) == (0.6, 0.9)
    # With equal denominators a ratio is a mean: Welch's interval of the six shares.
    other = stats.ttest_ind([0.9, 0.8, 1.0], [0.5, 0.6, 0.7], equal_var=False)
    low, high = other.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.verdict == "up"
    assert (found.before.numerator, found.before.denominator, found.after.n) == (18, 30, 3)


def test_unequal_months_by_hand() -> None:
    told = monthly([10, 20, 10, 30, 10, 20], [20, 20, 40, 40, 40, 20])
    found = before_after(told, spans(told, date(2024, 4, 1), 3))
    # 40/80, residuals 0, 10, -10 over 80; 60/100, residuals 6, -14, 8 over 100.
    assert (found.before.value, found.after.value) == (0.5, 0.6)
    parts = [1.5 * 200 / 80**2, 1.5 * (36 + 196 + 64) / 100**2]
    freedom = sum(parts) ** 2 / sum(part**2 / 2 for part in parts)
    half = stats.t.ppf(0.975, freedom) * sum(parts) ** 0.5
    assert (found.low, found.high) == pytest.approx((0.1 - half, 0.1 + half))
    assert found.verdict == "cannot_tell"


def test_a_count_of_nothing_is_zero_and_a_ratio_of_nothing_says_nothing() -> None:
    told = monthly([4, 5, 6, 4, 5, 6])
    thinned = Monthly(told.frame.drop(index=[3]), told.first, told.until, is_count=True)
    at = spans(thinned, date(2024, 4, 1), 3)
    assert before_after(thinned, at).after.value == pytest.approx(11 / 3)
    ratio = Monthly(told.frame.drop(index=[3]), told.first, told.until)
    found = before_after(ratio, at)
    assert (found.after.value, found.after.months, found.verdict) == (5.5, 2, "too_short")
    assert np.isnan(found.low)


def test_what_never_varied_has_no_interval() -> None:
    told = monthly([5, 5, 5, 9, 9, 9], [10] * 6)
    found = before_after(told, spans(told, date(2024, 4, 1), 3))
    assert found.value == pytest.approx(0.4)
    assert np.isnan(found.low)
    assert found.verdict == "cannot_tell"


def test_nps_is_in_points_and_drift_before_is_told() -> None:
    told = monthly([1, 2, 3.1, 4, 5, 6.1], [10] * 6, factor=100.0)
    found = before_after(told, spans(told, date(2024, 5, 1), 4))
    assert found.before.months == 2
    rising = monthly([1, 2.1, 3, 4.1, 9, 9.5, 9, 9.5], [10] * 8, factor=100.0)
    moved = before_after(rising, spans(rising, date(2024, 5, 1), 4))
    assert moved.before.value == pytest.approx(25.5)
    assert (moved.verdict, moved.drift) == ("up", "up")
    falling = monthly([4.1, 3, 2.1, 1, 9, 9.5, 9, 9.5], [10] * 8)
    assert before_after(falling, spans(falling, date(2024, 5, 1), 4)).drift == "down"
    level = monthly([3, 4, 4, 3, 9, 9.5, 9, 9.5], [10] * 8)
    assert before_after(level, spans(level, date(2024, 5, 1), 4)).drift == "none"


def test_what_both_groups_share_cancels_out() -> None:
    season = np.array([0, 3, 1, 2, 8, 11, 9, 10.0])  # a step of 8 that both take
    own = np.array([0.2, -0.1, 0.1, -0.2, 1.1, 0.9, 1.0, 1.0])  # of which one more is the group's
    group, other = monthly([*(20 + season + own)], [10] * 8), monthly([*(40 + season)], [10] * 8)
    at = spans(group, date(2024, 5, 1), 4)
    assert before_after(group, at).verdict == "up"
    found = difference_in_differences(group, other, at)
    assert found.other.value == pytest.approx(0.8)
    assert found.value == pytest.approx(0.1)  # (own after less own before) over ten
    gap = stats.ttest_ind(own[4:] / 10, own[:4] / 10, equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((gap.low, gap.high))
    assert (found.verdict, found.pretrend) == ("up", "none")
    apart = monthly([*(20 + season + np.array([0, 1.1, 2, 3.1, 4, 5, 6, 7]))], [10] * 8)
    assert difference_in_differences(apart, other, at).pretrend == "up"


def test_counts_of_groups_of_other_sizes_are_compared_as_shares() -> None:
    group, other = monthly([9, 10, 11, 19, 20, 21]), monthly([90, 110, 100, 95, 105, 100])
    found = difference_in_differences(group, other, spans(group, date(2024, 4, 1), 3))
    assert found.is_relative
    assert found.value == pytest.approx(1.0)  # twice as many, beside as many as before
    assert found.verdict == "up"


def test_dates_at_which_nothing_happened_move_about_one_in_twenty() -> None:
    rng = np.random.default_rng(1)
    months, moved, runs = 6, 0, 500
    day = add_months(FIRST, months)
    for _ in range(runs):
        answers = rng.poisson(60, 2 * months) + 1
        satisfied = rng.binomial(answers, rng.beta(60, 40, 2 * months))  # months differ by more
        told = monthly([*satisfied.astype(float)], [*answers.astype(float)])
        moved += before_after(told, spans(told, day, months)).verdict in ("up", "down")
    assert 0.02 <= moved / runs <= 0.07


def test_a_planted_jump_is_found_nearly_always() -> None:
    rng, found = np.random.default_rng(5), 0
    for _ in range(60):
        answers = rng.poisson(60, 12) + 1
        satisfied = rng.binomial(answers, np.repeat([0.6, 0.8], 6))
        told = monthly([*satisfied.astype(float)], [*answers.astype(float)])
        found += before_after(told, spans(told, date(2024, 7, 1), 6)).verdict == "up"
    assert found >= 57


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=6, max_size=24),
    st.floats(0.5, 20),
)
def test_a_group_beside_itself_did_not_differ_and_units_do_not_matter(
    parts: list[tuple[int, int]], factor: float
) -> None:
    tops, bottoms = [float(a) for a, _ in parts], [float(b) for _, b in parts]
    told = monthly(tops, bottoms)
    at = spans(told, add_months(FIRST, len(parts) // 2), 12)
    assert difference_in_differences(told, told, at).value == pytest.approx(0.0, abs=1e-9)
    one = before_after(told, at)
    other = before_after(monthly(tops, bottoms, factor=factor), at)
    assert other.value == pytest.approx(factor * one.value, abs=1e-9)
    assert other.verdict == one.verdict or abs(one.value) < 1e-9
