"""Thin, broken and collapsing data: an honest fit or one sentence, and never a warning."""

import numpy as np
import pytest

from analytics.clv import BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel, ParetoNBDModel
from crm_data.errors import BadInputError
from tests.analytics.histories import simulate

KINDS = {"bg": BetaGeoModel, "mbg": ModifiedBetaGeoModel, "pareto": ParetoNBDModel}
GOOD = ([0, 1, 2, 5], [0.0, 3.0, 8.0, 9.0], [10.0, 10.0, 12.0, 11.0])


@pytest.fixture(params=KINDS)
def model(request):
    return KINDS[request.param]()


@pytest.mark.parametrize(
    ("x", "tx", "T", "weights", "code"),
    [
        ([], [], [], None, "clv_length"),
        ([1, 2], [1.0], [2.0, 3.0], None, "clv_length"),
        ([0, 0, 0], [0, 0, 0], [5, 6, 7], None, "clv_no_repeat"),
        ([3], [2.0], [5.0], None, "clv_no_repeat"),
        ([1, 2], [6.0, 1.0], [5.0, 5.0], None, "clv_recency"),
        ([1, 2], [-1.0, 1.0], [5.0, 5.0], None, "clv_recency"),
        ([1, 2], [0.0, 1.0], [5.0, 5.0], None, "clv_recency"),
        ([0, 2], [1.0, 1.0], [5.0, 5.0], None, "clv_recency"),
        ([-1, 2], [1.0, 1.0], [5.0, 5.0], None, "clv_frequency"),
        ([1.5, 2], [1.0, 1.0], [5.0, 5.0], None, "clv_frequency"),
        ([np.nan, 2], [1.0, 1.0], [5.0, 5.0], None, "clv_not_a_number"),
        ([1, 2], [1.0, 1.0], [np.inf, 5.0], None, "clv_not_a_number"),
        (["many", 2], [1.0, 1.0], [5.0, 5.0], None, "clv_not_a_number"),
        (*GOOD, [0, 0, 0, 0], "clv_weights"),
        (*GOOD, [1, -1, 1, 1], "clv_weights"),
        (*GOOD, [1, 1], "clv_weights"),
        (*GOOD, [1, 0, 0, 1], "clv_no_repeat"),
    ],
)
def test_what_cannot_be_fitted_is_said(model, x, tx, T, weights, code) -> None:
    with pytest.raises(BadInputError) as caught:
        model.fit(x, tx, T, weights)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("x", "tx", "T"),
    [
        GOOD,
        ([1, 1], [4.0, 4.0], [5.0, 5.0]),
        ([0, 1, 2, 3], [0.0, 10.0, 10.0, 10.0], [10.0, 10.0, 10.0, 10.0]),
        ([0, 300, 900], [0.0, 360.0, 364.0], [365.0, 365.0, 365.0]),
        ([0, 1, 1], [0.0, 1e-6, 1e-6], [1e4, 1e4, 1e4]),
        ([0, 2, 3], [0.0, 1e5, 3e5], [0.0, 2e6, 1e6]),
    ],
)
def test_a_thin_fit_is_finite_and_in_bounds(model, x, tx, T) -> None:
    model.fit(x, tx, T)

    assert all(np.isfinite(v) and v > 0 for v in model.params_.values())
    assert all(v is None or np.isfinite(v) for v in model.standard_errors_.values())
    assert np.isfinite(model.log_likelihood_)
    mean, variance, zero = model.purchase_distribution(x, tx, T, 5.0)
    assert np.isfinite(mean).all()
    assert (mean >= 0).all()
    assert np.isfinite(variance).all()
    assert ((zero >= 0) & (zero <= 1)).all()
    assert mean == pytest.approx(model.predict(x, tx, T, 5.0), rel=1e-9)
    alive = model.p_alive(x, tx, T)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert model.predict(x, tx, T, 0.0).tolist() == [0.0] * len(x)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_customers_who_never_leave_collapse_every_model(model, seed) -> None:
    never = simulate("bg", {"r": 0.8, "alpha": 8.0, "a": 1e-9, "b": 1e9}, 2_000, seed)

    assert model.fit(*never).collapse_ == "no_dropout"


def test_customers_at_one_rate_are_no_heterogeneity(model) -> None:
    random = np.random.default_rng(3)
    n, age = 2_000, np.full(2_000, 50.0)
    times = np.cumsum(random.exponential(1 / 0.2, (n, 60)), axis=1)
    stays = 1 + random.geometric(0.15, n)
    seen = (times < 50.0) & (np.arange(60) < stays[:, None])
    x = seen.sum(axis=1)
    tx = np.where(x > 0, times[np.arange(n), np.maximum(x - 1, 0)], 0.0)

    assert model.fit(x, tx, age).collapse_ in {"no_heterogeneity", None}
    assert model.params_["r"] > 5


def test_a_horizon_must_be_a_time(model) -> None:
    model.fit(*GOOD)
    for bad in (-1.0, np.nan, np.inf):
        with pytest.raises(BadInputError, match="horizon"):
            model.predict(*GOOD, bad)
        with pytest.raises(BadInputError, match="horizon"):
            model.expected_purchases(bad)


def test_what_was_not_fitted_says_so(model) -> None:
    with pytest.raises(BadInputError, match="not been fitted"):
        model.predict(*GOOD, 1.0)


def test_one_time_buyers_are_alive_only_by_construction() -> None:
    assert not BetaGeoModel.estimates_p_alive_of_one_time_buyers
    assert ModifiedBetaGeoModel.estimates_p_alive_of_one_time_buyers
    assert ParetoNBDModel.estimates_p_alive_of_one_time_buyers
    assert BetaGeoModel().fit(*GOOD).p_alive([0], [0.0], [500.0]).tolist() == [1.0]


@pytest.mark.parametrize(
    ("x", "mean", "code"),
    [
        ([1, 0], [5.0, 3.0], "clv_value"),
        ([1, 2], [5.0, 0.0], "clv_value"),
        ([1, 2], [5.0, -3.0], "clv_value"),
        ([1, 2], [5.0, np.nan], "clv_not_a_number"),
        ([1, 2], [5.0], "clv_length"),
        ([], [], "clv_length"),
        ([4], [5.0], "clv_equal_value"),
        ([1, 2, 3], [5.0, 5.0, 5.0], "clv_equal_value"),
    ],
)
def test_values_that_cannot_be_fitted_are_said(x, mean, code) -> None:
    with pytest.raises(BadInputError) as caught:
        GammaGammaModel().fit(x, mean)

    assert caught.value.code == code


@pytest.mark.parametrize("mean", [[5.0, 5.0001], [1e-3, 1e6], [1e9, 2e9], [5.0, 5.0, 7.0, 1e5]])
def test_a_thin_value_fit_is_finite(mean) -> None:
    model = GammaGammaModel().fit(np.arange(1, len(mean) + 1), mean)

    assert all(np.isfinite(v) and v > 0 for v in model.params_.values())
    assert all(v is None or np.isfinite(v) for v in model.standard_errors_.values())
    assert np.isfinite(model.log_likelihood_)


def test_a_value_that_has_no_mean_is_not_given_one() -> None:
    model = GammaGammaModel()
    model.params_ = {"p": 0.2, "q": 0.5, "v": 10.0}

    assert np.isnan(model.expected_value([0, 1, 3], [np.nan, 5.0, 5.0])).tolist() == [1, 1, 0]
    assert np.isnan(model.value_variance([9], [5.0])).tolist() == [False]
    assert np.isnan(model.value_variance([3], [5.0])).tolist() == [True]
