"""The regular grid: which periods there are, what is missing, what is not over, what is odd."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_data.errors import BadInputError
from forecasting.grid import grid_over, midnight
from forecasting.series import filled, regular_series
from tests.forecasting.made import months, seasonal


def test_a_gap_is_missing_unless_the_caller_says_zero() -> None:
    rows = {"2025-03-01": 7.0, "2025-01-01": 5.0}

    assert regular_series(rows, "month").values.tolist() == pytest.approx(
        [5, np.nan, 7], nan_ok=True
    )
    assert regular_series(rows, "month", gaps="zero").values.tolist() == [5, 0, 7]
    assert regular_series(rows, "month").notes == ("missing",)


def test_a_row_without_value_is_missing_even_where_gaps_are_zero() -> None:
    rows = {"2025-01-01": 5.0, "2025-02-01": None, "2025-04-01": 7.0}

    values = regular_series(rows, "month", gaps="zero").values

    assert values.tolist() == pytest.approx([5, np.nan, 0, 7], nan_ok=True)


def test_values_of_one_period_add_up() -> None:
    made = regular_series({"2025-01-03": 1.0, "2025-01-30": 2.0, "2025-02-10": 4.0}, "month")

    assert made.values.tolist() == [3, 4]
    assert made.notes == ("summed",)


@pytest.mark.parametrize(
    ("last_day", "left"), [("2025-03-30", 2), ("2025-03-31", 3), ("2026-01-01", 3), (None, 3)]
)
def test_a_period_that_is_not_over_is_cut(last_day: str | None, left: int) -> None:
    made = regular_series(months([1, 2, 3], "2025-01-01"), "month", last_day=last_day)

    assert made.values.tolist() == [1.0, 2.0, 3.0][:left]
    assert list(made.cut.strftime("%Y-%m-%d")) == ["2025-03-01"][: 3 - left]
    assert ("unfinished_cut" in made.notes) == (left == 2)


@pytest.mark.parametrize(
    ("frequency", "dates", "following"),
    [
        ("month", ["2024-01-31", "2024-02-29"], ["2024-03-31", "2024-04-30"]),
        ("month", ["2024-01-15", "2024-02-15"], ["2024-03-01", "2024-04-01"]),
        ("quarter", ["2024-03-31", "2024-06-30"], ["2024-09-30", "2024-12-31"]),
        ("quarter", ["2024-02-01", "2024-05-01"], ["2024-08-01", "2024-11-01"]),
        ("quarter", ["2023-11-30", "2024-02-29"], ["2024-05-31", "2024-08-31"]),
        ("week", ["2010-02-05", "2010-02-12"], ["2010-02-19", "2010-02-26"]),
        ("week", ["2010-02-05", "2010-02-08"], ["2010-02-15", "2010-02-22"]),
        ("day", ["1969-12-31", "1970-01-01"], ["1970-01-02", "1970-01-03"]),
    ],
)
def test_dates_go_on_as_they_were(frequency: str, dates: list[str], following: list[str]) -> None:
    grid = grid_over(midnight(dates), frequency)

    assert grid.size == 2
    assert list(grid.after(2).dates.strftime("%Y-%m-%d")) == following


def test_periods_zones_and_times_of_day_are_days() -> None:
    as_periods = pd.Series([1.0, 2.0], pd.period_range("2025-01", periods=2, freq="M"))
    with_zone = pd.Series([1.0], pd.DatetimeIndex(["2025-01-01 13:00"], tz="Asia/Shanghai"))

    assert regular_series(as_periods, "month").values.tolist() == [1, 2]
    assert regular_series(with_zone, "day").grid.dates[0] == pd.Timestamp("2025-01-01")
    assert regular_series({"no date": 3.0, "2025-01-01": 1.0}, "day").notes == ("not_dates",)


def test_another_frequency_is_refused() -> None:
    with pytest.raises(BadInputError, match="by 'year'"):
        regular_series({"2025-01-01": 1.0}, "year")


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ([], "empty"),
        ([np.nan], "empty"),
        ([1, 2], "too_short"),
        ([0, 0], "all_zero"),
        ([7] * 30, "constant"),
        ([1, *[np.nan] * 4, 2, *[np.nan] * 4, 3, 4, 5, 6], "too_many_gaps"),
        ([0] * 28 + [1, 2, 3, 4], "too_many_zeros"),
        ([1, 2, 3, 4, 5, 6], None),
    ],
)
def test_why_a_series_cannot_be_modelled(values: list[float], trouble: str | None) -> None:
    assert regular_series(months(values), "month").trouble == trouble


def test_one_planted_outlier_is_marked_and_nothing_else() -> None:
    values = seasonal(60)
    values[40] = 400

    made = regular_series(months(values), "month")

    assert np.flatnonzero(made.is_outlier).tolist() == [40]
    assert made.values[40] == 400


def test_what_is_missing_is_filled_in_line_with_the_season() -> None:
    whole = np.tile([10.0, 20.0, 30.0, 40.0], 5)
    gappy = whole.copy()
    gappy[[5, 10, 11]] = np.nan

    assert filled(gappy, 4) == pytest.approx(whole)
    assert filled(np.array([1, np.nan, 3, np.nan]), 4).tolist() == [1, 2, 3, 3]


@given(st.integers(1, 40), st.sampled_from(["day", "week", "month", "quarter"]), st.integers(1, 30))
def test_the_grid_after_begins_where_the_grid_ends(size: int, name: str, horizon: int) -> None:
    grid = grid_over(midnight(["2021-02-03"]), name).after(size)
    after = grid.after(horizon)

    assert after.starts[0] == grid.ends[-1]
    assert grid.places(after.starts).tolist() == list(range(size, size + horizon))
