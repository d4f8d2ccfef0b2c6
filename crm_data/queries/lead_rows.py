"""The leads behind a number, a page at a time."""

from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.leads import LeadCut, lead_source
from crm_data.queries.leads_waiting import waits
from crm_data.scope import AccessScope
from crm_data.sql import read_frame

LEAD_ROWS = FrameSpec(
    "lead_rows",
    "one row per lead, newest first",
    ("lead_id",),
    columns_of(
        "lead_id:text source:text campaign_id:text owner_id:text status:text created_on:day "
        "response_hours:number qualified_on:day converted_on:day lost_on:day customer_id:text "
        "opportunity_id:text outcome:text"
    ),
)
_TOTAL = FrameSpec("leads_total", "one row", (), columns_of("leads:count"))


@dataclass(frozen=True)
class LeadPick:
    """Which leads of a cut. Equal picks are equal cache keys.

    Parameters
    ----------
    is_timed : bool
        Only leads of which it is known how long they waited.
    watched_hours : float
        Of these, only those that could be watched for so long; 0 for all.
    is_waiting : bool
        Only leads that nobody has contacted yet and that are not over.
    """

    cut: LeadCut
    is_timed: bool = False
    watched_hours: float = 0.0
    is_waiting: bool = False


def lead_rows(
    conn: Connection, pick: LeadPick, *, scope: AccessScope, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return one page of the leads: ``LEAD_ROWS``."""
    source = lead_source(pick.cut, scope)
    statement = (
        select(*(source.c[name] for name in LEAD_ROWS.column_names))
        .where(*_picked(source, pick))
        .order_by(source.c.created_on.desc().nulls_last(), source.c.lead_no.desc())
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, statement, LEAD_ROWS)


def lead_rows_count(conn: Connection, pick: LeadPick, *, scope: AccessScope) -> int:
    """Return how many leads there are."""
    source = lead_source(pick.cut, scope)
    statement = select(func.count().label("leads")).select_from(source)
    found = read_frame(conn, statement.where(*_picked(source, pick)), _TOTAL)
    return int(found["leads"].iloc[0])


def _picked(source: sa.Subquery, pick: LeadPick) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if pick.is_timed or pick.watched_hours:
        conditions.append(func.coalesce(source.c.response_hours, source.c.watched_hours) >= 0)
    if pick.watched_hours:
        conditions.append(source.c.watched_hours >= pick.watched_hours)
    return conditions + (waits(source) if pick.is_waiting else [])
