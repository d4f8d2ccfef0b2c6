"""Workdays, holidays and campaigns as numbers by period."""

import holidays
import numpy as np
import pandas as pd
import pytest

from crm_data.errors import BadInputError
from forecasting import Events
from forecasting.business_days import (
    announced_years,
    business_days,
    china_workdays,
    holidays_of,
)
from forecasting.grid import Grid, grid_over, midnight

LATER = pd.Timestamp("2100-01-01")


def grid(frequency: str, first: str, size: int) -> Grid:
    return grid_over(midnight([first]), frequency).until(size)


def test_a_month_of_spring_festival_by_hand() -> None:
    """January 2025: 23 weekdays; 1st, 28th to 31st off; Sunday 26th worked. February: 20 weekdays,
    3rd and 4th off, Saturday 8th worked."""
    assert business_days(grid("month", "2025-01-01", 2), "CN").tolist() == [19, 19]
    assert business_days(grid("month", "2025-01-01", 2), None).tolist() == [23, 20]


def test_the_table_of_make_up_days_agrees_with_the_library() -> None:
    theirs = {
        day
        for day in holidays.country_holidays("CN", years=sorted(announced_years())).weekend_workdays
        if day.year in announced_years()
    }

    assert set(china_workdays().date) == theirs
    assert (china_workdays().day_of_week >= 5).all()
    assert announced_years() == set(range(2015, 2027))


def test_a_year_that_is_not_announced_is_said() -> None:
    assert holidays_of("CN", [2026, 2027]).notes == ("workdays_not_announced:2027",)
    assert holidays_of("DE", [2027]).notes == ()
    assert Events("CN").notes(grid("month", "2026-11-01", 3)) == ("workdays_not_announced:2027",)
    assert Events().notes(grid("month", "2026-11-01", 3)) == ()


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(BadInputError) as refused:
        holidays_of("XX", [2025])

    assert refused.value.code == "holiday_country"


def test_by_day_each_holiday_is_a_column() -> None:
    made = Events("CN").regressors(grid("day", "2025-01-01", 31), known_until=LATER)

    festival = made["holiday: Chinese New Year"]
    assert festival[festival == 1].index.day.tolist() == [29, 30, 31]
    assert "business_days" not in made


def test_by_month_only_holidays_that_move_are_left() -> None:
    made = Events("CN").regressors(grid("month", "2020-01-01", 72), known_until=LATER)

    festival = made["holiday: Chinese New Year"]
    assert festival.mean() == pytest.approx(0)
    raw = (festival - festival.min()).round(6)
    assert raw["2024-02-01"] > 0
    assert raw["2024-01-01"] == 0
    assert raw["2025-01-01"] > 0
    assert "holiday: New Year's Day" not in made
    assert made["business_days"]["2025-01-01"] - made["business_days"]["2024-01-01"] == 19 - 22


def test_campaigns_are_shares_of_periods() -> None:
    promotions = pd.DataFrame(
        {"name": ["a", "b", "a"], "start_on": ["2025-01-30", "2025-02-01", "2025-01-01"],
         "end_on": ["2025-02-07", "2025-02-28", "2025-01-01"]}
    )  # fmt: skip

    made = Events(promotions=promotions).regressors(
        grid("month", "2025-01-01", 2), known_until=LATER
    )

    assert made["promotion: a"].tolist() == pytest.approx([3 / 31, 7 / 28])
    assert made["promotion: b"].tolist() == [0, 1]


def test_nothing_known_gives_no_columns() -> None:
    made = Events().regressors(grid("month", "2025-01-01", 4), known_until=LATER)

    assert made.shape == (4, 0)
    assert np.array_equal(made.index, grid("month", "2025-01-01", 4).dates)
