"""Median and restricted mean lifetime against published values, statsmodels and plain means."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from analytics.lifetime_summaries import (
    lifetimes_by_group,
    median_lifetime,
    restricted_mean_lifetime,
)
from analytics.survival import kaplan_meier
from analytics.survival_groups import kaplan_meier_by_group
from tests.survival.samples import (
    ARM,
    BOTH_ENDED,
    BOTH_WEEKS,
    ENDED,
    PLACEBO_WEEKS,
    WEEKS,
    simulated,
)


def test_leukaemia_as_published() -> None:
    # Medians 23 and 8 weeks (Gehan 1965); intervals as SAS PROC LIFETEST prints them (log-log).
    median = median_lifetime(kaplan_meier(WEEKS, ENDED))
    assert (median.median, median.low) == (23, 13)
    assert math.isnan(median.high)
    placebo = median_lifetime(kaplan_meier(PLACEBO_WEEKS, [True] * 21))
    assert (placebo.median, placebo.low, placebo.high) == (8, 4, 11)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("seed", range(6))
def test_median_agrees_with_statsmodels(seed: int, level: float) -> None:
    durations, ended = simulated(150, seed=seed)
    durations, ended = np.append(durations, 500.0), np.append(ended, 0)  # never down to 0
    found = median_lifetime(kaplan_meier(durations, ended, level=level))

    reference = SurvfuncRight(durations, ended)
    assert found.median == reference.quantile(0.5)
    assert (found.low, found.high) == reference.quantile_ci(0.5, alpha=1 - level)


@pytest.mark.parametrize(
    ("durations", "ended"),
    [([], []), ([3], [False]), ([1, 2, 3], [False, False, True][::-1]), ([0, 1], [False, False])],
)
def test_a_half_is_not_reached(durations: list[int], ended: list[bool]) -> None:
    found = median_lifetime(kaplan_meier(durations, ended))

    assert math.isnan(found.median)
    assert math.isnan(found.high)


def test_a_half_is_reached_where_exactly_a_half_is_left() -> None:
    assert median_lifetime(kaplan_meier([1, 2, 3, 4], [True, True, False, False])).median == 2
    # 5/6 · 4/5 · 3/4 is a little more than a half in floating point.
    sixths = kaplan_meier([1, 2, 3, 4, 5, 6], [True, True, True, False, False, False])
    assert median_lifetime(sixths).median == 3
    at_once = median_lifetime(kaplan_meier([5, 5], [True, True]))
    assert (at_once.median, at_once.low) == (5, 5)
    assert math.isnan(at_once.high)


@given(
    st.lists(st.integers(0, 20) | st.floats(0, 20), min_size=1, max_size=30),
    st.floats(0.5, 20),
)
def test_without_censoring_it_is_the_mean_of_durations_cut(
    durations: list[float], tau: float
) -> None:
    found = restricted_mean_lifetime(kaplan_meier(durations, [True] * len(durations)), tau)

    cut = np.minimum(durations, tau)
    assert found.mean == pytest.approx(cut.mean(), abs=1e-9)
    assert found.standard_error**2 == pytest.approx(cut.var() / len(cut), abs=1e-9)
    assert found.tau == tau
    assert 0 <= found.low <= found.mean + 1e-9
    assert found.mean - 1e-9 <= found.high <= tau


@given(
    st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=25),
    st.integers(1, 9),
)
def test_with_censoring_it_is_the_area_summed_one_by_one(
    rows: list[tuple[int, bool]], tau: int
) -> None:
    durations, ended = zip(*rows, strict=True)
    curve = kaplan_meier(durations, ended)

    found = restricted_mean_lifetime(curve, tau)

    if tau > max(durations) and curve["survival"].iloc[-1] > 0:
        assert math.isnan(found.mean)
        assert found.tau == tau
        return

    def left(age: int) -> float:
        """Share lasting longer than ``age``, constant until the next whole one."""
        share = 1.0
        for at in range(age + 1):
            risk = sum(d >= at for d in durations)
            share *= 1 - sum(d == at and e for d, e in rows) / risk if risk else 1
        return share

    assert found.mean == pytest.approx(sum(left(age) for age in range(tau)), abs=1e-9)
    variance = 0.0
    for at in range(tau + 1):
        n, ends = sum(d >= at for d in durations), sum(d == at and e for d, e in rows)
        if n > ends:
            area = sum(left(age) for age in range(at, tau))
            variance += area**2 * ends / (n * (n - ends))
    assert found.standard_error**2 == pytest.approx(variance, abs=1e-9)


def test_the_interval_has_its_level_and_stays_possible() -> None:
    curve = kaplan_meier(WEEKS, ENDED)
    found = restricted_mean_lifetime(curve)
    narrow = restricted_mean_lifetime(curve, level=0.8)

    assert found.tau == 35
    assert found.low == pytest.approx(found.mean - 1.959963984540054 * found.standard_error)
    assert narrow.low == pytest.approx(found.mean - 1.2815515655446004 * found.standard_error)
    few = restricted_mean_lifetime(kaplan_meier([0.1, 3, 3], [True, False, False]))
    assert few.high == 3


def test_nothing_seen_has_no_mean() -> None:
    empty = restricted_mean_lifetime(kaplan_meier([], []))

    assert math.isnan(empty.mean)
    assert math.isnan(empty.tau)
    assert restricted_mean_lifetime(kaplan_meier([0], [True])).mean == 0
    assert restricted_mean_lifetime(kaplan_meier([2], [False])).mean == 2
    # All ended by 2: nothing is unknown beyond.
    assert restricted_mean_lifetime(kaplan_meier([1, 2], [True, True]), 10).mean == 1.5
    for tau in (0, -1, math.nan, math.inf):
        with pytest.raises(ValueError, match="tau"):
            restricted_mean_lifetime(kaplan_meier([1], [True]), tau)


def test_groups_are_compared_up_to_one_age() -> None:
    curves = kaplan_meier_by_group(BOTH_WEEKS, BOTH_ENDED, ARM)
    found = lifetimes_by_group(curves)

    # The placebo curve is down at 23 weeks and known beyond; that of 6-MP up to 35.
    assert found["group"].tolist() == ["6-MP", "placebo"]
    assert found["tau"].tolist() == [35, 35]
    assert found["median"].tolist() == [23, 8]
    assert found["median_low"].tolist() == [13, 4]
    assert found["mean"].iloc[1] == pytest.approx(np.mean(PLACEBO_WEEKS))
    expected = restricted_mean_lifetime(kaplan_meier(WEEKS, ENDED), 35)
    assert found["mean"].iloc[0] == expected.mean
    assert found["standard_error"].iloc[0] == expected.standard_error
    assert (found["mean_low"].iloc[0], found["mean_high"].iloc[0]) == (expected.low, expected.high)
    assert lifetimes_by_group(curves, 20)["tau"].tolist() == [20, 20]


def test_the_common_age_is_that_of_the_curve_known_least_far() -> None:
    durations, groups = [1, 2, 3, 1, 2, 9], list("aaabbb")
    curves = kaplan_meier_by_group(durations, [True, False, False] * 2, groups, least=2)

    found = lifetimes_by_group(curves)

    assert found["tau"].tolist() == [3, 3]
    assert found["n"].tolist() == [3, 3]
    assert found["ended"].tolist() == [1, 1]
    all_down = kaplan_meier_by_group([1, 2, 1, 5], [True] * 4, list("aabb"), least=2)
    assert lifetimes_by_group(all_down)["tau"].tolist() == [5, 5]
    at_zero = kaplan_meier_by_group([0, 0], [True] * 2, list("aa"), least=2)
    assert lifetimes_by_group(at_zero)["mean"].tolist() == [0]
    nobody = kaplan_meier_by_group([], [], [])
    assert lifetimes_by_group(nobody).empty
