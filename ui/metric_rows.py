"""The rows behind a metric, whatever it is of; pages and the command line share it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics.metric_registry import Metric
from crm_data.queries.cut import Cut
from crm_data.queries.rows import ROW_KINDS, rows_count, rows_frame
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.base_rows import base_rows
from ui.campaign_metrics import campaign_metric_rows
from ui.deal_metric_rows import deal_metric_rows
from ui.quality_metrics import quality_metric_rows
from ui.survey_metrics import survey_metric_rows
from ui.ticket_metrics import ticket_metric_rows

_ROWS_OF = {
    "deals": deal_metric_rows, "leads": deal_metric_rows, "tickets": ticket_metric_rows,
    "campaigns": campaign_metric_rows, "surveys": survey_metric_rows,
    "invitations": survey_metric_rows, "quality": quality_metric_rows,
}  # fmt: skip


def metric_rows(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    limit: int,
    stored: Mapping[str, Any],
    as_of: date | None = None,
) -> tuple[int, pd.DataFrame]:
    """Return how many rows there are, and the first of them.

    Raises
    ------
    UsageError
        Those of the metric.
    """
    asked: dict[str, Any] = {"scope": scope, "limit": limit}
    if metric.source == "sales":
        if metric.name == "historic_clv":
            cut = replace(cut, start=None)
        if as_of is not None:
            after = as_of + timedelta(days=1)
            cut = replace(cut, end=after if cut.end is None else min(cut.end, after))
        kind = next(kind for kind in ROW_KINDS if kind == metric.rows)
        total = rows_count(conn, scope=scope, kind=kind, cut=cut)
        return total, rows_frame(conn, kind=kind, cut=cut, **asked)
    if metric.source in _ROWS_OF:
        return _ROWS_OF[metric.source](conn, metric=metric, cut=cut, as_of=as_of, **asked)
    return base_rows(conn, metric=metric, cut=cut, stored=stored, as_of=as_of, **asked)
