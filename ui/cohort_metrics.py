"""What customers bring in their first months, by the month of their first order."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pandas as pd

from analytics.churn_periods import buckets
from analytics.metrics import VALUES
from analytics.metrics import compare as compared
from crm_data.calendar import Unit, add_months, floor_to
from crm_data.errors import UsageError
from crm_data.queries.cohort_members import (
    CohortCell,
    cohort_members,
    cohort_members_count,
)
from crm_data.queries.cohorts import cohort_cells
from crm_data.queries.cut import Cut
from crm_data.queries.metrics import version_facts
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.metric_bases import Compare, base_of, moved, units, where_of

MONTHS = 3  # calendar months, that of the first order included
_FIELDS = ("region", "source", "country")
_UNITS = ("month", "quarter", "year")


def cohort_values(
    conn: Connection, *, scope: AccessScope, cut: Cut, compare: Compare = None,
    as_of: date | None = None,
) -> tuple[pd.DataFrame, date | None]:  # fmt: skip
    """Return early value as ``analytics.metrics.evaluate`` would, and the last day known.

    A cohort whose three months are not over has no value; a period is complete when none is such.

    Raises
    ------
    UsageError
        ``cohort_cut``: no whole months, a filter other than region, source and country, a group
        other than one of months, or a past day.
    """
    _check(cut, as_of)
    cells = cohort_cells(conn, scope=scope, where=where_of(cut), among=cut.among)
    facts = version_facts(conn).set_index("table_name")["watermark_on"]
    last = facts.get("orders")
    known = None if last is None or pd.isna(last) else pd.Timestamp(last).date()
    values = _by_unit(early_months(cells, known), cut, known)
    against = base_of(cut, compare)
    if against is not None:
        earlier = replace(cut, start=against.start, end=against.end)
        before = _by_unit(early_months(cells, known), earlier, known)
        values = compared(values, moved(before, cut, against.shift), by=cut.by)
    return values, known


def cohort_rows(
    conn: Connection, *, scope: AccessScope, cut: Cut, limit: int, as_of: date | None = None
) -> tuple[int, pd.DataFrame]:
    """Return how many customers joined in the period, and those worth most: ``COHORT_MEMBERS``."""
    _check(cut, as_of)
    begin, end = cut.start or date(1, 1, 1), cut.end or date(9999, 12, 1)
    cell = CohortCell(begin, end, begin, None, None, where_of(cut), cut.among)
    found = cohort_members(conn, scope=scope, cell=cell, limit=limit)
    return cohort_members_count(conn, scope=scope, cell=cell), found


def early_months(cells: pd.DataFrame, last_day: date | None) -> pd.DataFrame:
    """Return customers and early value of every cohort whose first months are over.

    Parameters
    ----------
    cells : DataFrame
        ``COHORT_CELLS`` without a split.
    last_day : date or None
        Last day with orders.

    Returns
    -------
    DataFrame
        ``month_on``, ``numerator`` (net of returns), ``denominator`` (customers), in order.
    """
    until = floor_to(last_day + timedelta(days=1), "month") if last_day else date.min
    age = (
        (cells["month_on"].dt.year - cells["cohort_on"].dt.year) * 12
        + cells["month_on"].dt.month - cells["cohort_on"].dt.month
    )  # fmt: skip
    over = [add_months(day.date(), MONTHS) <= until for day in cells["cohort_on"]]
    early = cells[(age < MONTHS) & pd.Series(over, index=cells.index, dtype="bool")]
    joined = early["customers"].where(age == 0, 0)
    counted = early.assign(numerator=early["net_amount"].fillna(0.0), denominator=joined)
    grouped = counted.groupby("cohort_on")[["numerator", "denominator"]].sum().astype("float64")
    months: pd.DataFrame = grouped.rename_axis("month_on").reset_index()
    return months


def _by_unit(months: pd.DataFrame, cut: Cut, known: date | None) -> pd.DataFrame:
    found, rows = units(cut), list[dict[str, Any]]()
    over = floor_to(known + timedelta(days=1), "month") if known else date.min
    first = months["month_on"].min() if len(months) else pd.NaT
    begin = cut.start or (None if pd.isna(first) else first.date())
    end = cut.end or (known and add_months(over, 1)) or begin
    if begin is None or end is None:
        spans: Iterable[tuple[date, date]] = ()
    elif found:
        spans = buckets(begin, end, cast(Unit, found[0][1]))
    else:
        spans = [(begin, end)]
    for start, stop in spans:
        low, high = max(start, begin or start), min(stop, end or stop)
        inside = (months["month_on"] >= pd.Timestamp(low)) & (
            months["month_on"] < pd.Timestamp(high)
        )
        part = months[inside]
        top, n = float(part["numerator"].sum()), float(part["denominator"].sum())
        row = {
            "value": top / n if n else float("nan"), "numerator": top if n else float("nan"),
            "denominator": n if n else float("nan"), "n": int(n), "low": float("nan"),
            "high": float("nan"),
            "is_complete": (low, high) == (start, stop) and add_months(high, MONTHS - 1) <= over,
        }  # fmt: skip
        rows.append({found[0][0]: start} | row if found else row)
    if not rows and not found:
        rows = [dict.fromkeys(VALUES) | {"n": 0, "is_complete": False}]
    frame = pd.DataFrame(rows, columns=[*cut.by, *VALUES])
    for name, _ in found:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    numbers = ("value", "numerator", "denominator", "low", "high")
    return frame.astype(dict.fromkeys(numbers, "float64") | {"n": "Int64", "is_complete": "bool"})


def _check(cut: Cut, as_of: date | None) -> None:
    whole = all(day is None or day.day == 1 for day in (cut.start, cut.end))
    asked = units(cut)
    fields = {name for name, _ in cut.where}
    is_known = len(cut.by) == len(asked) <= 1 and all(unit in _UNITS for _, unit in asked)
    if whole and is_known and fields <= set(_FIELDS) and as_of is None:
        return
    raise UsageError(
        "cohort_cut",
        "Value of first months is of whole months of first orders. Give whole months, filter by "
        "region, source or country, group by ordered_on:month, :quarter or :year, and leave out "
        "--as-of.",
    )
