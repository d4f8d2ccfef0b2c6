"""Fitting: derivatives, grouping, weights, order, units; truth planted in simulated customers."""

import numpy as np
import pytest
from scipy import optimize, special

from analytics.clv import BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel, ParetoNBDModel
from analytics.clv_gamma_gamma import _objective as value_objective
from analytics.clv_histories import distinct_rows, group_histories
from tests.analytics.histories import simulate

KINDS = {"bg": BetaGeoModel, "mbg": ModifiedBetaGeoModel, "pareto": ParetoNBDModel}
TRUTH = {
    "bg": {"r": 0.6, "alpha": 6.0, "a": 0.9, "b": 2.5},
    "mbg": {"r": 0.6, "alpha": 6.0, "a": 0.9, "b": 2.5},
    "pareto": {"r": 0.6, "alpha": 8.0, "s": 0.7, "beta": 12.0},
}
PLACES = [(0.5, 5.0, 0.7, 3.0), (0.05, 0.01, 20.0, 0.2), (30.0, 300.0, 0.01, 500.0)]


@pytest.fixture(scope="module", params=KINDS)
def kind(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def customers(kind):
    return simulate(kind, TRUTH[kind], 3_000, seed=4)


@pytest.mark.parametrize("place", PLACES)
def test_gradient_and_hessian_are_those_of_finite_differences(kind, customers, place) -> None:
    objective = KINDS[kind]()._objective(group_histories(*(c[:200] for c in customers)))
    at, steps = np.log(place), 1e-5 * np.eye(4)

    _, gradient, hessian = objective(at)
    slope = [(objective(at + h)[0] - objective(at - h)[0]) / 2e-5 for h in steps]
    curve = [(objective(at + h)[1] - objective(at - h)[1]) / 2e-5 for h in steps]
    assert gradient == pytest.approx(np.array(slope), rel=1e-6, abs=1e-7)
    assert hessian == pytest.approx(np.array(curve), rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("place", [(6.0, 4.0, 15.0), (0.2, 0.5, 0.01), (900.0, 2.0, 1e3)])
def test_derivatives_of_the_value_model(place) -> None:
    random = np.random.default_rng(2)
    objective = value_objective(
        random.integers(1, 9, 50) * 1.0, random.gamma(2.0, 20.0, 50), random.uniform(0.5, 2.0, 50)
    )
    at, steps = np.log(place), 1e-5 * np.eye(3)

    _, gradient, hessian = objective(at)
    slope = [(objective(at + h)[0] - objective(at - h)[0]) / 2e-5 for h in steps]
    curve = [(objective(at + h)[1] - objective(at - h)[1]) / 2e-5 for h in steps]
    assert gradient == pytest.approx(np.array(slope), rel=1e-6, abs=1e-6)
    assert hessian == pytest.approx(np.array(curve), rel=1e-6, abs=1e-6)


def test_planted_parameters_are_found_within_their_errors(kind, customers) -> None:
    model = KINDS[kind]().fit(*customers)

    off = [(model.params_[k] - v) / model.standard_errors_[k] for k, v in TRUTH[kind].items()]
    assert np.abs(off).max() < 3.0
    assert model.collapse_ is None
    assert model.log_likelihood_ == pytest.approx(model.log_likelihood(*customers), rel=1e-10)


def test_nothing_nearby_is_more_likely(kind, customers) -> None:
    model = KINDS[kind]().fit(*customers)
    objective = model._objective(group_histories(*customers))
    best = np.log(list(model.params_.values()))

    found = optimize.minimize(lambda at: -objective(at)[0], best, method="Nelder-Mead")
    assert -found.fun == pytest.approx(objective(best)[0], abs=1e-8)


def test_new_customers_buy_as_expected(kind) -> None:
    model = KINDS[kind]()
    model.params_ = TRUTH[kind]
    frequency, _, age = simulate(kind, TRUTH[kind], 20_000, seed=9)

    off = frequency - model.expected_purchases(age)
    assert abs(off.mean()) < 3 * off.std() / np.sqrt(len(off))


def test_a_weight_is_a_repetition(kind, customers) -> None:
    some = [c[:400] for c in customers]
    weights = np.arange(400) % 4
    twice = [np.repeat(c, weights) for c in some]

    weighted, repeated = KINDS[kind]().fit(*some, weights=weights), KINDS[kind]().fit(*twice)
    assert weighted.params_ == pytest.approx(repeated.params_, rel=1e-5)
    assert weighted.log_likelihood_ == pytest.approx(repeated.log_likelihood_, rel=1e-10)
    assert weighted.standard_errors_ == pytest.approx(repeated.standard_errors_, rel=1e-4)
    assert weighted.n_customers_ == repeated.n_customers_ == weights.sum()


def test_the_order_of_customers_does_not_matter(kind, customers) -> None:
    order = np.random.default_rng(1).permutation(len(customers[0]))
    one, other = KINDS[kind]().fit(*customers), KINDS[kind]().fit(*(c[order] for c in customers))

    assert one.params_ == pytest.approx(other.params_, rel=1e-5)
    assert one.predict(*customers, 20.0)[order] == pytest.approx(
        other.predict(*(c[order] for c in customers), 20.0), rel=1e-5
    )


def test_the_unit_of_time_does_not_matter(kind, customers) -> None:
    x, tx, T = customers
    weeks, days = KINDS[kind]().fit(x, tx, T), KINDS[kind]().fit(x, tx * 7, T * 7)

    assert days.params_["alpha"] == pytest.approx(7 * weeks.params_["alpha"], rel=1e-5)
    assert days.params_["r"] == pytest.approx(weeks.params_["r"], rel=1e-5)
    assert days.predict(x, tx * 7, T * 7, 70.0) == pytest.approx(
        weeks.predict(x, tx, T, 10.0), rel=1e-5
    )
    gap = days.log_likelihood_ - weeks.log_likelihood_
    assert gap == pytest.approx(-x.sum() * np.log(7), rel=1e-6)


def test_grouped_is_ungrouped(kind) -> None:
    """Whole days, so that many are equal; one customer at a time gives the same sum."""
    x, tx, T = (np.ceil(c) for c in simulate(kind, TRUTH[kind], 300, seed=5))
    model = KINDS[kind]().fit(x, tx, T)
    objective = model._objective(group_histories(x, tx, T))
    at = np.log(list(model.params_.values()))
    never = group_histories([1, 1], [1, 1], [1, 1])

    def one(i: int) -> float:
        alone = type(never)(*(np.array([c[i]]) for c in (x.astype(int), tx, T)), np.ones(1))
        return model._objective(alone)(at)[0]

    assert model.n_histories_ < 300
    assert objective(at)[0] * 300 == pytest.approx(sum(one(i) for i in range(300)), rel=1e-12)


def test_a_large_table_is_fitted_from_a_sample_to_the_same_place() -> None:
    x, tx, T = simulate("bg", TRUTH["bg"], 12_000, seed=6)
    model = BetaGeoModel().fit(x, tx, T)
    _, gradient, _ = model._objective(group_histories(x, tx, T))(
        np.log(list(model.params_.values()))
    )

    assert model.n_histories_ > 8_000
    assert np.abs(gradient).max() < 1e-7


@pytest.mark.parametrize("unit", [1.0, 1 / 7, 0.123456789])
@pytest.mark.parametrize("largest", [5, 5_000_000])
def test_distinct_rows_are_those_of_numpy(unit: float, largest: int) -> None:
    random = np.random.default_rng(3)
    columns = [random.integers(0, largest, 500) * unit for _ in range(4)]
    columns = [np.concatenate((c, c[:100])) for c in columns]

    values, inverse = distinct_rows(*columns)
    expected = np.unique(np.column_stack(columns), axis=0)
    assert len(values[0]) == len(expected)
    assert all((v[inverse] == c).all() for v, c in zip(values, columns, strict=True))


def test_value_model_finds_what_was_planted() -> None:
    random = np.random.default_rng(8)
    x = random.integers(1, 10, 5_000)
    truth = {"p": 6.0, "q": 4.0, "v": 15.0}
    mean = random.gamma(6.0 * x, 1 / (random.gamma(4.0, 1 / 15.0, 5_000) * x))
    model = GammaGammaModel().fit(x, mean)

    off = [(model.params_[k] - v) / model.standard_errors_[k] for k, v in truth.items()]
    assert np.abs(off).max() < 3.0
    assert model.population_mean_ == pytest.approx(30.0, rel=0.05)
    twice = GammaGammaModel().fit(np.tile(x, 2), np.tile(mean, 2))
    weighted = GammaGammaModel().fit(x, mean, weights=np.full(5_000, 2.0))
    assert weighted.params_ == pytest.approx(twice.params_, rel=1e-5)
    assert weighted.log_likelihood_ == pytest.approx(twice.log_likelihood_)
    px, q, v = 6.0 * x, 4.0, 15.0
    model.params_ = truth
    by_hand = (
        special.gammaln(px + q) - special.gammaln(px) - special.gammaln(q) + q * np.log(v)
        + (px - 1) * np.log(mean) + px * np.log(x) - (px + q) * np.log(x * mean + v)
    )  # fmt: skip
    assert model.log_likelihood(x, mean) == pytest.approx(by_hand.sum())
