"""The integral of the Pareto/NBD likelihood: by adaptive quadrature, interpolated, in sums."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate

from analytics.clv_histories import group_histories
from analytics.clv_pareto_integral import leaving_integral, still_there
from analytics.clv_pareto_likelihood import objective_of
from analytics.clv_pareto_pairs import Pairs

PLACES = [
    (0.553, 10.58, 0.606, 11.67),
    (1.13, 93.6, 1.39, 462.0),
    (0.05, 4.0, 20.0, 0.9),
    (30.0, 300.0, 0.01, 2.0),
    (0.5, 10.0, 0.6, 10.0),
]


@pytest.mark.parametrize("place", [*PLACES, (0.3, 1e-3, 0.2, 500.0), (60.0, 900.0, 0.05, 1e-3)])
def test_the_integral_is_that_of_adaptive_quadrature(place) -> None:
    """In v = ln(least + u), relative to the value at the beginning: no overflow, no 2F1."""
    r, alpha, s, beta = place
    least = min(alpha, beta)
    x, t = np.array([0.0, 0.0, 1.0, 4.0, 40.0, 300.0]), np.array([0.0, 30.0, 7.0, 70.0, 1.0, 365.0])

    for purchases, start, found in zip(
        x, t, leaving_integral(np.array(place), x, t)[0], strict=True
    ):

        def relative(v: float, power=r + purchases, start=start) -> float:
            more = (least + start) * np.expm1(v)
            logs = -power * np.log1p(more / (alpha + start))
            return float(np.exp(logs - (s + 1) * np.log1p(more / (beta + start)) + v))

        knots = np.concatenate(([0.0], np.logspace(-4, np.log10(60 / min(s + r, 1)), 40)))
        area = sum(
            integrate.quad(relative, low, high, epsabs=0, epsrel=1e-12)[0]
            for low, high in pairwise(knots)
        )
        logs = np.log(s * area * (least + start))
        logs -= (r + purchases) * np.log(alpha + start) + (s + 1) * np.log(beta + start)
        assert found == pytest.approx(logs, abs=1e-11)


@pytest.mark.parametrize("place", PLACES)
def test_between_the_points_it_is_interpolated_to_twelve_digits(place) -> None:
    random = np.random.default_rng(7)
    x = random.permutation(np.repeat([0.0, 1.0, 7.0, 60.0, 3.0], [150, 200, 150, 900, 4]))
    t = min(place[1], place[3]) * np.expm1(3.0 * random.random(len(x)))
    t[:3] = 0.0
    pairs = Pairs(x, t)

    value, score, second = pairs.integral(np.array(place))
    expected = leaving_integral(np.array(place), pairs.x, pairs.t)
    assert (pairs.x[pairs.inverse] == x).all()
    assert (pairs.t[pairs.inverse] == t).all()
    assert np.abs(value - expected[0]).max() < 4e-12
    for found, known in ((score, expected[1]), (second, expected[2])):
        assert (np.abs(found - known) / np.abs(known).max(axis=1)[:, None]).max() < 1e-11
    assert pairs.log_integral(np.array(place)) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("place", PLACES)
def test_the_likelihood_is_the_sum_over_customers(place) -> None:
    """As the definition says, one customer at a time: F(x, T) + G(x, t_x) - G(x, T)."""
    random = np.random.default_rng(5)
    x = random.integers(0, 4, 400)
    age = random.integers(20, 60, 400) / 1.0
    tx = np.where(x > 0, np.ceil(age * random.random(400)), 0.0)
    at, purchases = np.array(place), x.astype(float)
    there = still_there(at, purchases, age)[0]
    first, last = (leaving_integral(at, purchases, when)[0] for when in (tx, age))
    each = there + np.log(1.0 + np.exp(first - there) - np.exp(last - there))
    r, alpha, s, beta = place
    rising = sum(np.log(r + np.arange(count)).sum() for count in x)
    total = each.sum() + rising + 400 * (r * np.log(alpha) + s * np.log(beta))

    assert objective_of(group_histories(x, tx, age))(np.log(at))[0] == pytest.approx(
        total / 400, rel=1e-11
    )
