"""Leads that nobody has contacted yet and that are not over: who has waited the longest."""

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, select

from crm_data.queries.leads import LEADS, LeadCut, lead_source
from crm_data.scope import AccessScope
from crm_data.sql import read_frame


def waiting_leads(
    conn: Connection,
    cut: LeadCut,
    *,
    scope: AccessScope,
    limit: int | None = None,
    offset: int = 0,
) -> pd.DataFrame:
    """Return leads of a cut that wait for a first contact: ``LEADS``, the oldest first."""
    source = lead_source(cut, scope)
    statement = (
        select(*(source.c[name] for name in LEADS.column_names))
        .where(*waits(source))
        .order_by(source.c.lead_no)
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, statement, LEADS)


def waits(source: sa.FromClause) -> list[ColumnElement[bool]]:
    """Neither contacted, nor converted, nor lost: who became a customer unasked needs no call."""
    return [source.c.response_hours.is_(None), source.c.outcome.is_(None)]
