"""Intervals against published values and against counting."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analytics.stats import mean_interval_from_sums, ratio_interval, wilson_interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # R. G. Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_newcombes_published_intervals(
    successes: int, n: int, low: float, high: float
) -> None:
    assert np.round(wilson_interval(successes, n), 4).tolist() == [low, high]


def test_wilson_agrees_with_statsmodels_at_other_levels() -> None:
    n = np.array([1, 5, 50, 5000])
    successes = np.array([1, 2, 49, 17])

    found = wilson_interval(successes, n, level=0.8)

    expected = proportion_confint(successes, n, alpha=0.2, method="wilson")
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_mean_interval_is_students() -> None:
    values = np.array([12.0, 15.5, 9.25, 30.0, 11.0])

    found = mean_interval_from_sums(len(values), values.sum(), (values**2).sum())

    expected = stats.t.interval(0.95, 4, loc=values.mean(), scale=stats.sem(values))
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.999])
def test_mean_interval_is_students_for_few_and_for_many(level: float) -> None:
    n = np.array([2, 5, 999, 1000, 1001, 1002, 5000, 10**7])

    low, high = mean_interval_from_sums(n, 3.0 * n, 10.0 * n, level=level)  # mean 3, variance 1

    half = stats.t.ppf((1 + level) / 2, n - 1) * np.sqrt(1 / (n - 1))
    np.testing.assert_allclose(low, 3 - half, rtol=1e-11)
    np.testing.assert_allclose(high, 3 + half, rtol=1e-11)


def test_ratio_interval_covers_as_often_as_it_says() -> None:
    """2 000 samples of 400 orders, of which some are returns: the true ratio is known."""
    rng = np.random.default_rng(7)
    shape = (2000, 400)
    is_return = rng.random(shape) < 0.1
    value = rng.gamma(2.0, 30.0, shape)
    returned, gross = np.where(is_return, value, 0.0), np.where(is_return, 0.0, value)

    low, high = ratio_interval(
        np.full(2000, 400),
        returned.sum(axis=1),
        gross.sum(axis=1),
        numerator_sq=(returned**2).sum(axis=1),
        denominator_sq=(gross**2).sum(axis=1),
    )

    covered = np.mean((low <= 0.1 / 0.9) & (high >= 0.1 / 0.9))
    assert 0.93 <= covered <= 0.965


def test_ratio_interval_agrees_with_a_bootstrap_where_parts_go_together() -> None:
    rng = np.random.default_rng(3)
    y = rng.gamma(3.0, 10.0, 500)
    x = 0.4 * y + rng.normal(0, 2.0, 500)
    draws = rng.integers(0, 500, (4000, 500))
    ratios = x[draws].sum(axis=1) / y[draws].sum(axis=1)

    low, high = ratio_interval(
        500, x.sum(), y.sum(), numerator_sq=x @ x, denominator_sq=y @ y, cross=x @ y
    )

    np.testing.assert_allclose([low, high], np.quantile(ratios, [0.025, 0.975]), atol=0.0015)


def test_ratio_of_a_handful_by_hand() -> None:
    # x = 1, 0, 2 and y = 2, 4, 4: r = 0.3, residuals 0.4, -1.2, 0.8, their squares add up to 2.24.
    # Variance 3/2 * 2.24 / 10**2 = 0.0336; Student with 2 degrees of freedom: 4.302653.
    low, high = ratio_interval(3, 3, 10, numerator_sq=5, denominator_sq=36, cross=10)

    half = 4.302652729696142 * 0.0336**0.5
    assert [float(low), float(high)] == pytest.approx([0.3 - half, 0.3 + half])


def test_too_little_to_tell_is_missing() -> None:
    assert np.isnan(wilson_interval(0, 0)).all()
    assert np.isnan(mean_interval_from_sums(1, 5.0, 25.0)).all()
    assert np.isnan(mean_interval_from_sums(0, 0.0, 0.0)).all()
    assert np.isnan(ratio_interval(1, 0, 5, numerator_sq=0, denominator_sq=25)).all()
    assert np.isnan(ratio_interval(9, 5, 0, numerator_sq=25, denominator_sq=0)).all()
    assert np.isnan(ratio_interval(9, 5, -3, numerator_sq=25, denominator_sq=9)).all()


def test_equal_observations_leave_no_doubt_whatever_rounding_does() -> None:
    low, high = mean_interval_from_sums(3, 0.3, 3 * 0.1**2)

    assert (low, high) == (pytest.approx(0.1, abs=1e-7), pytest.approx(0.1, abs=1e-7))
