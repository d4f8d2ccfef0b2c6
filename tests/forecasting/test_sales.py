"""Around a forecast: known periods, totals, campaigns, what is kept."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting import Forecast
from forecasting.campaigns import ANY, company_events
from forecasting.drivers import drivers
from forecasting.levels import OTHER, levels
from forecasting.period_total import period_total
from forecasting.sales import PROPHET, Known, candidates_for, known_of, sales_forecast
from forecasting.shopping import BEFORE_FESTIVAL, with_shopping
from forecasting.stored import ahead_rows, backtest_rows, choice_of, from_stored
from tests.forecasting.made import PLAIN, months, seasonal


@pytest.fixture(scope="module")
def made() -> Forecast:
    return sales_forecast(months(seasonal(48)), 4, "month", candidates=PLAIN)


def test_partial_periods_at_both_ends_are_not_history() -> None:
    days = pd.date_range("2025-01-01", periods=4, freq="MS")
    found = pd.DataFrame(
        {"period_on": days, "value": [1.0, 5, 6, 2], "is_complete": [False, True, True, False]}
    )

    known = known_of(found)

    assert known.over.to_dict() == {days[1]: 5, days[2]: 6}
    assert known.running.to_dict() == {days[3]: 2}


def test_a_first_period_in_progress_is_no_history() -> None:
    found = pd.DataFrame({"period_on": [pd.Timestamp("2025-01-01")], "value": [3.0],
                          "is_complete": [False]})  # fmt: skip

    known = known_of(found)

    assert known.over.empty
    assert known.running.tolist() == [3.0]


def test_prophet_needs_its_years() -> None:
    assert set(PROPHET) <= set(candidates_for(36, "month"))
    assert not set(PROPHET) & set(candidates_for(35, "month"))


def test_a_period_is_what_came_and_what_is_ahead(made: Forecast) -> None:
    values = months(seasonal(48))  # to December 2018
    so_far = pd.Series([1000.0], pd.DatetimeIndex(["2019-01-01"]))
    total = period_total(Known(values, so_far), made, date(2018, 11, 1), date(2019, 3, 1))

    # January has come to more than was forecast of it, and is not forecast away
    ahead = made.forecast.set_index("ds")
    expected = values.iloc[-2:].sum() + 1000 + ahead.loc["2019-02-01", "yhat"]
    assert total.value == pytest.approx(expected)
    assert total.so_far == pytest.approx(values.iloc[-2:].sum() + 1000)
    assert total.low <= total.value <= total.high
    months_before = values[["2017-11-01", "2017-12-01", "2018-01-01", "2018-02-01"]]
    assert total.before == pytest.approx(months_before.sum())


def test_a_period_that_is_not_reached_has_no_number(made: Forecast) -> None:
    nothing = pd.Series(dtype="float64", index=pd.DatetimeIndex([]))
    known = Known(months(seasonal(48)), nothing)

    too_far = period_total(known, made, date(2019, 1, 1), date(2019, 7, 1))
    not_whole = period_total(known, made, date(2019, 1, 15), date(2019, 3, 1))
    assert np.isnan([too_far.value, not_whole.value]).all()
    assert (too_far.is_reached, not_whole.is_reached) == (False, True)


def test_campaigns_that_cannot_be_told_from_the_season_are_left_to_it() -> None:
    plans = pd.DataFrame(
        [("Same 2023", "2023-05-01", "2023-05-09"), ("Same 2024", "2024-05-02", "2024-05-09"),
         ("Moving 2023", "2023-02-01", "2023-02-05"), ("Moving 2024", "2024-09-01", "2024-09-05"),
         ("Once", "2024-07-01", "2024-07-05"), ("Next", "2024-12-24", "2024-12-28")],
        columns=["name", "start_on", "end_on"],
    )  # fmt: skip
    plans = plans.assign(**{n: pd.to_datetime(plans[n]) for n in ("start_on", "end_on")})

    by_day = company_events(plans, "day", "", date(2024, 12, 20)).promotions
    by_month = company_events(plans, "month", "", date(2024, 12, 20)).promotions

    assert sorted(by_day["name"]) == ["Moving", "Moving", ANY, ANY]
    assert set(by_month["name"]) == {ANY}
    assert len(by_month) == 4
    # what is yet to come is known from the last period that is over on, not before
    assert by_month["known_on"].max() == pd.Timestamp("2024-11-30")
    assert by_day["known_on"].max() == pd.Timestamp("2024-12-20")


def test_shopping_before_the_festival_moves_with_it() -> None:
    days = pd.DataFrame({"day": pd.to_datetime(["2025-01-29", "2025-01-30"]),
                         "name": ["Chinese New Year"] * 2})  # fmt: skip

    found = with_shopping(days, "CN")

    before = found.loc[found["name"] == BEFORE_FESTIVAL, "day"]
    assert (before.min(), before.max()) == (pd.Timestamp("2025-01-08"), pd.Timestamp("2025-01-28"))
    assert (found["name"] == "Double Eleven").sum() == 11
    assert with_shopping(days, "US") is days


def test_drivers_are_read_from_components() -> None:
    index = pd.date_range("2022-01-01", periods=36, freq="MS", name="ds")
    november = np.where(index.month == 11, 0.5, 0.0)
    trend = pd.Series(100.0 + np.arange(36), index)
    parts = pd.DataFrame({"trend": trend, "yearly": trend * 0.1, "holiday: sale": trend * november})
    parts.insert(0, "yhat", parts.sum(axis=1))

    found = drivers(parts, parts["yhat"].iloc[:30], "month")

    by_month = found.months.set_index("month")
    assert by_month.loc[11, ["season", "holidays", "total"]].tolist() == pytest.approx(
        [0.1, 0.5, 0.6]
    )
    assert by_month.loc[6, "total"] == pytest.approx(0.1)
    assert found.growth == pytest.approx(129 / 117 - 1)
    assert found.events.to_dict("records") == [
        {"name": "sale", "kind": "holidays", "effect": pytest.approx(0.5), "periods": 2}
    ]
    assert found.trend["actual"].notna().sum() == 30


def test_no_event_takes_more_than_all_and_those_hardly_seen_come_last() -> None:
    index = pd.date_range("2022-01-01", periods=40, freq="MS", name="ds")
    trend = pd.Series(100.0, index)
    twice, often = np.zeros(40), np.zeros(40)
    twice[[3, 15]], often[4:10] = -1.4, 0.2
    parts = pd.DataFrame({"holiday: eve": trend * twice, "holiday: sale": trend * often})
    parts.insert(0, "trend", trend)
    parts.insert(0, "yhat", parts.sum(axis=1))

    found = drivers(parts, parts["yhat"], "month")

    assert found.events[["name", "effect", "periods"]].to_numpy().tolist() == [
        ["sale", pytest.approx(0.2), 6], ["eve", -1.0, 2],
    ]  # fmt: skip


def test_parts_add_up_and_small_ones_are_together() -> None:
    index = months(seasonal(48)).index
    table = pd.DataFrame(
        {"a": seasonal(48), "b": seasonal(48, seed=1) / 2, "c": seasonal(48, seed=2) / 50}, index
    )
    table["new"] = np.where(np.arange(48) > 45, 3.0, 0.0)

    found = levels(table, 3, "month", most=2)

    assert found is not None
    assert found.parts["member"].tolist() == ["total", "a", "b", OTHER]
    assert found.parts["members"].tolist() == [1, 1, 1, 2]
    by_period = found.forecast.pivot(index="ds", columns="member", values="yhat")
    parts = by_period.drop(columns="total").sum(axis=1)
    assert parts.to_numpy() == pytest.approx(by_period["total"].to_numpy(), abs=1e-9)
    assert set(found.errors["level"]) == {"total", "parts"}
    assert levels(table[["a"]], 3, "month") is None


def test_what_is_kept_gives_the_same_forecast_back(made: Forecast) -> None:
    values = months(seasonal(48)).round(4)
    ahead, tests = ahead_rows(made).sample(frac=1, random_state=1), backtest_rows(made)

    again = from_stored(values, "month", ahead, tests, choice_of(made))

    assert again is not None
    pd.testing.assert_frame_equal(again.forecast, made.forecast)
    pd.testing.assert_frame_equal(again.coverage, made.coverage)
    by_name = [one.scores.sort_values("candidate", ignore_index=True) for one in (again, made)]
    pd.testing.assert_frame_equal(*by_name)
    assert (again.chosen, again.reason, again.notes) == (made.chosen, made.reason, made.notes)
    assert from_stored(values * 1.1, "month", ahead, tests, choice_of(made)) is None
    assert from_stored(values.iloc[1:], "month", ahead, tests, choice_of(made)) is None
