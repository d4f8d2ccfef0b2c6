"""Metrics of leads: how many came, how many converted in time, how soon they were answered."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.deal_metrics import response_median
from analytics.lead_flow import WITHIN_DAYS
from analytics.metric_registry import Metric
from analytics.metrics import Window, completeness, evaluate
from analytics.metrics import compare as compared
from crm_data.calendar import step
from crm_data.errors import UsageError
from crm_data.queries.cut import Cut
from crm_data.queries.lead_measures import lead_measures, lead_waits
from crm_data.queries.lead_rows import LeadPick, lead_rows, lead_rows_count
from crm_data.queries.leads import LeadCut, lead_days
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.sql import Connection
from ui.base_metrics import Told
from ui.deal_analyses import split
from ui.deal_asked import Asked
from ui.deal_metrics import told_frame
from ui.metric_bases import (
    Compare,
    base_of,
    moved,
    units,
    where_of,
    with_counterparts,
    with_groups_of,
)

_ONE = timedelta(days=1)
_CONVERSION, _RESPONSE = "lead_conversion_rate", "lead_response_hours"
_SHARE = ("value", "low", "high")
_NUMBERS = (*_SHARE, "numerator", "denominator")


def lead_values(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    compare: Compare = None,
    as_of: date | None = None,
) -> Told:
    """Return a metric of leads, by the day on which they were created.

    Conversion is within ``WITHIN_DAYS`` and not told before all leads of a period have had them;
    without an end it is of all that have.

    Raises
    ------
    UsageError
        A field that leads do not have; ``lead_segment``; ``lead_as_of``: what was known then of
        hours waited.
    """
    asked = asked_of(conn, scope=scope, metric=metric, cut=cut, as_of=as_of)
    against = base_of(asked.cut, compare)
    now = _told(asked, metric)
    if against is None:
        return Told(now, asked.cut, asked.known)
    before = asked.within(against.start, against.end)
    earlier = moved(_told(before, metric), asked.cut, against.shift)
    if metric.name == "leads":
        earlier = with_counterparts(earlier, now, asked.cut, against, asked.first)
        now = with_groups_of(now, earlier, asked.cut.by)
    return Told(compared(now, earlier, by=asked.cut.by), asked.cut, asked.known)


def lead_metric_rows(asked: Asked, *, limit: int) -> tuple[int, pd.DataFrame]:
    """Return how many leads are behind a metric, and the newest of them."""
    pick = LeadPick(_leads(asked))
    return (
        lead_rows_count(asked.conn, pick, scope=asked.scope),
        lead_rows(asked.conn, pick, scope=asked.scope, limit=limit),
    )


def asked_of(
    conn: Connection, *, scope: AccessScope, metric: Metric, cut: Cut, as_of: date | None
) -> Asked:
    """Return the question that a cut asks of a metric of leads, with its period."""
    cut = replace(cut, clock=metric.clock_column)
    _ = cut.dimensions, cut.filters
    if cut.among:
        raise UsageError(
            "lead_segment",
            "Segments are of customers: leads are in none. Leave the segment out, or filter by "
            "source, campaign_id, owner_id, team or status.",
        )
    if metric.name == _RESPONSE and as_of is not None:
        raise UsageError(
            "lead_as_of",
            "How long leads had waited on a past day is not kept. Leave out --as-of; --start and "
            "--end choose the days on which leads were created.",
        )
    first, last = lead_days(conn, scope=EVERYTHING)
    asked = Asked(conn, scope, cut, as_of, first, last)
    if metric.name == _CONVERSION and cut.end is None and not units(cut) and asked.known:
        end = asked.known + _ONE - timedelta(days=WITHIN_DAYS)
        if cut.start is None or cut.start < end:
            return asked.within(cut.start, end)
    return asked


def _leads(asked: Asked) -> LeadCut:
    """Return the leads of the question that were there by the last day known."""
    cut, known = asked.cut, asked.known
    ends = [day for day in (cut.end, known and known + _ONE) if day is not None]
    return LeadCut(cut.start, min(ends, default=None), where_of(cut))


def _told(asked: Asked, metric: Metric) -> pd.DataFrame:
    known = asked.known
    window = _window(asked)
    if metric.name == _RESPONSE:
        return _responses(asked, window)
    found = lead_measures(
        asked.conn, _leads(asked), asked.cut,
        days=WITHIN_DAYS, until=(known or date.min) + _ONE, scope=asked.scope,
    )  # fmt: skip
    values = evaluate(metric, found, by=asked.cut.by, window=window)
    if not asked.has_days:
        values[list(_NUMBERS)] = np.nan
    if metric.name != _CONVERSION:
        return values
    is_old = _is_old_enough(asked, values)
    values[list(_SHARE)] = values[list(_SHARE)].where(is_old)
    return values.assign(is_complete=values["is_complete"] & is_old)


def _is_old_enough(asked: Asked, values: pd.DataFrame) -> pd.Series:
    """Whether the youngest possible lead of each row has had all of its days."""
    known = asked.known or date.min
    ends = pd.Series(asked.cut.end or known + _ONE, index=values.index, dtype="object")
    for name, unit in units(asked.cut):
        own = [None if pd.isna(day) else step(day.date(), unit) for day in values[name]]
        ends = pd.Series(own, index=values.index, dtype="object")
    days = timedelta(days=WITHIN_DAYS)
    told = [day is not None and day + days <= known + _ONE for day in ends]
    return pd.Series(told, index=values.index, dtype="bool")


def _responses(asked: Asked, window: Window) -> pd.DataFrame:
    waits = lead_waits(asked.conn, _leads(asked), asked.cut, scope=asked.scope)
    rows: list[dict[str, Any]] = [
        {**members, **asdict(response_median(part)), "is_complete": False}
        for members, part in split(waits, asked.cut.by)
    ]
    values = told_frame(rows, asked.cut)
    return values.assign(is_complete=completeness(values, asked.cut.by, window))


def _window(asked: Asked) -> Window:
    until = asked.known + _ONE if asked.first is not None and asked.known else None
    return Window(asked.cut.start, asked.cut.end, asked.first, until, clocks=("created_on",))
