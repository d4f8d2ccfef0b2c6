"""The forecast of a period: exact sums, draws against convolution, faults of rivals."""

import itertools
import time
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_data.errors import UsageError
from forecasting import pipeline_forecast
from forecasting.draws import drawn_totals, gamma_totals
from forecasting.lead_times import lead_of, stretch_of
from forecasting.new_business import new_business

DAY, END = date(2026, 2, 10), date(2026, 4, 1)
DEAL = st.tuples(st.integers(1, 9), st.sampled_from([0.0, 0.1, 0.35, 0.5, 0.8, 1.0]))


def deals(*rows: dict[str, Any]) -> pd.DataFrame:
    empty = {"amount": None, "outcome": None, "closed_on": None, "forecast_category": None}
    return pd.DataFrame(
        [{**empty, "opportunity_id": f"d{number}", **row} for number, row in enumerate(rows)]
    )


def opened(*pairs: tuple[float | None, float | None], **more: Any) -> pd.DataFrame:
    return deals(*({"amount": amount, "chance": chance, **more} for amount, chance in pairs))


def exact(pairs: list[tuple[int, float]]) -> dict[float, float]:
    """The whole distribution, one deal after the other."""
    found = {0.0: 1.0}
    for amount, chance in pairs:
        then: dict[float, float] = {}
        for (total, share), (add, part) in itertools.product(
            found.items(), ((amount, chance), (0, 1 - chance))
        ):
            then[total + add] = then.get(total + add, 0.0) + share * part
        found = then
    return found


@settings(max_examples=25, deadline=None)
@given(st.lists(DEAL, min_size=1, max_size=9))
def test_expected_is_the_sum_and_quantiles_are_those_of_the_convolution(
    pairs: list[tuple[int, float]],
) -> None:
    found = pipeline_forecast(opened(*pairs), DAY, END)
    assert found.expected == pytest.approx(sum(a * p for a, p in pairs), rel=1e-12, abs=1e-12)
    share = pd.Series(exact(pairs)).sort_index().cumsum()
    for at, drawn in ((0.1, found.p10), (0.5, found.p50), (0.9, found.p90)):
        # Four standard errors of a share of 10,000 draws on either side.
        low, high = (share[share >= at + error].index for error in (-0.02, 0.0199))
        assert low[0] <= drawn <= (high[0] if len(high) else share.index[-1])
    variance = sum(a * a * p * (1 - p) for a, p in pairs)
    assert found.deviation == pytest.approx(variance**0.5)
    assert found.chance_of(0) == 1.0


def test_what_is_won_is_certain_and_what_is_lost_counts_nothing() -> None:
    some = deals(
        {"amount": 50, "outcome": "won", "closed_on": "2026-02-03", "chance": 0.1},
        {"amount": 70, "outcome": "won", "closed_on": "2025-12-31", "chance": 0.9},  # before
        {"amount": 90, "outcome": "won", "closed_on": "2026-02-11", "chance": 0.9},  # after the day
        {"amount": 30, "outcome": "won", "chance": 0.9},
        {"amount": 100, "chance": 0.5, "forecast_category": "commit"},
    )
    found = pipeline_forecast(some, DAY, END)
    assert (found.won, found.open_expected, found.expected, found.undated) == (50, 50, 100, 1)
    assert (found.p10, found.p90) == (50, 150)
    lost = deals({"amount": 1000, "outcome": "lost", "chance": 1.0, "forecast_category": "commit"})
    both = pipeline_forecast(pd.concat([some, lost]), DAY, END)
    assert (both.expected, both.p90, len(both.per_deal)) == (100, 150, 1)
    assert found.by_category["expected"].sum() == pytest.approx(found.expected)
    assert found.by_category["category"].tolist() == ["won", "commit"]
    assert (found.chance_of(150), found.chance_of(float("nan"))) == (
        pytest.approx(0.5, abs=0.02), pytest.approx(float("nan"), nan_ok=True),
    )  # fmt: skip


def test_what_is_not_known_is_counted_and_not_zero() -> None:
    found = pipeline_forecast(opened((100, None), (None, 0.5), (40, 0.5)), DAY, END)
    assert (found.expected, found.unvalued, found.untold) == (20, 1, 1)
    assert found.per_deal["contribution"].tolist()[0] == 20
    assert found.per_deal["contribution"].isna().sum() == 2
    untold = pipeline_forecast(opened((100, None)), DAY, END)
    assert np.isnan([untold.expected, untold.p10, untold.p50, untold.p90]).all()
    assert np.isnan(pipeline_forecast(opened((1, 0.5)).iloc[:0], DAY, END).expected)


def test_a_probability_is_for_ever_and_the_past_says_how_much_of_it_is_in_time() -> None:
    # Of 30 deals won, 10 took 20 days and 20 took 90; 30 were lost on day 60.
    ends = [(20, "won")] * 10 + [(90, "won")] * 20 + [(60, "lost")] * 30
    made = pd.Timestamp("2025-01-01")
    past = [
        {"amount": 1, "outcome": outcome, "created_on": made,
         "closed_on": made + pd.Timedelta(days=d)}
        for d, outcome in ends
    ]  # fmt: skip
    fresh = {"amount": 600, "created_on": DAY, "win_probability": 0.9}
    plain = {"amount": 600, "created_on": DAY}
    found = pipeline_forecast(deals(*past, fresh, plain), DAY, END).per_deal  # 49 days are left
    assert found["probability"].tolist() == pytest.approx([0.9 / 3, 1 / 6])
    assert found["basis"].tolist() == ["timed", "age"]
    # In the quarter after, the others: later than 49 days and within 140.
    after = pipeline_forecast(deals(*past, plain), DAY, "2026-07-01", period_start=END)
    assert after.per_deal["probability"].tolist() == pytest.approx([1 / 3])


def test_without_a_past_a_probability_counts_where_the_deal_is_due() -> None:
    rows = [{"amount": 10, "probability": 0.5, "expected_close_on": day}
            for day in ("2026-03-31", "2026-04-01", None)]  # fmt: skip
    found = pipeline_forecast(deals(*rows, {"amount": 10}), DAY, END)
    assert found.expected == 10
    assert found.per_deal["basis"].tolist() == ["due", "due", "due", "none"]


def test_new_business_is_a_part_of_its_own() -> None:
    windows = pd.DataFrame({"won": [100.0, *[10.0, 20.0, 30.0] * 3][:9]})
    new = new_business(windows)
    assert new is not None
    assert (new.windows, new.expected) == (8, pytest.approx(windows["won"][1:].mean()))
    found = pipeline_forecast(opened((100, 0.5)), DAY, END, new=new)
    assert found.expected == pytest.approx(50 + new.expected)
    assert found.by_category["category"].fillna("-").tolist() == ["won", "-", "new_business"]
    drawn = gamma_totals(20.0, 8.0, draws=50_000)
    assert (drawn.mean(), drawn.std()) == (pytest.approx(20, rel=0.02), pytest.approx(8, rel=0.03))
    assert (drawn > 0).all()
    assert new_business(windows[:2]) is None
    assert np.isnan(pipeline_forecast(opened((100, 0.5)), DAY, END).new_expected)


def test_stretched_bands_stay_above_what_is_won() -> None:
    won = deals({"amount": 50, "outcome": "won", "closed_on": "2026-02-03"})
    some = pd.concat([won, opened((100, 0.5), (100, 0.5), (100, 0.5))])
    plain, wide = (pipeline_forecast(some, DAY, END, stretch=by) for by in (1.0, 2.0))
    assert (plain.p10, plain.p90, wide.p10, wide.p90) == (50, 350, 50, 500)
    assert (wide.expected, wide.stretch) == (plain.expected, 2.0)
    assert wide.deviation == 2 * plain.deviation
    assert stretch_of(np.array([0.1, -0.2])) == 1.0
    assert stretch_of(np.array([3.0, -3.0, np.nan])) == pytest.approx(((4 + 18) / 6) ** 0.5)
    assert [lead_of(days) for days in (100, 70, 60, 43, 41, 10, 0)] == [12, 12, 8, 8, 4, 1, 1]


def test_the_same_seed_gives_the_same_draws_and_inputs_stay_as_they_are() -> None:
    some = opened((3, 0.3), (5, 0.5))
    before = some.copy()
    one, two = (pipeline_forecast(some, DAY, END, seed=4) for _ in range(2))
    assert (one.totals == two.totals).all()
    pd.testing.assert_frame_equal(some, before)


def test_many_small_deals_are_drawn_as_a_sum() -> None:
    rng = np.random.default_rng(1)
    amount, chance = rng.lognormal(3, 1, 3000), rng.random(3000)
    alone, most = (drawn_totals(amount, chance, most=n, seed=2) for n in (4000, 500))
    assert np.quantile(most, [0.1, 0.5, 0.9]) == pytest.approx(
        np.quantile(alone, [0.1, 0.5, 0.9]), rel=0.004
    )


def test_ten_thousand_draws_of_thousands_of_deals_take_under_a_second() -> None:
    rng = np.random.default_rng(1)
    many = pd.DataFrame({"opportunity_id": range(4000), "amount": rng.lognormal(8, 1, 4000),
                         "outcome": None, "chance": rng.random(4000)})  # fmt: skip
    start = time.process_time()
    pipeline_forecast(many, DAY, END)
    assert time.process_time() - start < 1


def test_questions_that_cannot_be_answered_say_why() -> None:
    with pytest.raises(UsageError, match="is empty"):
        pipeline_forecast(opened((1, 0.5)), DAY, END, period_start=END)
    with pytest.raises(UsageError, match="no column outcome"):
        pipeline_forecast(opened((1, 0.5)).drop(columns="outcome"), DAY, END)
