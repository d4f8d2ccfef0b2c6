"""The period in progress: where it lands, and its one value in a forecast."""

import numpy as np
import pandas as pd
import pytest

from forecasting import Forecast
from forecasting.hierarchy import TOTAL
from forecasting.landing import levels_with_landing, with_landing
from forecasting.levels import levels
from forecasting.nowcast import Nowcast, nowcast
from forecasting.sales import Known, sales_forecast
from tests.forecasting.made import PLAIN, months, seasonal


@pytest.fixture(scope="module")
def made() -> Forecast:
    return sales_forecast(months(seasonal(48)), 4, "month", candidates=PLAIN)


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

    whole = pd.Series({"yhat": came.sum() + 30, "low_80": came.sum() + 10, "high_80": 9e9})
    landed = levels_with_landing(found, came, whole)

    now = landed.forecast.groupby("member").head(1).set_index("member")
    # Both go on by their forecasts, though a is ahead of its own already.
    share = first["a"] / (first["a"] + first["b"])
    assert now["yhat"].to_dict() == pytest.approx(
        {"a": came["a"] + 30 * share, "b": 30 * (1 - share), TOTAL: came["a"] + 30}
    )
    assert (now["low_95"] >= [came.get(name, came.sum()) for name in now.index]).all()
    assert now.loc[TOTAL, ["low_80", "high_80"]].tolist() == [came.sum() + 10, 9e9]
    sums = landed.forecast.groupby("member")["yhat"].sum()
    assert landed.parts.set_index("member")["yhat"].to_dict() == pytest.approx(sums.to_dict())
    later = landed.forecast.groupby("member").tail(1)
    pd.testing.assert_frame_equal(later, found.forecast.groupby("member").tail(1))
