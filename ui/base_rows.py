"""The customers behind a metric of keeping them, or of their value."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from analytics.churn_periods import buckets
from analytics.metric_registry import Metric
from crm_data.queries.churn_lost import (
    LOST_CUSTOMERS,
    LostCut,
    lost_customers,
    lost_customers_count,
)
from crm_data.queries.cut import Cut
from crm_data.queries.value import value_totals, valued_customers
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.base_metrics import base_for, period_of, value_values
from ui.cohort_metrics import cohort_rows
from ui.metric_bases import where_of

ROWS = ("lost_customers", "valued_customers", "cohort_members")


def base_rows(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    stored: Mapping[str, Any],
    limit: int,
    as_of: date | None = None,
) -> tuple[int, pd.DataFrame]:
    """Return how many customers there are in all, and the first of them.

    Of churn and retention those who were lost, by month and the largest loss first; of predicted
    value those who have one, the highest first; of early value those who joined.

    Raises
    ------
    UsageError
        Those of ``ui.base_metrics.base_values``.
    """
    if metric.source == "value":
        value_values(conn, scope=scope, cut=cut, as_of=as_of)  # refuses what has no rows either
        found = valued_customers(
            conn, scope=scope, order="expected_value", limit=limit, among=cut.among
        )
        return int(value_totals(conn, scope=scope, among=cut.among)["valued"].iloc[0]), found
    if metric.source == "cohorts":
        return cohort_rows(conn, scope=scope, cut=cut, limit=limit, as_of=as_of)
    base = base_for(conn, scope, metric, stored.get("churn"), as_of)
    cut = period_of(base, cut)
    total, parts = 0, list[pd.DataFrame]()
    if cut.start is not None and cut.end is not None and base.last_day is not None:
        days = None if base.definition == "contract" else base.days
        for month, _ in buckets(cut.start, cut.end, "month"):
            if base.first is None or month < base.first:
                continue  # who was lost then is not all known: it is in no rate either
            asked = LostCut(month, days, where_of(cut), cut.among)
            total += lost_customers_count(conn, scope=scope, cut=asked)
            left = limit - sum(len(part) for part in parts)
            if left > 0:
                parts.append(lost_customers(conn, scope=scope, cut=asked, limit=left))
    filled = [part for part in parts if len(part)]
    none = LOST_CUSTOMERS.conform(pd.DataFrame(columns=LOST_CUSTOMERS.column_names))
    return total, pd.concat(filled, ignore_index=True) if filled else none
