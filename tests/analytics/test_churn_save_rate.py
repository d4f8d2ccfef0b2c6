"""Save rates measured by lists: by hand, pooled, and in a decision."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.churn_decision import decide
from analytics.churn_save_rate import MeasuredSaveRate, pooled
from analytics.retention_effect import Arm, Effect
from crm_data.errors import BadInputError

NAN = float("nan")


def rate(value: float, error: float) -> MeasuredSaveRate:
    """A save rate whose ratio has the standard error ``error`` on the logarithm."""
    centre, half = log(1 - value), 1.959964 * error
    return MeasuredSaveRate(value, 1 - exp(centre + half), 1 - exp(centre - half))


def effect(left: int, n: int, left_alone: int, m: int) -> Effect:
    """A list: so many of those contacted left, and so many of those held back."""
    return Effect("cannot_tell", Arm(n, n, n - left), Arm(m, m, m - left_alone))


def test_two_lists_are_one_ratio_by_mantel_and_haenszel() -> None:
    found = pooled([effect(10, 100, 20, 100), effect(6, 30, 4, 10)])

    assert found is not None
    # 10 × 100 / 200 + 6 × 10 / 40 over 20 × 100 / 200 + 4 × 30 / 40
    assert found.value == pytest.approx(1 - 6.5 / 13)
    spread = 30 * 100 * 100 / 200**2 - 200 / 200 + 10 * 30 * 10 / 40**2 - 24 / 40
    assert found.error == pytest.approx((spread / (6.5 * 13)) ** 0.5)


def test_one_list_is_its_own_ratio_and_interval() -> None:
    found = pooled([effect(10, 100, 20, 100)])

    assert found is not None
    assert found.value == pytest.approx(0.5)
    assert found.error == pytest.approx((1 / 10 - 1 / 100 + 1 / 20 - 1 / 100) ** 0.5)


def test_a_list_where_nobody_left_counts() -> None:
    """It measures nothing alone; left out, the lists that did best would be left out."""
    perfect, other = effect(0, 50, 10, 50), effect(10, 50, 10, 50)

    assert pooled([perfect]) is None
    both, alone = pooled([perfect, other]), pooled([other])
    assert both is not None
    assert alone is not None
    assert (both.value, alone.value) == (pytest.approx(0.5), pytest.approx(0.0))


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=6))
def test_the_pooled_rate_lies_between(counts: list[tuple[int, int]]) -> None:
    effects = [effect(left, 100, alone, 80) for left, alone in counts]
    found = pooled(effects)

    assert found is not None
    rates = [1 - (left / 100) / (alone / 80) for left, alone in counts]
    assert min(rates) - 1e-9 <= found.value <= max(rates) + 1e-9
    assert found.low < found.value < found.high < 1


def test_what_was_not_measured_is_none() -> None:
    assert pooled([]) is None
    assert pooled([effect(0, 0, 5, 10), effect(5, 10, 0, 0)]) is None
    assert pooled([effect(5, 10, 0, 10)]) is None
    assert pooled([effect(10, 10, 10, 10)]) is None


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
