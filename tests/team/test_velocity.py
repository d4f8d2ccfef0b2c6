"""Velocity by hand, and its interval against drawing deal by deal."""

import time

import numpy as np
import pandas as pd
import pytest

from analytics import velocity as module
from analytics.velocity import velocity


def deals(won: list[float], lost: int, days: list[int]) -> pd.DataFrame:
    created = pd.Timestamp("2025-01-01")
    closed = [created + pd.Timedelta(days=day) for day in days] + [created] * lost
    return pd.DataFrame(
        {
            "outcome": ["won"] * len(won) + ["lost"] * lost,
            "amount": won + [1e6] * lost,
            "created_on": created,
            "closed_on": pd.Series(closed, dtype="datetime64[us]"),
        }
    )


def many(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    won = int(0.6 * n)
    return deals(rng.lognormal(7, 1, won).tolist(), n - won, rng.integers(1, 90, won).tolist())


def test_by_hand_and_of_the_same_deals() -> None:
    found = velocity(deals([100.0, 300.0], 6, [10, 30]), 12)
    with_open = pd.concat(
        [deals([100.0, 300.0], 6, [10, 30]), deals([9e9], 0, [1]).assign(outcome=None)]
    )

    # 12 open deals x 25 % x 200 / 20 days.
    assert found.parts["value"].tolist() == pytest.approx([30, 0.25, 200, 20])
    assert found.parts[["low", "high"]].isna().all(axis=None)  # two deals tell no spread
    assert (found.opened, found.closed, found.won) == (12, 8, 2)
    pd.testing.assert_frame_equal(velocity(with_open, 12).parts, found.parts)


def test_a_day_is_a_day_however_long_the_period() -> None:
    """The same business for twice as long: twice the deals closed, as many open at its end."""
    quarter = many(200)
    half_year = pd.concat([quarter, quarter])

    short, long = velocity(quarter, 80).parts, velocity(half_year, 80).parts

    pd.testing.assert_series_equal(long["value"], short["value"])
    assert (long["high"] - long["low"] < short["high"] - short["low"]).all()  # more is known
    assert velocity(quarter, 160).parts["value"].iloc[0] == pytest.approx(2 * short.iloc[0, 0])


def test_with_nothing_open_nothing_comes() -> None:
    speed = velocity(many(50), 0).parts.loc["velocity"]
    assert speed.tolist() == [0, 0, 0]


def test_what_is_not_known_is_in_no_mean() -> None:
    found = velocity(deals([100.0, np.nan, 300.0], 1, [10, 20, -3]), 4)

    assert found.parts["value"].tolist() == pytest.approx([4 * 0.75 * 200 / 15, 0.75, 200, 15])
    assert (found.without_amount, found.without_days) == (1, 1)


@pytest.mark.parametrize(
    "closed", [deals([], 4, []), deals([5.0], 0, [0]), deals([np.nan], 1, [3]), deals([], 0, [])]
)
def test_without_wins_days_or_amounts_it_cannot_be_told(closed: pd.DataFrame) -> None:
    assert velocity(closed, 3).parts.loc["velocity"].isna().all()


def test_the_interval_is_that_of_drawing_deals() -> None:
    closed = many(200)
    days = (closed["closed_on"] - closed["created_on"]).dt.days.to_numpy()
    rng = np.random.default_rng(9)
    is_won, amount = (closed["outcome"] == "won").to_numpy(), closed["amount"].to_numpy()
    drawn = rng.integers(0, 200, (4000, 200))
    value = (is_won[drawn] * amount[drawn]).sum(1) * is_won[drawn].sum(1)
    expected = np.quantile(value / (is_won[drawn] * days[drawn]).sum(1), [0.025, 0.975])

    found = velocity(closed, 200, resamples=4000).parts

    ends = ["low", "high"]
    np.testing.assert_allclose(found.loc["velocity", ends].to_numpy(float), expected, rtol=0.03)
    rates = np.quantile(is_won[drawn].mean(1), [0.025, 0.975])
    np.testing.assert_allclose(found.loc["win_rate", ends].to_numpy(float), rates, atol=0.006)


def test_of_many_deals_the_normal_sums_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = many(4_000)

    quick = velocity(closed, 4_000).parts
    monkeypatch.setattr(module, "MOST_DRAWN", 10_000)
    drawn = velocity(closed, 4_000).parts

    np.testing.assert_allclose(quick, drawn, rtol=0.02)
    assert not quick.equals(drawn)


def test_the_same_deals_give_the_same_interval() -> None:
    pd.testing.assert_frame_equal(velocity(many(50), 9).parts, velocity(many(50), 9).parts)


@pytest.mark.parametrize("n", [800, 5_000])
def test_two_thousand_resamples_take_less_than_a_tenth_of_a_second(n: int) -> None:
    closed = many(n)
    took = []
    for _ in range(5):
        before = time.process_time()
        velocity(closed, n)
        took.append(time.process_time() - before)

    assert min(took) < 0.1
