"""Leads counted by group, in the database."""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import Column
from crm_data.queries.cut import Cut
from crm_data.queries.deal_measures import groups_of
from crm_data.queries.leads import LeadCut, kept_leads
from crm_data.queries.measured_groups import read_groups
from crm_data.scope import AccessScope
from crm_data.tables import mart


def lead_measures(
    conn: Connection, leads: LeadCut, cut: Cut, *, days: int, until: date, scope: AccessScope
) -> pd.DataFrame:
    """Return leads, and how many of them converted within ``days``, by group of ``cut.by``.

    Parameters
    ----------
    leads : LeadCut
        Which leads, created when.
    until : date
        First day that is not known; what came then or later has not happened yet.

    Returns
    -------
    DataFrame
        The names in ``cut.by``, ``leads``, ``converted_leads``. Without groups one row.
    """
    spells = mart("lead_spells")
    took: ColumnElement[Any] = sa.cast(spells.c.converted_on - spells.c.created_on, sa.BigInteger())
    converted = sa.and_(took >= 0, took <= days, spells.c.converted_on < until)
    groups = groups_of(cut, spells)
    statement = (
        select(
            *groups.values(),
            func.count().label("leads"),
            func.count().filter(converted).label("converted_leads"),
        )
        .where(*kept_leads(spells, leads, scope))
        .group_by(*groups.values())
        .order_by(*(group.nulls_last() for group in groups.values()))
    )
    names = ("leads", "converted_leads")
    return read_groups(
        conn, statement, cut, "lead_measures", [Column(name, "count") for name in names]
    )


def lead_waits(conn: Connection, leads: LeadCut, cut: Cut, *, scope: AccessScope) -> pd.DataFrame:
    """Return the hours to the first answer and the hours watched of each lead, with its groups."""
    spells = mart("lead_spells")
    groups, names = groups_of(cut, spells), ("response_hours", "watched_hours")
    statement = select(*groups.values(), *(spells.c[name] for name in names)).where(
        *kept_leads(spells, leads, scope)
    )
    return read_groups(
        conn, statement, cut, "lead_measures", [Column(name, "number") for name in names]
    )
