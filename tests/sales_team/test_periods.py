"""Whole periods, and those before them."""

from datetime import date

import pytest

from ui.sales_periods import PAST, TEAM_PERIODS, lead_period, past_periods, whole_period

UNTIL = date(2025, 2, 10)


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("this_quarter", date(2025, 1, 1), date(2025, 4, 1)),
        ("last_quarter", date(2024, 10, 1), date(2025, 1, 1)),
        ("this_month", date(2025, 2, 1), date(2025, 3, 1)),
        ("last_month", date(2025, 1, 1), date(2025, 2, 1)),
        ("this_year", date(2025, 1, 1), date(2026, 1, 1)),
        ("last_12_months", date(2024, 2, 1), date(2025, 2, 1)),
    ],
)
def test_a_period_is_whole(name: str, start: date, end: date) -> None:
    assert whole_period(name, UNTIL) == (start, end)
    assert name in TEAM_PERIODS


def test_a_period_whose_last_day_is_known_is_still_the_running_one() -> None:
    assert whole_period("this_month", date(2025, 2, 1)) == (date(2025, 1, 1), date(2025, 2, 1))


def test_periods_before_are_as_long_and_in_the_data() -> None:
    start, end = whole_period("this_quarter", UNTIL)
    found = past_periods(start, end, date(2024, 4, 1))
    assert found == [
        (date(2024, 10, 1), date(2025, 1, 1)),
        (date(2024, 7, 1), date(2024, 10, 1)),
        (date(2024, 4, 1), date(2024, 7, 1)),
    ]
    assert len(past_periods(start, end, date(2000, 1, 1))) == PAST


def test_leads_are_of_days_that_are_known() -> None:
    first = date(2023, 5, 5)
    assert lead_period("this_quarter", first, UNTIL) == (date(2025, 1, 1), UNTIL)
    assert lead_period("all_time", first, UNTIL) == (first, UNTIL)
    assert lead_period("year_running", first, UNTIL) == (date(2024, 2, 1), UNTIL)
    assert lead_period("last_quarter", first, UNTIL)[1] == date(2025, 1, 1)
