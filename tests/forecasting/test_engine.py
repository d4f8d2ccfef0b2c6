"""One series from dates to a forecast, and series that cannot be modelled."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_data.errors import BadInputError
from forecasting import Options, forecast
from tests.forecasting.made import PLAIN, months, seasonal

COLUMNS = ["ds", "yhat", "low_80", "high_80", "low_95", "high_95"]


def test_what_a_forecast_consists_of() -> None:
    made = forecast(months(seasonal(72)), 6, "month", candidates=PLAIN)

    assert list(made.forecast) == COLUMNS
    assert (
        made.forecast["ds"].tolist() == pd.date_range("2021-01-01", periods=6, freq="MS").tolist()
    )
    assert made.chosen == "mean"
    assert set(made.candidates["candidate"]) == set(PLAIN)
    assert set(made.backtest["candidate"]) == set(PLAIN)
    assert made.scores["candidate"].iloc[0] in PLAIN
    assert made.scores["mase"].is_monotonic_increasing
    assert made.coverage["level"].tolist() == [0.8, 0.95]
    row = made.forecast.iloc[3]
    assert row["low_95"] < row["low_80"] < row["yhat"] < row["high_80"] < row["high_95"]
    expected = (seasonal(78, noise=0))[72:]
    assert made.forecast["yhat"].to_numpy() == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("frequency", ["day", "week", "month", "quarter"])
def test_every_frequency(frequency: str) -> None:
    alias = {"day": "D", "week": "W-MON", "month": "MS", "quarter": "QS"}[frequency]
    dates = pd.date_range("2020-01-06" if frequency == "week" else "2020-01-01", periods=70,
                          freq=alias)  # fmt: skip
    series = pd.Series(seasonal(70, level=300), dates)

    made = forecast(series, 4, frequency, candidates=PLAIN, options=Options(origins=2))

    after = pd.date_range(dates[-1], periods=5, freq=alias)[1:]
    assert made.forecast["ds"].tolist() == after.tolist()
    assert made.scores["origins"].tolist() == [2] * len(PLAIN)


@pytest.mark.parametrize(
    ("values", "code", "yhat"),
    [
        ([], "empty", []),
        ([3], "too_short", [3, 3]),
        ([3, 4], "too_short", [4, 4]),
        ([0] * 40, "all_zero", [0, 0]),
        ([5] * 40, "constant", [5, 5]),
        ([-5] * 40, "constant", [-5, -5]),
        ([0] * 36 + [0, 0, 24, 36], "too_many_zeros", [5, 5]),
        ([1, *[np.nan] * 9, 3, *[np.nan] * 9, 5, *[np.nan] * 9, 7, 7, 1], "too_many_gaps", [4, 4]),
    ],
)
def test_a_series_that_cannot_be_modelled_gets_a_plain_baseline(
    values: list[float], code: str, yhat: list[float]
) -> None:
    made = forecast(months(values), 2, "month")

    assert made.reason.code == code
    assert made.forecast["yhat"].tolist() == pytest.approx(yhat)
    assert list(made.forecast) == COLUMNS
    assert made.backtest.empty
    assert made.scores.empty
    assert made.coverage["n"].tolist() == [0, 0]


def test_one_value_says_nothing_of_bands_and_two_do() -> None:
    one, two = (forecast(months(v), 1, "month").forecast.iloc[0] for v in ([3.0], [3.0, 4.0]))

    assert np.isnan(one["low_80"])
    assert two["low_80"] < 4 < two["high_80"]


@pytest.mark.parametrize(
    "values",
    [
        -seasonal(40),
        seasonal(40) - 100,
        np.arange(40.0),
        np.concatenate([np.zeros(20), np.arange(1, 21.0)]),
        np.concatenate([np.full(30, 5.0), [6.0]]),
        np.tile([1e-9, 3e-9], 20),
        np.tile([1e12, 3e12], 20),
        np.concatenate([np.full(20, 1.0), np.full(20, 1e9)]),
        [1.0, 2.0, 1.0, 2.0, 1.0, 2.0],
    ],
)
def test_odd_series_are_forecast_without_a_word(values: np.ndarray) -> None:
    made = forecast(months(values), 13, "month", candidates=PLAIN)

    assert made.forecast[COLUMNS[1:]].notna().all(axis=None)
    assert (made.forecast["low_80"] <= made.forecast["yhat"]).all()
    if np.min(values) >= 0:
        assert (made.candidates[COLUMNS[1:]] >= 0).all(axis=None)
        assert (made.backtest["yhat"] >= 0).all()


def test_sales_that_fall_to_nothing_are_not_forecast_below_it() -> None:
    made = forecast(months(np.maximum(100.0 - 2 * np.arange(49), 1)), 24, "month", candidates=PLAIN)

    assert (made.candidates["yhat"] >= 0).all()
    assert (made.forecast["low_95"] >= 0).all()


def test_a_series_that_was_negative_may_be_again() -> None:
    made = forecast(months(50.0 - 2 * np.arange(40)), 6, "month", candidates=PLAIN)

    assert (made.forecast["yhat"] < -20).all()


@settings(max_examples=25)
@given(
    st.lists(st.one_of(st.floats(0, 1e6), st.just(np.nan), st.just(0.0)), min_size=0, max_size=40),
    st.integers(1, 8),
)
def test_no_values_raise_or_go_below_zero(values: list[float], horizon: int) -> None:
    made = forecast(months(values), horizon, "month", candidates=PLAIN, options=Options(origins=1))

    assert len(made.forecast) in (0, horizon)
    assert not (made.candidates["yhat"] < 0).any()


def test_the_last_month_in_progress_is_left_out() -> None:
    values = seasonal(61)
    values[60] = 5

    made = forecast(
        months(values), 3, "month", candidates=PLAIN, options=Options(last_day="2020-01-17")
    )

    assert made.forecast["ds"].iloc[0] == pd.Timestamp("2020-01-01")
    assert "unfinished_cut" in made.notes
    assert made.forecast["yhat"].iloc[0] > 80


def test_the_input_is_not_changed() -> None:
    series = months(seasonal(40))
    before = series.copy()

    forecast(series, 3, "month", candidates=PLAIN)

    pd.testing.assert_series_equal(series, before)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"horizon": 0}, "forecast_horizon"),
        ({"levels": (80,)}, "forecast_levels"),
        ({"candidates": ("arima",)}, "forecast_candidates"),
        ({"candidates": ()}, "forecast_candidates"),
        ({"frequency": "year"}, "forecast_frequency"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(arguments: dict[str, object], code: str) -> None:
    with pytest.raises(BadInputError) as refused:
        forecast(**({"series": months([1, 2]), "horizon": 2, "frequency": "month"} | arguments))

    assert refused.value.code == code


def test_forecasts_from_elsewhere_stand_beside_ours() -> None:
    values = seasonal(60)
    others = {"oracle": {known: np.full(6, float(known)) for known in (54, 52, 60)}}

    made = forecast(months(values), 6, "month", candidates=("mean",), others=others)

    theirs = made.candidates[made.candidates["candidate"] == "oracle"]
    assert theirs["yhat"].tolist() == [60] * 6
    tested = made.backtest[made.backtest["candidate"] == "oracle"]
    assert tested.groupby("known")["yhat"].first().to_dict() == {52: 52, 54: 54}
