"""Overlap weights and differences under them, against formulas, brute force and statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm

from analytics.overlap_weights import (
    effective_size,
    fit_overlap,
    is_without_counterpart,
    lacking_variance,
    standardised_differences,
    weighted_gaps,
)


def made(n: int = 400, seed: int = 1):
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=n), rng.random(n) > 0.6])
    z = rng.random(n) < 1 / (1 + np.exp(1 - x[:, 0] - x[:, 1]))
    y = rng.normal(size=n) + x[:, 0] + 0.5 * z
    return x, z, y


def test_weights_are_those_of_the_formula():
    x, z, _ = made()
    fit = fit_overlap(x, z)
    p = sm.Logit(z.astype(float), sm.add_constant(x)).fit(disp=0, tol=1e-12).predict()
    raw = np.array([1 - p[i] if z[i] else p[i] for i in range(len(z))])

    assert fit.propensity == pytest.approx(p, abs=1e-7)
    assert fit.weight[z] == pytest.approx(raw[z] / raw[z].sum(), abs=1e-8)
    assert fit.weight[~z] == pytest.approx(raw[~z] / raw[~z].sum(), abs=1e-8)


def test_every_mean_in_the_model_is_the_same_on_both_sides():
    x, z, _ = made()
    fit = fit_overlap(np.column_stack([x, x[:, 0] + x[:, 1], np.ones(len(z))]), z)

    assert np.abs(standardised_differences(x, z)).max() > 0.3
    assert standardised_differences(x, z, fit.weight) == pytest.approx(0, abs=1e-7)
    assert fit.design.shape[1] == 3  # neither what repeats others nor what does not vary


def test_a_regression_on_the_same_columns_changes_nothing():
    x, z, y = made()
    fit = fit_overlap(x, z)
    found = weighted_gaps(fit, y[:, None])
    line = sm.WLS(y, sm.add_constant(np.column_stack([z, x])), weights=fit.weight).fit()

    assert found.gap[0] == pytest.approx(line.params[1], abs=1e-7)
    assert found.gap[0] == pytest.approx(
        np.average(y[z], weights=fit.weight[z]) - np.average(y[~z], weights=fit.weight[~z])
    )


def test_variance_is_that_of_the_equations_solved_together():
    """Sandwich with derivatives by finite differences, as M-estimation has it."""
    x, z, y = made()
    fit = fit_overlap(x, z)
    found = weighted_gaps(fit, y[:, None])
    design, n = fit.design, len(z)
    beta = np.linalg.lstsq(design, np.log(fit.propensity / (1 - fit.propensity)), rcond=None)[0]

    def equations(theta):
        p = 1 / (1 + np.exp(-design @ theta[:-2]))
        return np.column_stack([
            (z - p)[:, None] * design,
            z * (1 - p) * (y - theta[-2]),
            ~z * p * (y - theta[-1]),
        ])  # fmt: skip

    theta = np.append(beta, [found.contacted[0], found.others[0]])
    assert equations(theta).sum(axis=0) == pytest.approx(0, abs=1e-5)
    step = 1e-6
    slope = np.column_stack([
        (equations(theta + step * e).sum(0) - equations(theta - step * e).sum(0)) / (2 * step)
        for e in np.eye(len(theta))
    ])  # fmt: skip
    inverse = np.linalg.inv(slope)
    covariance = inverse @ equations(theta).T @ equations(theta) @ inverse.T
    gap = np.append(np.zeros(len(beta)), [1, -1])
    few = n / (n - design.shape[1] - 1)

    assert (found.influence**2).sum() == pytest.approx(gap @ covariance @ gap * few, rel=1e-4)
    assert (found.top_influence**2).sum() == pytest.approx(covariance[-2, -2] * few, rel=1e-4)
    assert (found.base_influence**2).sum() == pytest.approx(covariance[-1, -1] * few, rel=1e-4)


def test_where_a_column_tells_both_apart_there_is_no_overlap():
    x, z, _ = made()
    assert fit_overlap(np.column_stack([x, z.astype(float)]), z) is None


def test_differences_in_deviations_by_hand():
    values = np.array([[1.0, 5.0], [3.0, 5.0], [0.0, 5.0], [2.0, 5.0]])
    z = np.array([True, True, False, False])

    # Means 2 and 1, variances 1 and 1; the second column does not vary.
    assert standardised_differences(values, z).tolist() == [1.0, 0.0]
    weight = np.array([1.0, 1.0, 0.25, 0.75])
    assert standardised_differences(values, z, weight).tolist() == [0.5, 0.0]


def test_customers_of_equal_weight():
    assert effective_size(np.array([1.0, 1.0, 1.0])) == 3
    assert effective_size(np.array([2.0, 1.0, 1.0])) == pytest.approx(16 / 6)
    assert effective_size(np.array([])) == 0


def test_whoever_is_far_from_everybody_has_no_counterpart():
    rng = np.random.default_rng(3)
    x = np.append(rng.normal(size=300), [9.0])
    z = np.append(rng.random(300) < 0.4, [True])
    fit = fit_overlap(x[:, None], z)
    odds = np.log(fit.propensity / (1 - fit.propensity))
    far = [np.abs(odds[i] - odds[~z]).min() > 0.2 * odds.std() for i in np.flatnonzero(z)]

    assert is_without_counterpart(fit).tolist() == far
    assert far[-1]
    assert sum(far) < len(far) / 10


def test_the_spread_of_those_contacted_is_that_of_the_others_at_least() -> None:
    """By hand: four contacted at 0, of six others one at 12: variance 20, a quarter of it."""
    z = np.arange(10) < 4
    fit = fit_overlap(np.ones((10, 1)), z)
    rare, even = np.zeros(10), np.arange(10.0)
    rare[-1] = 12.0
    assert fit is not None
    assert lacking_variance(fit, rare) == pytest.approx(20 / 4)
    assert lacking_variance(fit, even * z) == 0
    assert lacking_variance(fit, even) == pytest.approx((35 / 12 - 15 / 12) / 4)
