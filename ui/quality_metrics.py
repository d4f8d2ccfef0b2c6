"""Metrics of the data: how complete customers are, and how old the newest news is."""

from datetime import date
from typing import Any, NoReturn

import pandas as pd

from analytics.metric_registry import Metric
from analytics.metrics import VALUES
from crm_data.errors import UsageError
from crm_data.queries.customer_completeness import GROUPS, incomplete_customers, present_values
from crm_data.queries.cut import NOT, Cut
from crm_data.queries.duplicates import duplicate_customers, duplicate_sums
from crm_data.queries.quality import newest_days
from crm_data.queries.version_facts import version_facts
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.base_metrics import Told
from ui.metric_bases import Compare, where_of


def quality_values(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    compare: Compare = None,
    as_of: date | None = None,
) -> Told:
    """Return a metric of the data as they are in the version.

    ``completeness_rate``: values that customers have, of those that they could have in fields that
    the company uses. ``freshness_hours``: from the newest dated row of any table until the version
    was built; a row that is of a day counts from the end of that day. ``duplicate_rate``: customers
    beyond the first of each group of probable duplicates, of those looked through.

    Raises
    ------
    UsageError
        ``quality_cut``: a period, a comparison or a past day, or a group or filter that it lacks.
    """
    _check(metric, cut, compare, as_of)
    if metric.name == "freshness_hours":
        return Told(_freshness(conn, scope), cut, None)
    if metric.name == "duplicate_rate":
        return Told(_duplicates(conn, scope), cut, None)
    found = present_values(conn, scope=scope, by=cut.by, where=where_of(cut), among=cut.among)
    possible = found["possible_values"].astype("float64")
    present = found["present_values"].astype("float64")
    frame = found[list(cut.by)].assign(
        value=present / possible.where(possible > 0), numerator=present, denominator=possible,
        n=found["customers"], low=float("nan"), high=float("nan"), is_complete=True,
    )  # fmt: skip
    return Told(frame, cut, None)


def quality_metric_rows(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    limit: int,
    as_of: date | None = None,
) -> tuple[int, pd.DataFrame]:
    """Return customers who lack a value, or the newest day of each table, and how many of them."""
    _check(metric, cut, None, as_of)
    if metric.name == "freshness_hours":
        found = newest_days(conn, scope=scope)
        return len(found), found.head(limit)
    if metric.name == "duplicate_rate":
        found = duplicate_customers(conn, scope=scope)
        return len(found), found.head(limit)
    where = where_of(cut)
    return incomplete_customers(conn, scope=scope, where=where, among=cut.among, limit=limit)


def _freshness(conn: Connection, scope: AccessScope) -> pd.DataFrame:
    newest = newest_days(conn, scope=scope)
    built = version_facts(conn)["built_at"].iloc[0]
    row: dict[str, Any] = dict.fromkeys(VALUES) | {"n": len(newest), "is_complete": True}
    if len(newest):
        hours = max((built - newest["newest_at"].max()).total_seconds() / 3600, 0.0)
        row |= {"value": hours, "numerator": hours}
    numbers = ("value", "numerator", "denominator", "low", "high")
    frame = pd.DataFrame([row], columns=[*VALUES])
    return frame.astype(dict.fromkeys(numbers, "float64") | {"n": "Int64", "is_complete": "bool"})


def _duplicates(conn: Connection, scope: AccessScope) -> pd.DataFrame:
    found = duplicate_sums(conn, scope=scope).iloc[0]
    n, extra = float(found["looked_at"]), float(found["duplicates"])
    row: dict[str, Any] = dict.fromkeys(VALUES, float("nan"))
    row |= {"value": extra / n if n else float("nan"), "numerator": extra, "denominator": n}
    return pd.DataFrame([row | {"n": int(n), "is_complete": True}]).astype({"n": "Int64"})


def _check(metric: Metric, cut: Cut, compare: Compare, as_of: date | None) -> None:
    if any(one is not None for one in (cut.start, cut.end, compare, as_of)):
        _refuse()
    named = {*cut.by, *(field.removesuffix(NOT) for field, _ in cut.where)}
    allowed = set(GROUPS) if metric.name == "completeness_rate" else set()
    if named - allowed or (cut.among and not allowed):
        _refuse()


def _refuse() -> NoReturn:
    raise UsageError(
        "quality_cut",
        "Metrics of the data are of the data as they are now: they have no period, and only "
        f"completeness can be cut, by {', '.join(GROUPS)}, or by a segment.",
    )
