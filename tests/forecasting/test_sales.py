"""Around a forecast: known periods, totals, campaigns, scenarios, what is kept."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting import Forecast
from forecasting.campaigns import ANY, company_events
from forecasting.drivers import drivers
from forecasting.hierarchy import TOTAL
from forecasting.landing import levels_with_landing, with_landing
from forecasting.levels import OTHER, levels
from forecasting.nowcast import Nowcast, nowcast
from forecasting.period_total import period_total
from forecasting.sales import PROPHET, Known, candidates_for, known_of, sales_forecast
from forecasting.scenarios import Scenario, place_of, scenario_of, with_assumptions
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


def test_the_period_in_progress_lands_where_past_ones_did() -> None:
    days = pd.date_range("2025-01-01", "2025-06-15")
    first_half = np.where(days.day <= 15, 3.0, 1.0)  # 45 of 60 or so by the 15th

    found = nowcast(pd.Series(first_half, days), "month")

    assert found is not None
    assert (found.so_far, found.past) == (45.0, 5)
    shares = [45 / (45 + n - 15) for n in (31, 28, 31, 30, 31)]
    # by half of the days: in 31 days that is 16, in 28 it is 14
    assert found.value == pytest.approx(45 / np.median(shares), rel=0.05)
    assert nowcast(pd.Series(1.0, days[:151]), "month") is None  # May is over
    assert nowcast(pd.Series(1.0, days[:70]), "month") is None  # two past months tell nothing


def halves(*shares: float) -> "pd.Series[float]":
    """Return days of months of 100, of which the first half has ``shares``; the last is half."""
    days = pd.date_range("2024-01-01", periods=len(shares), freq="MS")
    whole = pd.date_range("2024-01-01", days[-1] + pd.Timedelta(days=14))
    found = pd.Series(0.0, whole)
    for day, share in zip(days, shares, strict=True):
        found[day] = 100 * share
        if day != days[-1]:
            found[day + pd.Timedelta(days=25)] = 100 * (1 - share)
    return found


def test_a_band_of_past_shares_holds_the_next_as_often_as_it_says() -> None:
    nine = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7]

    found = nowcast(halves(*nine, 0.5), "month")
    fewer = nowcast(halves(*nine[1:], 0.5), "month")

    assert found is not None
    assert fewer is not None
    # of ten equal periods the last is in eight of ten cases between the extremes of the nine others
    assert (found.low, found.value, found.high) == pytest.approx((50 / 0.7, 100, 50 / 0.3))
    assert (found.past, fewer.past) == (9, 8)
    assert np.isnan([fewer.low, fewer.high]).all()
    # by the others' median: 0.525 below, 0.475 above, 0.5 in the middle
    errors = [abs(s / (0.525 if s < 0.5 else 0.475) - 1) if s != 0.5 else 0 for s in nine]
    assert found.error == pytest.approx(np.mean(errors))
    assert nowcast(halves(*nine, 0.0), "month") is None  # nothing came: that is not 0 of anything


def landed_at(made: Forecast, so_far: float, **given: float) -> tuple[Forecast, float, float]:
    now = Nowcast(
        **{
            "so_far": so_far,
            "value": 200.0,
            "low": 190.0,
            "high": 215.0,
            "share": 0.5,
            "past": 12,
            "error": 0.02,
        }
        | given
    )  # type: ignore[arg-type]  # fields by name
    running = pd.Series([so_far], pd.DatetimeIndex(["2019-01-01"]))
    found, landing = with_landing(made, Known(months(seasonal(48)), running), now)
    assert landing is not None
    return found, landing.weight, landing.value


def test_the_period_in_progress_is_weighted_by_past_errors(made: Forecast) -> None:
    own = made.backtest[(made.backtest["candidate"] == made.chosen) & (made.backtest["step"] == 1)]
    error = (own["yhat"] - own["actual"]).abs().sum() / own["actual"].sum()
    weight = error**2 / (error**2 + 0.02**2)
    series, row = made.forecast.iloc[0], pd.Timestamp("2019-01-01")

    found, weighted, value = landed_at(made, 90.0)

    first = found.forecast.iloc[0]
    assert first["ds"] == row
    assert 0 < weight < 1
    assert weighted == pytest.approx(weight)
    assert first["yhat"] == value == pytest.approx(weight * 200 + (1 - weight) * series["yhat"])
    assert first["low_80"] == pytest.approx(weight * 190 + (1 - weight) * series["low_80"])
    assert first["high_80"] == pytest.approx(weight * 215 + (1 - weight) * series["high_80"])
    assert first["low_95"] <= first["low_80"] <= first["yhat"] <= first["high_80"]
    pd.testing.assert_frame_equal(found.forecast.iloc[1:], made.forecast.iloc[1:])
    untested = Forecast(**{**vars(made), "backtest": made.backtest.iloc[:0]})
    assert landed_at(untested, 90.0)[1] == 0.5  # by days over


def test_without_a_band_of_past_periods_that_of_the_series_moves(made: Forecast) -> None:
    found, _, value = landed_at(made, 90.0, low=np.nan, high=np.nan)

    moved = value - made.forecast.loc[0, "yhat"]
    assert found.forecast.loc[0, "high_80"] == pytest.approx(
        made.forecast.loc[0, "high_80"] + moved
    )


def test_what_has_come_is_not_forecast_away(made: Forecast) -> None:
    running = pd.Series([1000.0], pd.DatetimeIndex(["2019-01-01"]))

    found, landing = with_landing(made, Known(months(seasonal(48)), running), None)

    assert landing is None
    assert (found.forecast.drop(columns="ds").iloc[0] == 1000).all()
    first = landed_at(made, 1000.0)[0].forecast.drop(columns="ds").iloc[0]
    assert (first["yhat"], first.min()) == (1000, 1000)


def test_parts_of_the_period_in_progress_add_up_to_its_value() -> None:
    index = months(seasonal(48)).index
    table = pd.DataFrame({"a": seasonal(48), "b": seasonal(48, seed=1) / 2}, index)
    found = levels(table, 2, "month")
    assert found is not None
    first = found.forecast.groupby("member").head(1).set_index("member")["yhat"]
    came = pd.Series({"a": first["a"] * 2, "b": 0.0})  # more of a than was forecast

    landed = levels_with_landing(found, came, came.sum() + 30)

    now = landed.forecast.groupby("member").head(1).set_index("member")
    assert now["yhat"].to_dict() == pytest.approx(
        {"a": came["a"], "b": 30.0, TOTAL: came["a"] + 30}
    )
    assert (now["low_95"] >= [came.get(name, came.sum()) for name in now.index]).all()
    sums = landed.forecast.groupby("member")["yhat"].sum()
    assert landed.parts.set_index("member")["yhat"].to_dict() == pytest.approx(sums.to_dict())
    later = landed.forecast.groupby("member").tail(1)
    pd.testing.assert_frame_equal(later, found.forecast.groupby("member").tail(1))


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


def test_assumptions_change_what_they_say(made: Forecast) -> None:
    ahead = made.forecast
    base = ahead["yhat"].to_numpy()

    def under(**given: object) -> np.ndarray:
        return with_assumptions(ahead, Scenario("x", **given), "month").to_numpy()  # type: ignore[arg-type]  # fields by name

    assert under() == pytest.approx(base)
    assert under(price=0.1, win_rate=-0.5) == pytest.approx(base * 1.1 * 0.5)
    assert under(growth=0.12) == pytest.approx(base * 1.12 ** (np.arange(1, 5) / 12))
    assert under(extra=7.0, extra_on=date(2019, 2, 14)) == pytest.approx(
        base + np.array([0, 7, 0, 0])
    )
    assert under(
        moved=5.0, moved_from=date(2019, 1, 1), moved_to=date(2019, 4, 1)
    ) == pytest.approx(base + np.array([-5, 0, 0, 5]))
    assert under(extra=-1e6, extra_on=date(2019, 3, 1))[2] == 0  # never below zero


def test_assumptions_leave_what_has_come(made: Forecast) -> None:
    base = made.forecast["yhat"].to_numpy()
    rest = base - np.array([100, 0, 0, 0])

    def under(**given: object) -> np.ndarray:
        one = Scenario("x", **given)  # type: ignore[arg-type]  # fields by name
        return with_assumptions(made.forecast, one, "month", so_far=100.0).to_numpy()

    assert base[0] > 100
    assert under(price=0.1) == pytest.approx(base + 0.1 * rest)
    assert under(growth=0.12)[0] == pytest.approx(100 + rest[0] * 1.12 ** (1 / 12))
    assert under(win_rate=-1.0) == pytest.approx([100, 0, 0, 0])
    assert under(extra=-1e6, extra_on=date(2019, 1, 1))[0] == 100


def test_a_moved_campaign_neither_makes_nor_loses_money(made: Forecast) -> None:
    base = made.forecast["yhat"].to_numpy()

    def under(amount: float, before: date, after: date) -> np.ndarray:
        one = Scenario("x", moved=amount, moved_from=before, moved_to=after)
        return with_assumptions(made.forecast, one, "month", so_far=100.0).to_numpy()

    first, last, beyond = date(2019, 1, 1), date(2019, 4, 1), date(2020, 1, 1)
    rest = base[0] - 100
    assert under(1e9, first, last) == pytest.approx(base + np.array([-rest, 0, 0, rest]))
    assert under(1e9, last, first).sum() == pytest.approx(base.sum())
    assert under(5.0, first, beyond) == pytest.approx(base)
    assert under(5.0, beyond, first) == pytest.approx(base)


def test_an_address_holds_every_digit() -> None:
    one = Scenario("x", 0.1 + 0.2, extra=-1_234_567.89, extra_on=date(2019, 1, 1), moved=1e15 + 1)

    assert scenario_of(one.to_text()) == one
    assert "~-1234567.89~" in one.to_text()
    assert Scenario("x").to_text() == "x~0~0~0~0~~0~~"


def test_a_day_outside_the_periods_is_in_none() -> None:
    days = pd.date_range("2025-01-01", periods=3, freq="MS")

    assert place_of(days, date(2025, 3, 31)) == 2
    assert place_of(days, date(2024, 12, 31)) is None
    assert place_of(days, date(2025, 5, 1)) is None


@pytest.mark.parametrize(
    "text", ["", "a~b", "n~x~0~0~0~~0~~", " ~0~0~0~0~~0~~", "n~nan~0~0~0~~0~~", "n~99~0~0~0~~0~~",
             "n~0~0~0~1~2025-13-01~0~~"],
)  # fmt: skip
def test_an_address_that_is_no_scenario_is_none(text: str) -> None:
    assert scenario_of(text) is None


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
