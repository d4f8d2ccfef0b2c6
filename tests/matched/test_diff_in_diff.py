"""Differences before and after, against statsmodels; hidden factors, against published values."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from analytics.diff_in_diff import difference_in_differences, estimate, event_study, pre_trend
from analytics.e_value import e_value, e_values_of_mean, e_values_of_share
from analytics.overlap_weights import fit_overlap, weighted_gaps

BEFORE = 3


@pytest.fixture(scope="module")
def panel():
    """Sixty customers over three periods before and two from the contact on, without weights."""
    rng = np.random.default_rng(4)
    z = np.arange(60) < 25
    y = rng.normal(size=(60, 5)) + rng.normal(size=(60, 1)) + 0.4 * z[:, None]
    y[z, 3:] += 1.0
    return z, y, weighted_gaps(fit_overlap(np.ones((60, 1)), z), y)


def long(z, y, periods):
    frame = pd.DataFrame(y[:, periods]).melt(ignore_index=False, var_name="t", value_name="y")
    frame["who"] = frame.index
    frame["z"] = z[frame["who"]].astype(int)
    return frame.reset_index(drop=True)


def clustered(formula, frame):
    kinds = {"groups": frame["who"], "use_correction": False}
    return smf.ols(formula, frame).fit(cov_type="cluster", cov_kwds=kinds)


FEW = np.sqrt(60 / 58)  # our correction for what was estimated


def test_a_difference_in_differences_is_that_of_a_regression_clustered_by_customer(panel):
    z, y, gaps = panel
    frame = long(z, y, [0, 1, 2, 3]).assign(post=lambda f: (f["t"] == 3).astype(int))
    line = clustered("y ~ z * post", frame)
    found = difference_in_differences(gaps, BEFORE)

    assert found.value == pytest.approx(line.params["z:post"])
    wide = 1.959964 * line.bse["z:post"] * FEW
    assert (found.low, found.high) == pytest.approx((found.value - wide, found.value + wide))


def test_points_are_those_of_an_event_study(panel):
    z, y, gaps = panel
    line = clustered("y ~ z * C(t, Treatment(2))", long(z, y, [0, 1, 2, 3, 4]))
    points = event_study(gaps, BEFORE)

    for k in (0, 1, 3, 4):
        name = f"z:C(t, Treatment(2))[T.{k}]"
        assert points[k].value == pytest.approx(line.params[name])
        assert points[k].high - points[k].value == pytest.approx(1.959964 * line.bse[name] * FEW)
    assert (points[2].value, points[2].low, points[2].high) == (0, 0, 0)


def test_a_trend_before_is_walds_test(panel):
    z, y, gaps = panel
    line = clustered("y ~ z * C(t, Treatment(2))", long(z, y, [0, 1, 2, 3, 4]))
    names = [f"z:C(t, Treatment(2))[T.{k}]" for k in (0, 1)]
    steps = line.params[names].to_numpy()
    covariance = line.cov_params().loc[names, names].to_numpy() * FEW**2
    from scipy.stats import chi2

    assert pre_trend(gaps, BEFORE) == pytest.approx(
        chi2.sf(steps @ np.linalg.inv(covariance) @ steps, 2)
    )
    assert np.isnan(pre_trend(gaps, 1))


def test_a_planted_trend_is_seen_and_none_is_not():
    rng = np.random.default_rng(5)
    z = rng.random(400) < 0.5
    y = rng.normal(size=(400, 5))
    weights = fit_overlap(np.ones((400, 1)), z)
    rising = y + 0.4 * np.outer(z, np.arange(5))

    assert pre_trend(weighted_gaps(weights, y), 4) > 0.05
    assert pre_trend(weighted_gaps(weights, rising), 4) < 0.001


def test_where_nothing_varies_there_is_no_interval():
    assert np.isnan(estimate(0.0, np.zeros(5)).low)
    z = np.arange(10) < 5
    assert np.isnan(pre_trend(weighted_gaps(fit_overlap(np.ones((10, 1)), z), np.ones((10, 4))), 3))


@pytest.mark.parametrize(("ratio", "needed"), [(3.9, 7.26), (1.8, 3.0), (0.80, 1.81), (1.0, 1.0)])
def test_hidden_factors_as_published(ratio, needed):
    """VanderWeele and Ding 2017: 3.9 (1.8 to 8.7) needs 7.26 (3.0)."""
    assert e_value(ratio) == pytest.approx(needed, abs=0.005)


def test_hidden_factors_of_a_share_and_of_money():
    rng = np.random.default_rng(6)
    z = np.arange(4_000) < 2_000
    y = np.column_stack([rng.random(4_000) < np.where(z, 0.3, 0.1), rng.normal(size=4_000) + z])
    gaps = weighted_gaps(fit_overlap(np.ones((4_000, 1)), z), y.astype(float))
    top, base = y[z, 0].mean(), y[~z, 0].mean()
    error = np.sqrt((1 - top) / (2_000 * top) + (1 - base) / (2_000 * base))  # of log(top / base)
    near = np.exp(np.log(top / base) - 1.959964 * error)

    assert e_values_of_share(gaps, 0) == pytest.approx(
        (e_value(top / base), e_value(near)), rel=1e-3
    )
    value, limit = e_values_of_mean(gaps, 1, 1.0)
    assert value == pytest.approx(e_value(np.exp(0.91 * gaps.gap[1])))
    assert 1 < limit < value
    assert np.isnan(e_values_of_mean(gaps, 1, 0.0)).all()


def test_what_is_compatible_with_nothing_needs_no_hidden_factor():
    rng = np.random.default_rng(7)
    z = np.arange(200) < 100
    y = (rng.random(200) < 0.3).astype(float)[:, None]
    value, limit = e_values_of_share(weighted_gaps(fit_overlap(np.ones((200, 1)), z), y), 0)

    assert value >= 1
    assert limit == 1
    none = weighted_gaps(fit_overlap(np.ones((200, 1)), z), np.zeros((200, 1)))
    assert np.isnan(e_values_of_share(none, 0)).all()
