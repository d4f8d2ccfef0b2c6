"""Metrics of tickets: how many came, how soon they were answered, what became of them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
import pandas as pd

from analytics.metric_registry import Metric
from analytics.metrics import Window, completeness, evaluate
from analytics.metrics import compare as compared
from analytics.service_times import waiting_times
from crm_data.calendar import Unit
from crm_data.errors import UsageError
from crm_data.queries.cut import NOT, Cut
from crm_data.queries.metrics import measure_frame
from crm_data.queries.ticket_measures import open_at, ticket_measures, waits_by_group
from crm_data.queries.ticket_rows import TicketPick, ticket_rows, ticket_rows_count
from crm_data.queries.tickets import Clock, Hours, TicketCut, ticket_days
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
_COUNTS = ("tickets", "complaint_rate", "backlog")
WAITS: dict[str, tuple[Clock, Hours]] = {
    "first_response_hours": ("response", "calendar"),
    "first_response_open_hours": ("response", "open"),
    "resolution_hours": ("solve", "calendar"),
    "resolution_open_hours": ("solve", "open"),
}
_OF_CUSTOMERS = ("region", "owner_id")  # what orders and tickets of a customer share
_NUMBERS = ("value", "low", "high", "numerator", "denominator")


def ticket_values(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    compare: Compare = None,
    as_of: date | None = None,
) -> Told:
    """Return a metric of tickets, by the day on which they were created; backlog at its end.

    Raises
    ------
    UsageError
        A field that tickets do not have; ``ticket_as_of``: what was known then of tickets;
        ``complaint_cut``: complaints by what customers do not have.
    """
    asked = asked_of(conn, scope=scope, metric=metric, cut=cut, as_of=as_of)
    against = base_of(asked.cut, compare)
    now = _told(asked, metric)
    if against is None:
        return Told(now, asked.cut, asked.known)
    before = asked.within(against.start, against.end)
    earlier = moved(_told(before, metric), asked.cut, against.shift)
    if metric.name == "tickets":
        earlier = with_counterparts(earlier, now, asked.cut, against, asked.first)
        now = with_groups_of(now, earlier, asked.cut.by)
    return Told(compared(now, earlier, by=asked.cut.by), asked.cut, asked.known)


def asked_of(
    conn: Connection, *, scope: AccessScope, metric: Metric, cut: Cut, as_of: date | None
) -> Asked:
    """Return the question that a cut asks of a metric of tickets, with its period."""
    cut = replace(cut, clock=metric.clock_column)
    _ = cut.dimensions, cut.filters
    if as_of is not None and metric.name not in _COUNTS:
        raise UsageError(
            "ticket_as_of",
            "What was known of tickets on a past day is not kept. Leave out --as-of; --start and "
            "--end choose the days on which tickets were created.",
        )
    named = {name.removesuffix(NOT) for name, _ in cut.where} | set(cut.by)
    named -= {name for name, _ in units(cut)} | set(_OF_CUSTOMERS)
    if metric.name == "complaint_rate" and named:
        raise UsageError(
            "complaint_cut",
            f"Complaints are held against active customers, who have no {min(named)}. Cut by "
            "region, owner_id or created_on, or ask for tickets and their complaints.",
            what=min(named),
        )
    first, last = ticket_days(conn, scope=EVERYTHING)
    return Asked(conn, scope, cut, as_of, first, last)


def ticket_metric_rows(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    limit: int,
    as_of: date | None = None,
) -> tuple[int, pd.DataFrame]:
    """Return how many tickets are behind a metric, and the newest of them."""
    asked = asked_of(conn, scope=scope, metric=metric, cut=cut, as_of=as_of)
    if metric.name == "backlog":
        every = TicketCut(where=where_of(asked.cut), among=asked.cut.among)
        pick = TicketPick(every, open_on=asked.at_end or date.min)
    else:
        pick = TicketPick(_tickets(asked), metric.rows)
    return (
        ticket_rows_count(conn, pick, scope=scope),
        ticket_rows(conn, pick, scope=scope, limit=limit),
    )


def _tickets(asked: Asked) -> TicketCut:
    """Return the tickets of the question that were there by the last day known."""
    cut, known = asked.cut, asked.known
    ends = [day for day in (cut.end, known and known + _ONE) if day is not None]
    return TicketCut(cut.start, min(ends, default=None), where_of(cut), cut.among)


def _told(asked: Asked, metric: Metric) -> pd.DataFrame:
    until = asked.known + _ONE if asked.first is not None and asked.known else None
    window = Window(asked.cut.start, asked.cut.end, asked.first, until, clocks=("created_on",))
    if metric.name in WAITS:
        return _waits(asked, window, *WAITS[metric.name])
    by, tickets = asked.cut.by, _tickets(asked)
    if metric.name == "backlog":
        day = asked.at_end or date.min
        found = open_at(asked.conn, tickets, asked.cut, day=day, scope=asked.scope)
        values = evaluate(metric, found, by=by, window=window)
        values["is_complete"] = asked.is_complete
    else:
        found = ticket_measures(asked.conn, tickets, asked.cut, scope=asked.scope)
        if metric.name == "complaint_rate":
            found = _with_customers(asked, found)
        values = evaluate(metric, found, by=by, window=window)
    if not asked.has_days:
        values[list(_NUMBERS)] = np.nan
    return values


def _waits(asked: Asked, window: Window, clock: Clock, hours: Hours) -> pd.DataFrame:
    waits = waits_by_group(
        asked.conn, _tickets(asked), asked.cut, clock=clock, hours=hours, scope=asked.scope
    )
    rows: list[dict[str, Any]] = []
    for members, part in split(waits, asked.cut.by):
        of_all = part.assign(member=None).groupby(["member", "minutes", "is_ended"], dropna=False)
        found = waiting_times(of_all["tickets"].sum().reset_index())
        told = dict.fromkeys(_NUMBERS) | {"n": 0}
        if len(found):
            one = found.iloc[0]
            told |= {"value": one["median"], "low": one["median_low"], "high": one["median_high"],
                     "n": int(one["tickets"])}  # fmt: skip
        rows.append({**members, **told, "is_complete": False})
    values = told_frame(rows, asked.cut)
    return values.assign(is_complete=completeness(values, asked.cut.by, window))


def _with_customers(asked: Asked, found: pd.DataFrame) -> pd.DataFrame:
    """Return complaints with the customers who were active in the same days, by the same group."""
    cut, tickets = asked.cut, _tickets(asked)
    timed = dict(units(cut))
    names = {
        name: f"ordered_on:{cast(Unit, timed[name])}" if name in timed else name for name in cut.by
    }
    of_orders = Cut(tickets.start, tickets.end, tuple(names.values()), cut.where, cut.among)
    customers = measure_frame(
        asked.conn, scope=asked.scope, measures=("active_customers",), cut=of_orders
    ).rename(columns={own: name for name, own in names.items()})
    if not cut.by:
        return found.assign(active_customers=customers["active_customers"].to_numpy())
    joined = found.merge(customers, on=list(cut.by), how="outer")
    filled = joined.fillna(dict.fromkeys([n for n in joined if n not in cut.by], 0))
    return filled.sort_values(list(cut.by), na_position="last", ignore_index=True)
