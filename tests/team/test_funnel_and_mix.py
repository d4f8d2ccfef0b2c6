"""Limits of chance against counting, and rates at the same mix of deals."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.stats import wilson_interval
from analytics.team_funnel import chance_limits, funnel_curve, outside_chance
from analytics.team_mix import mix_adjusted


def counted_limit(n: int, rate: float, p: float) -> float:
    """Spiegelhalter's recipe, count by count."""
    for r in range(n + 1):
        up_to = stats.binom.cdf(r, n, rate)
        if up_to > p:
            return (r - (up_to - p) / stats.binom.pmf(r, n, rate)) / n
    raise AssertionError


@pytest.mark.parametrize("level", [0.95, 0.998])
@pytest.mark.parametrize("rate", [0.03, 0.5, 0.63])
def test_limits_are_those_of_counting(rate: float, level: float) -> None:
    n = [1, 2, 7, 50, 333]
    edges = ((1 - level) / 2, (1 + level) / 2)
    expected = [[counted_limit(k, rate, p) for k in n] for p in edges]

    found = chance_limits(n, rate, level=level)

    np.testing.assert_allclose(found, np.clip(expected, 0, 1), atol=1e-9)


def test_limits_narrow_and_hold_one_another() -> None:
    found = funnel_curve(2_000, 0.4)

    assert found["closed"].iloc[[0, -1]].tolist() == [1, 2000]
    assert (found["low_998"] <= found["low_95"]).all()
    assert (found["high_95"] <= found["high_998"]).all()
    last = found.iloc[-1]
    half = 1.96 * np.sqrt(0.24 / 2000)
    assert last[["low_95", "high_95"]].tolist() == pytest.approx([0.4 - half, 0.4 + half], abs=5e-4)
    assert np.isnan(chance_limits([0], 0.4, level=0.95)).all()
    assert chance_limits([5, 0], 1.0, level=0.95)[0][0] == 1.0


def test_claims_hold_with_everybody_looked_at() -> None:
    won, closed = [50, 52, 48, 22, 3, 0], [100, 100, 100, 100, 4, 0]
    people = pd.DataFrame({"owner_id": list("abcdef"), "won": won, "closed": closed})

    found = outside_chance(people).set_index("owner_id")

    assert found["verdict"].tolist() == [
        "chance",
        "chance",
        "chance",
        "below",
        "chance",
        "cannot_tell",
    ]
    rate = 175 / 404
    p = min(1, 2 * stats.binom.cdf(22, 100, rate))
    assert found.loc["d", "p_value"] == pytest.approx(p)
    assert found.loc["d", "p_adjusted"] == pytest.approx(5 * p)
    three = 2 * min(stats.binom.sf(2, 4, rate), stats.binom.cdf(3, 4, rate))
    assert found.loc["e", "p_value"] == pytest.approx(three)


def test_a_team_without_differences_makes_few_claims() -> None:
    rng = np.random.default_rng(11)
    claims = 0
    for _ in range(100):
        closed = rng.integers(5, 120, 20)
        people = pd.DataFrame(
            {"owner_id": range(20), "won": rng.binomial(closed, 0.5), "closed": closed}
        )
        claims += int((outside_chance(people)["verdict"] != "chance").any())

    assert claims <= 6  # 5 % of hundred teams; exact tails are on the safe side


def test_with_one_stratum_the_interval_is_wilsons() -> None:
    won, closed = [30, 3, 0, 9], [50, 4, 6, 9]
    people = pd.DataFrame({"owner_id": list("abcd"), "won": won, "closed": closed, "office": "x"})

    found = mix_adjusted(people, ["office"]).set_index("owner_id").sort_index()

    rate = 42 / 69
    low, high = wilson_interval(won, closed)
    expected = np.array(closed) * rate
    np.testing.assert_allclose(found["expected"], expected)
    np.testing.assert_allclose(found["low"], low / rate, atol=1e-9)
    np.testing.assert_allclose(found["high"], high / rate, atol=1e-9)
    np.testing.assert_allclose(found["adjusted"], np.array(won) / np.array(closed), atol=1e-9)


def test_who_has_the_hard_deals_is_not_worse() -> None:
    rows = [  # easy deals are won 80 %, hard ones 20 % by everybody; a has the hard ones
        ("a", "easy", 8, 10), ("a", "hard", 18, 90), ("b", "easy", 72, 90), ("b", "hard", 2, 10),
    ]  # fmt: skip
    people = pd.DataFrame(rows, columns=["owner_id", "size", "won", "closed"])

    found = mix_adjusted(people, ["size"])

    assert found["ratio"].tolist() == pytest.approx([1.0, 1.0])
    assert found["adjusted"].tolist() == pytest.approx([0.5, 0.5])
    assert found["expected"].tolist() == pytest.approx([26, 74])
    assert ((found["low"] < 1) & (found["high"] > 1)).all()
    assert found["alone"].tolist() == [0, 0]


def test_a_stratum_of_ones_own_says_nothing_and_missing_is_one() -> None:
    people = pd.DataFrame(
        {
            "owner_id": ["a", "a", "b", None],
            "office": ["x", None, "x", "x"],
            "won": [5, 1, 15, 9],
            "closed": [20, 10, 20, 9],
        }
    )

    found = mix_adjusted(people, ["office"]).set_index("owner_id")

    assert found.loc["a", "alone"] == 10
    assert found.loc["a", "expected"] == pytest.approx(20 * 0.5 + 1)
    assert found.loc["b", "ratio"] == pytest.approx(1.5)


def test_intervals_hold_the_true_ratio_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    kinds, n = np.tile([0, 1, 2], 1_000), rng.integers(8, 40, 3_000)
    won = rng.binomial(n, np.array([0.2, 0.5, 0.8])[kinds])
    people = pd.DataFrame(
        {"owner_id": np.repeat(np.arange(1_000), 3), "kind": kinds, "won": won, "closed": n}
    )

    found = mix_adjusted(people, ["kind"])

    assert 0.935 <= ((found["low"] <= 1) & (found["high"] >= 1)).mean() <= 0.97


def test_nobody_and_no_strata() -> None:
    nobody = pd.DataFrame({"owner_id": [], "won": [], "closed": []})

    assert mix_adjusted(nobody, []).empty
    assert mix_adjusted(nobody.assign(office=[]), ["office"]).empty
    assert outside_chance(nobody).empty
