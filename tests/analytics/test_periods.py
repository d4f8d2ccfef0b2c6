"""Which period compares with which."""

from datetime import date

import pandas as pd
import pytest

from analytics.periods import (
    BasePeriod,
    Shift,
    base_of_units,
    base_period,
    moved,
    previous_period,
    year_before,
)


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "end", "before", "before_end"),
    [
        ("2025-03-01", "2025-04-01", "2025-02-01", "2025-03-01"),  # 31 days with 28: whole months
        ("2025-04-01", "2025-07-01", "2025-01-01", "2025-04-01"),
        ("2025-01-01", "2026-01-01", "2024-01-01", "2025-01-01"),
        ("2025-03-05", "2025-03-12", "2025-02-26", "2025-03-05"),
        ("2024-03-01", "2024-03-31", "2024-01-31", "2024-03-01"),  # 30 days with 30 days
        ("2024-02-29", "2024-03-01", "2024-02-28", "2024-02-29"),
    ],
)
def test_previous_period(start: str, end: str, before: str, before_end: str) -> None:
    assert previous_period(d(start), d(end)) == (d(before), d(before_end))


@pytest.mark.parametrize(
    ("start", "end", "before", "before_end"),
    [
        ("2024-02-01", "2024-03-01", "2023-02-01", "2023-03-01"),
        ("2025-01-01", "2026-01-01", "2024-01-01", "2025-01-01"),
        ("2025-02-15", "2025-03-01", "2024-02-15", "2024-02-29"),  # as many days
        ("2024-02-29", "2024-03-01", "2023-02-28", "2023-03-01"),
        ("2025-05-10", "2025-05-11", "2024-05-10", "2024-05-11"),
    ],
)
def test_year_before(start: str, end: str, before: str, before_end: str) -> None:
    assert year_before(d(start), d(end)) == (d(before), d(before_end))


def test_weeks_are_compared_with_weeks() -> None:
    year = base_period(d("2025-06-02"), d("2025-06-30"), "year", ["week"])
    month = base_period(d("2025-06-01"), d("2025-07-01"), "previous", ["week"])

    assert year == BasePeriod(d("2024-06-03"), d("2024-07-01"), Shift(days=364))
    assert month.shift == Shift(days=28)
    assert (month.start, month.end) == (d("2025-05-04"), d("2025-06-03"))


def test_shift_is_in_months_for_months_and_days_for_days() -> None:
    assert base_period(d("2025-04-01"), d("2025-07-01"), "previous").shift == Shift(months=3)
    assert base_period(d("2025-04-02"), d("2025-04-09"), "previous").shift == Shift(days=7)
    assert base_period(d("2025-04-02"), d("2025-04-09"), "year").shift == Shift(months=12)


@pytest.mark.parametrize(
    ("unit", "kind", "expected"),
    [
        ("month", "previous", ("2024-12-01", "2025-03-01", Shift(months=1))),
        ("month", "year", ("2024-01-01", "2024-04-01", Shift(months=12))),
        ("quarter", "previous", ("2024-10-01", "2025-01-01", Shift(months=3))),
        ("week", "previous", ("2025-01-06", "2025-03-17", Shift(days=7))),
        ("week", "year", ("2024-01-15", "2024-03-25", Shift(days=364))),
        ("day", "previous", ("2025-01-14", "2025-03-19", Shift(days=1))),
        ("day", "year", ("2024-01-15", "2024-03-20", Shift(months=12))),
    ],
)
def test_each_unit_grows_over_its_own_base(
    unit: str, kind: str, expected: tuple[str, str, Shift]
) -> None:
    start, end, shift = expected

    base = base_of_units(d("2025-01-15"), d("2025-03-20"), kind, unit)  # type: ignore[arg-type]  # parametrised

    assert base == BasePeriod(d(start), d(end), shift)
    assert base_of_units(None, None, kind, unit).start is None  # type: ignore[arg-type]  # parametrised


def test_days_without_a_counterpart_are_dropped() -> None:
    days = pd.Series(pd.to_datetime(["2024-02-28", "2024-02-29", None])).astype("datetime64[us]")
    on = moved(days, Shift(months=12), "day")
    january = pd.Series(pd.to_datetime(["2025-01-28", "2025-01-31"]))

    assert on.iloc[0] == pd.Timestamp("2025-02-28")
    assert on.iloc[1:].isna().all()
    assert moved(january, Shift(months=1), "day").isna().tolist() == [False, True]
    assert moved(january.iloc[:1], Shift(days=7), "week").isna().all()  # not a Monday
    assert moved(pd.Series([], dtype="datetime64[us]"), Shift(days=7), "week").empty
