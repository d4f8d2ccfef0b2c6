"""Leads, one row each: since when, from where, whether answered, what became of them.

As they are, or as they were known at a past moment: what came later has not happened. Whose they
are and where they came from has no date, and is as it is today; their status then is not known.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cohorts import NOT, Where, passes
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

LEAD_FIELDS: tuple[str, ...] = ("source", "campaign_id", "owner_id", "team", "status")
LEADS = FrameSpec(
    "leads",
    "one row per lead",
    ("lead_no",),
    columns_of(
        "lead_no:count lead_id:text source:text campaign_id:text owner_id:text team:text "
        "status:text created_on:day response_hours:number watched_hours:number "
        "qualified_on:day converted_on:day lost_on:day customer_id:text opportunity_id:text "
        "outcome:text"
    ),
)
LEAD_COSTS = FrameSpec(
    "lead_costs",
    "one row per campaign and day with spend",
    ("campaign_id", "spent_on"),
    columns_of("campaign_id:text channel:text spent_on:day amount:money"),
)
LEAD_DAYS = FrameSpec("lead_days", "one row", (), columns_of("first_on:day last_on:day"))


@dataclass(frozen=True)
class LeadCut:
    """Which leads: created in [start, end), with these values of ``LEAD_FIELDS``.

    ``known_before`` (UTC): leads as they were known just before that moment; None: as they are now.
    """

    start: date | None = None
    end: date | None = None
    where: Where = ()
    known_before: datetime | None = None


def leads(conn: Connection, cut: LeadCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return the leads of a cut: ``LEADS``, in the order of creation."""
    source = lead_source(cut, scope)
    statement = select(*(source.c[name] for name in LEADS.column_names)).order_by(source.c.lead_no)
    return read_frame(conn, statement, LEADS)


def lead_source(cut: LeadCut, scope: AccessScope) -> sa.Subquery:
    """Return the leads of a cut with every column of ``lead_spells``, as known then."""
    spells = mart("lead_spells")
    kept = kept_leads(spells, cut, scope)
    if cut.known_before is None:
        return select(spells).where(*kept).subquery("leads_kept")
    told, moment = table("leads"), sa.literal(cut.known_before, sa.DateTime())
    converted, lost = told.c.converted_at < moment, told.c.lost_at < moment

    def if_known(known: ColumnElement[bool], *names: str) -> dict[str, ColumnElement[Any]]:
        return {name: sa.case((known, spells.c[name])) for name in names}

    then: dict[str, ColumnElement[Any]] = {
        "status": sa.literal(None, sa.Text()),
        "watched_hours": sa.extract("epoch", moment - told.c.created_at) / 3600.0,
        "outcome": sa.case((converted, "converted"), (lost, "lost")),
        **if_known(told.c.first_response_at < moment, "response_hours"),
        **if_known(told.c.qualified_at < moment, "qualified_on"),
        **if_known(converted, "converted_on", "customer_id", "opportunity_id"),
        **if_known(lost, "lost_on"),
    }
    columns = [then.get(column.name, column).label(column.name) for column in spells.c]
    found = select(*columns).select_from(
        spells.join(told, told.c.lead_id == spells.c.lead_id)
    )  # fmt: skip
    return found.where(told.c.created_at < moment, *kept).subquery("leads_kept")


def lead_days(conn: Connection, *, scope: AccessScope) -> tuple[date | None, date | None]:
    """Return the first and the last day on which anything is known of leads; None without any."""
    spells = mart("lead_spells")
    last = func.max(
        sa.func.greatest(
            spells.c.created_on,
            func.coalesce(spells.c.qualified_on, spells.c.created_on),
            func.coalesce(spells.c.converted_on, spells.c.created_on),
            func.coalesce(spells.c.lost_on, spells.c.created_on),
        )
    )
    statement = select(
        func.min(spells.c.created_on).label("first_on"), last.label("last_on")
    ).where(visible_to(scope, spells.c.owner_id))
    first, latest = read_frame(conn, statement, LEAD_DAYS).iloc[0]
    return (None, None) if pd.isna(first) else (first.date(), latest.date())


def lead_costs(conn: Connection, cut: LeadCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return spend by campaign and day in the period: ``LEAD_COSTS``; the house's own numbers.

    Costs belong to no owner: only who sees everything is told them.
    """
    costs, campaigns = table("campaign_costs"), table("campaigns")
    period = [] if cut.start is None else [costs.c.spent_on >= cut.start]
    period += [] if cut.end is None else [costs.c.spent_on < cut.end]
    statement = (
        select(
            costs.c.campaign_id,
            campaigns.c.channel,
            costs.c.spent_on,
            func.sum(costs.c.amount).label("amount"),
        )
        .select_from(costs.outerjoin(campaigns, campaigns.c.campaign_id == costs.c.campaign_id))
        .where(sa.true() if scope.is_everything else sa.false(), *period)
        .group_by(costs.c.campaign_id, campaigns.c.channel, costs.c.spent_on)
        .order_by(costs.c.campaign_id, costs.c.spent_on)
    )
    return read_frame(conn, statement, LEAD_COSTS)


def kept_leads(spells: sa.Table, cut: LeadCut, scope: AccessScope) -> list[ColumnElement[bool]]:
    """Return the conditions of a cut on ``lead_spells``."""
    conditions = [visible_to(scope, spells.c.owner_id)]
    conditions += [] if cut.start is None else [spells.c.created_on >= cut.start]
    conditions += [] if cut.end is None else [spells.c.created_on < cut.end]
    for given, values in cut.where:
        name = given.removesuffix(NOT)
        if name not in LEAD_FIELDS:
            raise UsageError(
                "unknown_lead_field",
                f"Leads have no field '{name}'. Fields are: {', '.join(LEAD_FIELDS)}.",
                field=name,
                fields=", ".join(LEAD_FIELDS),
            )
        conditions.append(passes(spells.c[name], given, values))
    return conditions
