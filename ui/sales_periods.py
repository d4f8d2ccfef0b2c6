"""Whole calendar periods: quotas are of a quarter, not of the days of it that are over."""

from datetime import date, timedelta

from crm_data.calendar import add_months, floor_to, months_between, step

TEAM_PERIODS = (
    "this_quarter", "last_quarter", "this_month", "last_month", "this_year", "last_12_months",
)  # fmt: skip
LEAD_PERIODS = (
    "year_running", "this_quarter", "last_quarter", "this_year", "last_12_months", "all_time",
)  # fmt: skip
PAST = 6  # periods before that a curve rests on


def whole_period(name: str, until: date) -> tuple[date, date]:
    """Return ``[start, end)``, the days yet to come included.

    Parameters
    ----------
    name : str
        One of ``TEAM_PERIODS``.
    until : date
        First day that is not yet known.
    """
    last = until - timedelta(days=1)
    if name == "last_12_months":
        end = floor_to(until, "month")
        return add_months(end, -12), end
    which, _, unit = name.partition("_")
    start = floor_to(last, unit)
    return (start, step(start, unit)) if which == "this" else (step(start, unit, -1), start)


def past_periods(start: date, end: date, first: date) -> list[tuple[date, date]]:
    """Return up to ``PAST`` periods of as many months before ``start``, none of before ``first``.

    The newest first.
    """
    months = months_between(start, end)
    found = [
        (add_months(start, -months * back), add_months(end, -months * back))
        for back in range(1, PAST + 1)
    ]
    return [span for span in found if span[0] >= first]


def lead_period(name: str, first: date, until: date) -> tuple[date, date]:
    """Return the ``[start, end)`` in which leads were created: up to the last known day."""
    if name == "all_time":
        return first, until
    if name == "year_running":
        return add_months(floor_to(until - timedelta(days=1), "month"), -12), until
    start, end = whole_period(name, until)
    return start, min(end, until)
