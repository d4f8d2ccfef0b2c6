"""Save rates measured by lists: by hand, pooled, and in a decision."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.churn_decision import decide
from analytics.churn_save_rate import MeasuredSaveRate, measured_rate, pooled
from analytics.retention_effect import Arm, Effect
from crm_data.errors import BadInputError

NAN = float("nan")


def rate(value: float, error: float) -> MeasuredSaveRate:
    """A save rate whose ratio has the standard error ``error`` on the logarithm."""
    centre, half = log(1 - value), 1.959964 * error
    return MeasuredSaveRate(value, 1 - exp(centre + half), 1 - exp(centre - half))


def effect(value: float, low: float, high: float) -> Effect:
    arm = Arm(10, 10, 5)
    return Effect("cannot_tell", arm, arm, save_rate=value, save_rate_low=low, save_rate_high=high)


def test_two_rates_are_weighted_by_how_exactly_they_are_known() -> None:
    # Weights 1 / 0.1² and 1 / 0.2²: four to one.
    found = pooled([rate(0.4, 0.1), rate(0.1, 0.2)])

    assert found is not None
    assert found.value == pytest.approx(1 - 0.6**0.8 * 0.9**0.2)
    assert found.error == pytest.approx((1 / (100 + 25)) ** 0.5)
    assert pooled([]) is None


@given(st.lists(st.tuples(st.floats(-0.5, 0.9), st.floats(0.01, 0.5)), min_size=1, max_size=6))
def test_the_pooled_rate_lies_between_and_is_known_better(
    given_: list[tuple[float, float]],
) -> None:
    rates = [rate(value, error) for value, error in given_]
    found = pooled(rates)

    assert found is not None
    assert min(r.value for r in rates) - 1e-9 <= found.value <= max(r.value for r in rates) + 1e-9
    assert found.error <= min(r.error for r in rates) + 1e-9
    assert found.low < found.value < found.high < 1


def test_what_was_not_measured_is_none() -> None:
    assert measured_rate(effect(0.2, 0.1, 0.3)) == MeasuredSaveRate(0.2, 0.1, 0.3)
    assert measured_rate(effect(-0.2, -0.5, 0.1)) == MeasuredSaveRate(-0.2, -0.5, 0.1)
    for one in (effect(NAN, NAN, NAN), effect(1.0, NAN, NAN), effect(0.2, NAN, 0.3)):
        assert measured_rate(one) is None


def test_draws_are_the_interval_and_may_be_below_zero() -> None:
    one = MeasuredSaveRate(0.2, -0.1, 1 - 0.64 / 1.1)
    drawn = one.draws(np.random.default_rng(1), 40_000)

    assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx(
        [one.low, one.value, one.high], abs=0.01
    )


def test_a_rate_that_may_be_zero_may_lose_the_money() -> None:
    p = np.full(200, 0.5)
    sure = decide(p, 100.0, offer_cost=5.0, save_rate=rate(0.2, 0.02))
    unsure = decide(p, 100.0, offer_cost=5.0, save_rate=rate(0.2, 0.2))
    harm = decide(p, 100.0, offer_cost=5.0, save_rate=rate(-0.1, 0.1))

    assert (sure.verdict, unsure.verdict) == ("contact", "uncertain")
    assert sure.gain == unsure.gain == pytest.approx(200 * (0.2 * 50 - 5))
    assert unsure.gain_low < -200 * 5 / 2
    assert (harm.verdict, harm.best_n, harm.threshold) == ("no_contact_pays", 0, float("inf"))


def test_bounds() -> None:
    for value, low, high in ((0.2, 0.3, 0.4), (0.2, 0.1, 1.0), (0.2, NAN, 0.4)):
        with pytest.raises(BadInputError, match="save rate"):
            MeasuredSaveRate(value, low, high)
