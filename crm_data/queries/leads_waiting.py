"""Leads that nobody has contacted yet and that are not over: who has waited the longest."""

from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.queries.leads import LEADS, LeadCut, kept_leads
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart


def waiting_leads(
    conn: Connection,
    cut: LeadCut,
    *,
    scope: AccessScope,
    limit: int | None = None,
    offset: int = 0,
) -> pd.DataFrame:
    """Return leads of a cut that wait for a first contact: ``LEADS``, the oldest first."""
    spells = mart("lead_spells")
    statement = (
        select(*(spells.c[name] for name in LEADS.column_names))
        .where(*_waits(cut, scope))
        .order_by(spells.c.lead_no)
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, statement, LEADS)


def waiting_count(conn: Connection, cut: LeadCut, *, scope: AccessScope) -> int:
    """Return how many leads of a cut wait for a first contact."""
    spells = mart("lead_spells")
    found = conn.execute(select(func.count()).select_from(spells).where(*_waits(cut, scope)))
    return int(found.scalar_one())


def _waits(cut: LeadCut, scope: AccessScope) -> list[ColumnElement[Any]]:
    """Neither contacted, nor converted, nor lost: who became a customer unasked needs no call."""
    spells = mart("lead_spells")
    return [
        spells.c.response_hours.is_(None),
        spells.c.outcome.is_(None),
        *kept_leads(spells, cut, scope),
    ]
