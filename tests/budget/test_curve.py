"""Curves of spend: planted ones are found, and refused where history cannot carry them."""

import numpy as np
import pandas as pd
import pytest

from analytics.budget_moves import ChannelCurve, curve_frame, move
from analytics.curve_calibration import calibration
from analytics.response_curve import DRAWS, fit_curve, requirements
from analytics.spend_demand import demand_p
from analytics.stats import Floats

HEIGHT, BEND, CARRY = 3_000.0, 400.0, 0.3


def history(rng: np.random.Generator, *, straight: bool = False) -> tuple[Floats, Floats]:
    """Three years of weeks with a planted effect of spend."""
    spend = rng.gamma(2.0, 250.0, 156) * (rng.random(156) < 0.85)
    x, before = np.zeros(156), 0.0
    for week, value in enumerate(spend):
        before = x[week] = (1 - CARRY) * value + CARRY * before
    added = 2.0 * x if straight else HEIGHT * (1 - np.exp(-x / BEND))
    return spend, 1_000 + added + rng.normal(0, 250, 156)


def planted(spend: float) -> float:
    return HEIGHT * (1 - np.exp(-spend / BEND))


def test_a_planted_curve_is_found_and_its_interval_covers_it() -> None:
    """Return at the usual spend, and the change up to a higher one: what a move is made of."""
    rng = np.random.default_rng(3)
    samples, covered, change, bent = 0, 0, 0, 0
    for seed in range(60):
        found = fit_curve(*history(rng), seed=seed)
        if found.verdict == "spend_follows":  # by chance once in a hundred
            continue
        samples += 1
        bent += found.verdict == "curve"
        drawn = [found.heights * -np.expm1(-spend / found.bends) for spend in (500, 800)]
        low, high = np.quantile(drawn[0], [0.025, 0.975])
        covered += low <= planted(500) <= high
        low, high = np.quantile(drawn[1] - drawn[0], [0.025, 0.975])
        change += low <= planted(800) - planted(500) <= high
    assert bent >= 57
    assert samples >= 57
    assert covered / samples >= 0.85
    assert 0.85 <= change / samples <= 0.99
    assert found.height == pytest.approx(HEIGHT, rel=0.15)
    assert found.bend == pytest.approx(BEND, rel=0.3)
    assert found.carry == CARRY
    assert found.heights.shape == found.bends.shape == (DRAWS,)


def test_no_bend_is_claimed_of_a_straight_line() -> None:
    rng = np.random.default_rng(4)
    verdicts = [fit_curve(*history(rng, straight=True), seed=seed).verdict for seed in range(20)]
    assert verdicts.count("line") >= 18
    assert set(verdicts) <= {"line", "curve", "spend_follows"}


def test_spend_that_does_nothing_is_not_credited() -> None:
    """By chance an interval of 95 % leaves nothing out once in forty."""
    rng = np.random.default_rng(5)
    verdicts = [
        fit_curve(history(rng)[0], rng.normal(1_000, 250, 156), seed=seed).verdict
        for seed in range(40)
    ]
    assert verdicts.count("no_effect_seen") >= 37


def unmet(spend: Floats, outcome: Floats) -> list[tuple[str, int]]:
    return [(one.name, one.found) for one in requirements(spend, outcome) if not one.is_met]


def test_what_history_cannot_carry_is_refused() -> None:
    steady = np.full(156, 500.0)
    noise = np.random.default_rng(0).normal(1_000, 1, 156)

    found = fit_curve(steady, noise)
    assert found.verdict == "too_little_data"
    assert found.heights.size == 0
    assert unmet(steady, noise) == [("spread", 100)]
    varied = np.tile([100.0, 300.0], 78)
    assert unmet(varied, noise) == []
    assert unmet(varied[:51], noise[:51]) == [("weeks", 51)]
    seldom = np.where(np.arange(156) < 25, varied, 0.0)
    assert unmet(seldom, np.where(np.arange(156) < 11, 1.0, 0.0)) == [
        ("weeks_spent", 25), ("weeks_outcome", 11),
    ]  # fmt: skip
    assert [name for name, _ in unmet(np.zeros(60), np.zeros(60))] == [
        "weeks_spent", "spread", "weeks_outcome",
    ]  # fmt: skip


def channel(height: float, bend: float, now: float, *, error: float = 0.0, most: float = 1_000.0,
            factor: float = 1.0) -> ChannelCurve:  # fmt: skip
    rng = np.random.default_rng(int(now))
    heights = height * (1 + error * rng.standard_normal(200))
    return ChannelCurve(height, bend, heights, np.full(200, bend), now, most, factor,
                        np.full(200, factor))  # fmt: skip


def test_the_next_unit_by_hand() -> None:
    found = curve_frame(channel(1_000, 500, 100, factor=0.5))

    assert found["is_seen"].sum() == 41
    assert found.loc[found["is_seen"], "spend"].max() == 1_000
    assert found["spend"].max() == 1_250
    at = found[found["spend"] == 500].iloc[0]
    assert at["returned"] == pytest.approx(500 * (1 - np.exp(-1)))
    assert at["marginal"] == pytest.approx(np.exp(-1), rel=0.02)  # 0.5 × 1000 / 500 × e⁻¹
    assert at["low"] == at["high"] == pytest.approx(at["returned"])


def test_moves_by_hand() -> None:
    full, empty = channel(1_000, 200, 900), channel(1_000, 200, 100)
    gained = 1_000 * (np.exp(-0.5) - np.exp(-1.0))
    lost = 1_000 * (np.exp(-4.0) - np.exp(-4.5))

    there = move(full, empty, 100)
    assert (there.verdict, there.spent_from, there.spent_to) == ("more", 800, 200)
    assert there.change == pytest.approx(gained - lost)
    back = move(empty, full, 100)
    assert back.verdict == "less"
    unsure = move(channel(1_000, 200, 300, error=1.0), channel(1_000, 200, 290, error=1.0), 10)
    assert unsure.verdict == "cannot_tell"
    assert unsure.low < 0 < unsure.high
    assert move(full, full, 1).reason == "same"
    assert move(empty, full, 101).reason == "not_there"
    assert move(full, empty, 900).reason == ""
    beyond = move(full, channel(1_000, 200, 100, most=150), 51)
    assert (beyond.verdict, beyond.reason) == ("refused", "beyond")
    assert np.isnan(beyond.change)


def arms(**more: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"campaign_id": "t", "name": "Test", "channel": "email", "arm": ["A", "B", "control"],
         "members": [60, 40, 50], "over": [60, 40, 50], "costed": [60, 40, 50],
         "margin": [300.0, 200.0, 100.0], "margin_sq": [3_000.0, 2_000.0, 800.0],
         "credited": 1_000.0}
    )  # fmt: skip
    return frame.assign(**more)


def test_experiments_say_how_much_of_the_credit_was_caused() -> None:
    found = calibration(arms())

    assert found is not None
    # 100 treated at 5 each, control at 2: 300 caused of 1000 credited
    assert found.factor == pytest.approx(0.3)
    variance = (5_000 - 100 * 25) / 99 / 100 + (800 - 50 * 4) / 49 / 50
    assert found.error == pytest.approx(100 * variance**0.5 / 1_000)
    assert found.campaigns == ("Test",)


@pytest.mark.parametrize(
    "more",
    [{"over": [60, 40, 49]}, {"costed": [60, 39, 50]}, {"credited": 0.0}, {"arm": list("ABC")}],
)
def test_what_is_no_experiment_calibrates_nothing(more: dict[str, object]) -> None:
    assert calibration(arms(**more)) is None


def uneven_weeks(rng: np.random.Generator, times: float) -> tuple[Floats, Floats]:
    """Log-normal spend that goes on from week to week, six peak weeks; the bend at the mean."""
    level, before = np.zeros(156), 0.0
    for week in range(156):
        before = level[week] = 0.6 * before + rng.normal(0, 0.4)
    spend = 1_000 * np.exp(level - 0.125)
    spend[[45, 46, 97, 98, 149, 150]] *= times
    return spend, 3_000 - 3_000 * np.expm1(-spend / spend.mean()) + rng.normal(0, 400, 156)


@pytest.mark.parametrize("times", [1, 8])
def test_a_far_higher_week_moves_no_interval(times: float) -> None:
    """With bends looked for by the highest week, 4 of 100 intervals hold the return at 8."""
    rng = np.random.default_rng(12)
    shown, held = 0, 0
    for seed in range(40):
        spend, outcome = uneven_weeks(rng, times)
        found = fit_curve(spend, outcome, seed=seed)
        if not found.heights.size:
            continue
        shown += 1
        drawn = found.heights * -np.expm1(-1_000 / found.bends)
        low, high = np.quantile(drawn, [0.025, 0.975])
        held += low <= -3_000 * np.expm1(-1_000 / spend.mean()) <= high
    assert shown >= 36
    assert held / shown >= 0.89  # 92 to 97 in 100 of hundreds


def test_a_bend_below_what_was_spent_is_not_told() -> None:
    rng = np.random.default_rng(13)
    spend = rng.gamma(4.0, 250.0, 156) * (rng.random(156) < 0.7)
    found = fit_curve(spend, 1_000 + 2_000 * (spend > 0) + rng.normal(0, 250, 156))
    assert found.verdict == "bend_not_found"
    assert np.isnan(found.height)
    assert found.heights.size == 0


def follows(rng: np.random.Generator, *, rule: bool) -> tuple[Floats, Floats]:
    """Demand goes on from week to week, spend has no effect; by rule it is set by last week's."""
    demand, before = np.zeros(156), 0.0
    for week in range(156):
        before = demand[week] = 0.6 * before + rng.normal()
    outcome = 4_000 + 700 * demand + rng.normal(0, 400, 156)
    spend = 1_000 * np.exp(0.5 * demand + 0.3 * rng.normal(size=156))
    if rule:
        spend = 0.25 * np.append(4_000, outcome[:-1]).clip(200) * np.exp(0.3 * rng.normal(size=156))
    return spend, outcome


def test_spend_that_is_set_by_what_came_back_makes_no_curve() -> None:
    """The other half of these shows no effect to begin with."""
    rng = np.random.default_rng(14)
    verdicts = [fit_curve(*follows(rng, rule=True), seed=seed).verdict for seed in range(25)]
    assert set(verdicts) <= {"spend_follows", "no_effect_seen"}
    assert verdicts.count("spend_follows") >= 8


def test_the_check_of_demand_is_right_of_spend_set_on_its_own() -> None:
    rng = np.random.default_rng(15)
    plain = np.ones((156, 1))
    own = []
    for _ in range(400):
        spend, outcome = uneven_weeks(rng, 1)
        shape = np.column_stack([plain, -np.expm1(-spend / spend.mean())])
        missed = outcome - shape @ np.linalg.lstsq(shape, outcome, rcond=None)[0]
        own.append(demand_p(spend, missed, plain))
    assert 0.02 <= np.mean(np.array(own) < 0.05) <= 0.08
    assert np.isnan(demand_p(spend, 0 * spend, np.eye(156)))
