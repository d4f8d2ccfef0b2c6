"""Mean, variance and P(none) of future purchases against customers simulated from the posterior."""

import numpy as np
import pytest

from analytics.clv import BetaGeoModel, ModifiedBetaGeoModel, ParetoNBDModel

HISTORIES = [(0, 0.0, 20.0), (1, 4.0, 30.0), (3, 25.0, 30.0), (12, 28.0, 30.0)]
N, HORIZON = 200_000, 25.0


def purchases_until_leaving(random, rate, leaves, horizon) -> np.ndarray:
    """Purchase after purchase, each of which may be the last."""
    bought, now, active = np.zeros(len(rate)), np.zeros(len(rate)), np.arange(len(rate))
    while len(active):
        now[active] += random.exponential(1 / rate[active])
        active = active[now[active] <= horizon]
        bought[active] += 1
        active = active[random.random(len(active)) >= leaves[active]]
    return bought


def assert_as_simulated(found, bought) -> None:
    mean, variance, zero = (float(v[0]) for v in found)
    error = bought.std() / np.sqrt(N)
    off = bought - mean
    assert abs(bought.mean() - mean) < 4 * error
    assert abs((off**2).mean() - variance) < 4 * (off**2).std() / np.sqrt(N)
    assert abs((bought == 0).mean() - zero) < 4 * np.sqrt(zero * (1 - zero) / N) + 1e-12


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("kind", [BetaGeoModel, ModifiedBetaGeoModel])
def test_beta_models(kind, history) -> None:
    """The posterior by weighing draws of the prior with the likelihood of the story."""
    x, tx, T = history
    r, alpha, a, b = 1.2, 9.0, 0.8, 2.5
    model, random = kind(), np.random.default_rng(5)
    model.params_ = {"r": r, "alpha": alpha, "a": a, "b": b}
    rate, leaves = random.gamma(r, 1 / alpha, 3 * N), random.beta(a, b, 3 * N)
    starts = 0 if kind is BetaGeoModel else 1
    chances = x + starts  # occasions to leave; the last of them may have been taken
    stayed = (1 - leaves) ** chances * rate**x * np.exp(-rate * T)
    gone = leaves * (1 - leaves) ** max(chances - 1, 0) * rate**x * np.exp(-rate * tx)
    gone = gone if chances else np.zeros(3 * N)
    chosen = random.choice(3 * N, N, p=(stayed + gone) / (stayed + gone).sum())
    active = random.random(N) < stayed[chosen] / (stayed + gone)[chosen]
    bought = purchases_until_leaving(random, rate[chosen], leaves[chosen], HORIZON) * active

    mean, variance, zero = model.purchase_distribution([x], [tx], [T], HORIZON)
    # draws repeat: allow for the effective number of them
    assert bought.mean() == pytest.approx(mean[0], rel=0.03)
    assert bought.var() == pytest.approx(variance[0], rel=0.08)
    assert (bought == 0).mean() == pytest.approx(zero[0], abs=0.01)
    assert active.mean() == pytest.approx(model.p_alive([x], [tx], [T])[0], abs=0.01)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("kind", [BetaGeoModel, ModifiedBetaGeoModel])
def test_beta_models_from_the_exact_posterior_of_the_active(kind, history) -> None:
    x, tx, T = history
    model, random = kind(), np.random.default_rng(6)
    model.params_ = {"r": 1.2, "alpha": 9.0, "a": 0.8, "b": 2.5}
    rate = random.gamma(1.2 + x, 1 / (9.0 + T), N)
    leaves = random.beta(0.8, 2.5 + x + (kind is ModifiedBetaGeoModel), N)
    active = random.random(N) < model.p_alive([x], [tx], [T])[0]
    bought = purchases_until_leaving(random, rate, leaves, HORIZON) * active

    assert_as_simulated(model.purchase_distribution([x], [tx], [T], HORIZON), bought)


@pytest.mark.parametrize("s", [0.7, 1.0, 2.0, 3.5])
@pytest.mark.parametrize("history", HISTORIES)
def test_pareto(history, s) -> None:
    x, tx, T = history
    model, random = ParetoNBDModel(), np.random.default_rng(7)
    model.params_ = {"r": 0.9, "alpha": 9.0, "s": s, "beta": 14.0}
    rate = random.gamma(0.9 + x, 1 / (9.0 + T), N)
    stay = random.exponential(1 / random.gamma(s, 1 / (14.0 + T), N))
    active = random.random(N) < model.p_alive([x], [tx], [T])[0]
    bought = random.poisson(rate * np.minimum(stay, HORIZON)) * active

    assert_as_simulated(model.purchase_distribution([x], [tx], [T], HORIZON), bought)


@pytest.mark.parametrize("kind", [BetaGeoModel, ModifiedBetaGeoModel, ParetoNBDModel])
def test_a_horizon_per_customer(kind) -> None:
    model = kind()
    model.params_ = dict(zip(kind.names, (0.9, 9.0, 0.8, 12.0), strict=True))
    x, tx, T = (np.array(c) for c in zip(*HISTORIES, strict=True))
    horizons = np.array([1.0, 5.0, 25.0, 100.0])

    for many, one in zip(
        model.purchase_distribution(x, tx, T, horizons),
        zip(
            *(model.purchase_distribution([x[i]], [tx[i]], [T[i]], horizons[i]) for i in range(4)),
            strict=True,
        ),
        strict=True,
    ):
        assert many == pytest.approx(np.concatenate(one), rel=1e-12)
    assert (model.expected_purchases(horizons.reshape(2, 2)).shape) == (2, 2)
