"""Filters and the address bar: what goes in comes out, and nothing else does."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.filters import DIMENSIONS, MISSING, Filters, Horizon
from ui.periods import PERIODS, aligned, bounds, compared, grain_for

OFFERED = {name: ["A", "B & C", "北", MISSING] for name in DIMENSIONS}
HORIZON = Horizon(date(2024, 1, 5), date(2026, 3, 14))
values = st.lists(st.sampled_from(OFFERED["region"]), unique=True).map(
    lambda chosen: tuple(v for v in OFFERED["region"] if v in chosen)
)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(
    period=st.sampled_from([p for p in PERIODS if p != "custom"]),
    compare=st.sampled_from(["previous", "year", "none"]),
    region=values,
    category=values,
)
def test_the_address_reproduces_the_filters(
    period: str, compare: str, region: tuple[str, ...], category: tuple[str, ...]
) -> None:
    filters = Filters(period=period, compare=compare, region=region, category=category)

    assert Filters.from_query(filters.to_query(), offered=OFFERED) == filters


@given(days, days)
def test_a_custom_period_is_reproduced_and_never_runs_backwards(one: date, other: date) -> None:
    since, until = min(one, other), max(one, other)
    filters = Filters(period="custom", since=since, until=until)

    read = Filters.from_query(filters.to_query(), offered=OFFERED)

    assert read == filters
    assert read.bounds(HORIZON)[0] < read.bounds(HORIZON)[1]


@given(
    st.dictionaries(st.sampled_from(["period", "since", "region", "compare"]), st.lists(st.text()))
)
def test_anything_else_in_the_address_falls_back(query: dict[str, list[str]]) -> None:
    read = Filters.from_query(query, offered=OFFERED)

    assert read.period in PERIODS
    assert set(read.region) <= set(OFFERED["region"])


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("last_30_days", date(2026, 2, 13), date(2026, 3, 15)),
        ("last_90_days", date(2025, 12, 15), date(2026, 3, 15)),
        ("this_month", date(2026, 3, 1), date(2026, 3, 15)),
        ("last_month", date(2026, 2, 1), date(2026, 3, 1)),
        ("this_quarter", date(2026, 1, 1), date(2026, 3, 15)),
        ("last_quarter", date(2025, 10, 1), date(2026, 1, 1)),
        ("this_year", date(2026, 1, 1), date(2026, 3, 15)),
        ("last_12_months", date(2025, 3, 1), date(2026, 3, 1)),
        ("all_time", date(2024, 1, 5), date(2026, 3, 15)),
    ],
)
def test_periods_are_counted_from_the_watermark(period: str, start: date, end: date) -> None:
    assert bounds(period, first=HORIZON.first, watermark=HORIZON.watermark) == (start, end)


def test_twelve_months_hold_the_month_that_ends_on_the_watermark() -> None:
    assert bounds("last_12_months", first=date(2020, 1, 1), watermark=date(2026, 3, 31)) == (
        date(2025, 4, 1),
        date(2026, 4, 1),
    )


def test_a_month_to_date_is_held_against_the_same_days_of_the_month_before() -> None:
    found = compared("this_month", "previous", date(2026, 3, 1), date(2026, 3, 15))
    assert found == (date(2026, 2, 1), date(2026, 2, 15))


def test_whole_months_are_held_against_whole_months() -> None:
    found = compared("last_month", "previous", date(2026, 2, 1), date(2026, 3, 1))
    assert found == (date(2026, 1, 1), date(2026, 2, 1))


def test_nothing_is_held_against_all_time_before() -> None:
    assert compared("all_time", "previous", date(2024, 1, 5), date(2026, 3, 15)) is None
    assert compared("last_month", "none", date(2026, 2, 1), date(2026, 3, 1)) is None


def test_weeks_meet_weeks() -> None:
    start, end = date(2025, 12, 15), date(2026, 3, 15)
    before, before_end, shift = aligned(start, end, (date(2025, 9, 16), start), "week")

    assert shift.days % 7 == 0
    assert (start - before).days == shift.days == (end - before_end).days


def test_the_grain_keeps_charts_legible() -> None:
    grains = [grain_for(date(2020, 1, 1), date.fromordinal(date(2020, 1, 1).toordinal() + n))
              for n in (30, 90, 365, 3650)]  # fmt: skip
    assert grains == ["day", "week", "month", "quarter"]
