"""Likelihood, P(alive) and expectations against lifetimes, at random parameters and histories.

Where lifetimes itself loses its digits (its 2F1 for frequent buyers, a near 1, alpha far from
beta), the oracle is adaptive quadrature over the story of the model instead: second half.
"""

import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from analytics.clv import BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel, ParetoNBDModel

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # importing it meets deprecations of pandas
    import lifetimes

PAIRS = {
    "bg": (BetaGeoModel, lifetimes.BetaGeoFitter),
    "mbg": (ModifiedBetaGeoModel, lifetimes.ModifiedBetaGeoFitter),
    "pareto": (ParetoNBDModel, lifetimes.ParetoNBDFitter),
}
shape = st.floats(0.2, 6.0)
scale = st.floats(2.0, 30.0)
history = st.tuples(st.integers(0, 25), st.floats(0.05, 1.0), st.floats(1.0, 80.0)).map(
    lambda h: (h[0], h[1] * h[2] if h[0] else 0.0, h[2])
)
histories = st.lists(history, min_size=3, max_size=8).filter(
    lambda hs: sum(h[0] > 0 for h in hs) > 1
)


def both(kind: str, values: list[float]):
    ours, theirs = PAIRS[kind]
    model, fitter = ours(), theirs()
    model.params_ = dict(zip(ours.names, values, strict=True))
    fitter.params_ = pd.Series(model.params_)
    fitter._scale = 1.0
    return model, fitter


def their_log_likelihood(fitter, kind, x, tx, T) -> float:
    ones = np.ones(len(x))
    params = fitter.params_.to_numpy()
    log_params = params if kind == "pareto" else np.log(params)
    negative = fitter._negative_log_likelihood(log_params, x, tx, T, ones, 0.0)
    return -negative * (1 if kind == "pareto" else len(x))  # its Pareto is a sum, the others means


@pytest.mark.parametrize("kind", PAIRS)
@settings(max_examples=60, deadline=None)
@given(first=shape, alpha=scale, third=shape, last=shape, rows=histories, t=st.floats(1.0, 60.0))
def test_as_lifetimes(kind, first, alpha, third, last, rows, t) -> None:
    assume(abs(third - 1.0) > 0.02)  # lifetimes divides by a - 1 and s - 1
    last = last * 5.0 if kind == "pareto" else last + 0.5
    assume(kind == "mbg" or abs(third + last - 1.0) > 0.05)
    x, tx, T = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    model, fitter = both(kind, [first, alpha, third, last])

    with np.errstate(all="ignore"):
        likelihood = their_log_likelihood(fitter, kind, x, tx, T)
        alive = np.asarray(fitter.conditional_probability_alive(x, tx, T))
        expected = np.asarray(
            fitter.conditional_expected_number_of_purchases_up_to_time(t, x, tx, T)
        )
        new = fitter.expected_number_of_purchases_up_to_time(t)
    assume(np.isfinite(expected).all())  # at r = 1, a = 2 it answers NaN for one-time buyers
    assert model.log_likelihood(x, tx, T) == pytest.approx(likelihood, rel=1e-6)
    assert model.p_alive(x, tx, T) == pytest.approx(alive, rel=1e-6)
    assert model.predict(x, tx, T, t) == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert model.expected_purchases(t) == pytest.approx(new, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    p=st.floats(0.5, 8.0), q=st.floats(1.5, 8.0), v=st.floats(0.5, 50.0),
    rows=st.lists(st.tuples(st.integers(1, 30), st.floats(0.5, 300.0)), min_size=2, max_size=6),
)  # fmt: skip
def test_gamma_gamma_as_lifetimes(p, q, v, rows) -> None:
    x, mean = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    model, fitter = GammaGammaModel(), lifetimes.GammaGammaFitter()
    model.params_ = {"p": p, "q": q, "v": v}
    fitter.params_ = pd.Series(model.params_)
    negative = fitter._negative_log_likelihood(np.log([p, q, v]), x, mean, np.ones(len(x)), 0.0)

    assert model.log_likelihood(x, mean) == pytest.approx(-len(x) * negative, rel=1e-6)
    expected = np.asarray(fitter.conditional_expected_average_profit(x, mean))
    assert model.expected_value(x, mean) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("r", "alpha", "a", "b", "x", "tx", "T", "t"),
    [
        (0.3, 5.0, 1.0, 2.5, 2, 30.0, 39.0, 39.0),
        (0.3, 0.05, 0.05, 0.5, 0, 0.0, 10.0, 500.0),
        (2.0, 1e-2, 0.6, 3.0, 400, 300.0, 310.0, 365.0),
        (200.0, 4000.0, 300.0, 900.0, 40, 700.0, 730.0, 365.0),
        (0.8, 70.0, 1e-5, 1e4, 12, 300.0, 365.0, 180.0),
    ],
)
@pytest.mark.parametrize("kind", ["bg", "mbg"])
def test_beta_models_at_extremes_are_their_integral(kind, r, alpha, a, b, x, tx, T, t) -> None:
    model, _ = both(kind, [r, alpha, a, b])
    k = x + (kind == "mbg")
    alive = model.p_alive([x], [tx], [T])[0]

    def mean(logit: float, order: int) -> float:
        """Of an active customer with this leaving probability, times its beta density."""
        p, z = special.expit(logit), t / (alpha + T)
        density = a * special.log_expit(logit) + (b + k) * special.log_expit(-logit)
        density -= special.betaln(a, b + k)
        share = special.betainc(order, r + x, p * z / (1 + p * z))
        size = share / p if order == 1 else 2 * (1 - p) / p**2 * share
        return float(np.exp(density) * size)

    def total(order: int) -> float:
        centre = np.log(a / (b + k))
        width = np.sqrt(1 / a + 1 / (b + k))
        knots = centre + width * np.concatenate(([-150.0], np.linspace(-30.0, 30.0, 61)))
        knots = np.unique(np.clip(knots, -300.0, 300.0))
        return sum(
            integrate.quad(mean, low, high, (order,), epsabs=1e-13, epsrel=1e-9, limit=400)[0]
            for low, high in pairwise(knots)
        )

    if a < 1e-3:  # no mass to integrate: nobody leaves
        rate = (r + x) / (alpha + T) * t
        assert model.predict([x], [tx], [T], t)[0] == pytest.approx(rate, rel=1e-3)
        return
    found, variance, _ = model.purchase_distribution([x], [tx], [T], t)
    first, second = alive * total(1), alive * total(2)
    assert found[0] == pytest.approx(first, rel=1e-6)
    assert variance[0] == pytest.approx(second + first - first**2, rel=1e-6)


@pytest.mark.parametrize(
    ("r", "alpha", "s", "beta", "x", "tx", "T"),
    [
        (0.5, 10.0, 0.6, 12.0, 2, 30.0, 39.0),
        (0.5, 10.0, 1.0, 10.0, 2, 30.0, 39.0),
        (0.3, 1e-3, 0.2, 500.0, 300, 350.0, 365.0),
        (60.0, 900.0, 0.05, 1e-3, 25, 300.0, 365.0),
        (0.05, 1e-2, 0.03, 50.0, 0, 0.0, 700.0),
    ],
)
def test_pareto_at_extremes_is_its_integral(r, alpha, s, beta, x, tx, T) -> None:
    """Left at u in (tx, T), or not yet: relative to still being there."""
    model, _ = both("pareto", [r, alpha, s, beta])

    def relative(u: float) -> float:
        logs = (r + x) * np.log((alpha + T) / (alpha + u)) + s * np.log((beta + T) / (beta + u))
        return float(np.exp(logs) * s / (beta + u))

    knots = np.concatenate(([tx], tx + (T - tx) * np.logspace(-9, 0, 28)))
    odds = sum(
        integrate.quad(relative, low, high, epsabs=0, epsrel=1e-10, limit=200)[0]
        for low, high in pairwise(knots)
    )
    assert model.p_alive([x], [tx], [T])[0] == pytest.approx(1 / (1 + odds), rel=1e-7)


@pytest.mark.parametrize("t", [1.0, 40.0, 500.0])
def test_expected_purchases_of_pareto_pass_through_s_of_one(t: float) -> None:
    around = [
        both("pareto", [0.5, 10.0, s, 12.0])[0].expected_purchases(t).item()
        for s in (1 - 1e-7, 1, 1 + 1e-7)
    ]

    assert around[1] == pytest.approx(0.5 / 10 * 12 * np.log1p(t / 12), rel=1e-12)
    assert around == pytest.approx([around[1]] * 3, rel=1e-5)


def test_value_of_a_customer_is_the_mean_of_an_inverse_gamma() -> None:
    model = GammaGammaModel()
    model.params_ = {"p": 6.25, "q": 3.74, "v": 15.44}
    law = stats.invgamma(6.25 * 3 + 3.74, scale=6.25 * (15.44 + 3 * 50.0))

    assert model.expected_value([3], [50.0])[0] == pytest.approx(law.mean())
    assert model.value_variance([3], [50.0])[0] == pytest.approx(law.var())
