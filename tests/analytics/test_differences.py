"""Standardised differences against hand computation, published values and SciPy's own tests."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from analytics.differences import fisher, share_difference, standardised_difference
from analytics.multiplicity import adjusted


def sums(values: list[float]) -> tuple[list[float], list[float], list[float]]:
    x = np.array(values)
    return [float(len(x))], [float(x.sum())], [float((x * x).sum())]


def test_hedges_g_by_hand() -> None:
    # Means 4 and 2, variances 4 and 1 (each over n - 1), n 3 and 3: pooled variance 2.5.
    found = standardised_difference(sums([2, 4, 6]), sums([1, 2, 3]))

    correction = 1 - 3 / (4 * 4 - 1)  # 0.8
    assert found.effect[0] == pytest.approx(correction * 2 / np.sqrt(2.5))
    half = 1.959963984540054 * np.sqrt(
        correction**2 * (4 / 3 + 1 / 3) / 2.5 + found.effect[0] ** 2 / 8
    )
    assert found.high[0] - found.effect[0] == pytest.approx(half)
    assert found.effect[0] - found.low[0] == pytest.approx(half)


numbers = st.lists(st.integers(-50, 50).map(float), min_size=2, max_size=30).filter(
    lambda values: len(set(values)) > 1  # SciPy warns of constants; they are tested below
)


@given(numbers, numbers)
def test_p_value_is_that_of_welch(one: list[float], other: list[float]) -> None:
    found = standardised_difference(sums(one), sums(other))
    expected = scipy.stats.ttest_ind(one, other, equal_var=False).pvalue
    assert found.p_value[0] == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert np.sign(found.effect[0]) == np.sign(np.mean(one) - np.mean(other)) or abs(
        found.effect[0]
    ) == pytest.approx(0.0, abs=1e-9)


def test_constants_have_no_standard_deviation_to_divide_by() -> None:
    assert np.isnan(standardised_difference(sums([5.1, 5.1]), sums([7.3, 7.3])).effect[0])
    assert standardised_difference(sums([5.0, 5.0]), sums([7.0, 8.0])).effect[0] < -1


def test_a_group_of_one_has_no_difference_to_speak_of() -> None:
    assert np.isnan(standardised_difference(sums([5.0]), sums([1.0, 2.0])).effect[0])


def test_cohens_h_is_that_of_his_table() -> None:
    # Cohen (1988), table 6.2.2: phi of .50 is 1.571, of .25 is 1.047.
    found = share_difference([50], [100], [25], [100])

    assert found.effect[0] == pytest.approx(1.571 - 1.047, abs=1e-3)
    assert found.high[0] - found.low[0] == pytest.approx(2 * 1.959964 * np.sqrt(0.02), rel=1e-6)
    table = [[50, 50], [25, 75]]
    expected = scipy.stats.chi2_contingency(table, correction=False).pvalue
    assert found.p_value[0] == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 12), st.integers(1, 12), st.integers(0, 40), st.integers(1, 40))
def test_small_tables_are_exact(a: int, n: int, b: int, m: int) -> None:
    a, b = min(a, n), min(b, m)
    expected = scipy.stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue

    assert fisher(a, n, b, m) == pytest.approx(expected, rel=1e-6)
    if 0 < a + b < n + m and min(n, m) * min(a + b, n + m - a - b) / (n + m) < 5:
        assert share_difference([a], [n], [b], [m]).p_value[0] == pytest.approx(expected, rel=1e-6)


def test_nobody_or_everybody_is_no_difference() -> None:
    found = share_difference([0, 5, 0], [5, 5, 0], [0, 7, 1], [7, 7, 4])

    assert np.isnan(found.effect).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_is_scipys(p_values: list[float]) -> None:
    expected = scipy.stats.false_discovery_control(p_values, method="bh")

    assert adjusted(np.array(p_values)) == pytest.approx(expected, rel=1e-12, abs=1e-300)
