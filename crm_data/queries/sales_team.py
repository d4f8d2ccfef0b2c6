"""Who sells: what each closed and won, their quotas, and how those of others are spread."""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, or_, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.deals import DealCut, deal_source
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

SELLERS = FrameSpec(
    "sellers",
    "one row per employee who owns a deal or has a quota",
    ("owner_id",),
    columns_of(
        "owner_id:text name:text team:text office:text manager_id:text role:text hired_on:day "
        "left_on:day"
    ),
)
RESULTS = FrameSpec(
    "results",
    "one row per owner, pipeline and product category with a deal closed or created",
    ("owner_id", "pipeline", "category"),
    columns_of(
        "owner_id:text pipeline:text category:text won:count closed:count won_amount:money "
        "created:count created_amount:money"
    ),
)
QUOTAS = FrameSpec(
    "quotas",
    "one row per owner, or team, and period of a quota",
    (),
    columns_of("owner_id:text team:text period_start:day period_end:day amount:money"),
)
WON_DAYS = FrameSpec(
    "won_days",
    "one row per day and owner with a deal won",
    ("closed_on", "owner_id"),
    columns_of("closed_on:day owner_id:text deals:count amount:money"),
)
OTHERS = FrameSpec(
    "others",
    "one row per seller whom the viewer does not see, without a name",
    (),
    columns_of("won:count closed:count"),
)


def sellers(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return the sellers that the viewer sees: ``SELLERS``, by id."""
    staff, facts, quotas = table("employees"), mart("deal_facts"), table("quotas")
    owners = sa.union(
        select(facts.c.owner_id).where(facts.c.owner_id.is_not(None)),
        select(quotas.c.owner_id).where(quotas.c.owner_id.is_not(None)),
    ).subquery("owners")
    statement = (
        select(
            owners.c.owner_id,
            staff.c.name,
            staff.c.team,
            staff.c.region.label("office"),
            staff.c.manager_id,
            staff.c.role,
            staff.c.hired_on,
            staff.c.left_on,
        )
        .select_from(owners.outerjoin(staff, staff.c.employee_id == owners.c.owner_id))
        .where(visible_to(scope, owners.c.owner_id))
        .order_by(owners.c.owner_id)
    )
    return read_frame(conn, statement, SELLERS)


def results(
    conn: Connection, cut: DealCut, *, start: date, end: date, scope: AccessScope
) -> pd.DataFrame:
    """Return what each owner won and lost by closing day, and created, in [start, end)."""
    source = deal_source(cut, scope)
    closed = sa.and_(
        source.c.outcome.is_not(None), source.c.closed_on >= start, source.c.closed_on < end
    )
    won = sa.and_(closed, source.c.outcome == "won")
    created = sa.and_(source.c.created_on >= start, source.c.created_on < end)
    groups = [source.c.owner_id, source.c.pipeline, source.c.category]
    statement = (
        select(
            *groups,
            func.count().filter(won).label("won"),
            func.count().filter(closed).label("closed"),
            func.sum(source.c.amount).filter(won).label("won_amount"),
            func.count().filter(created).label("created"),
            func.sum(source.c.amount).filter(created).label("created_amount"),
        )
        .where(or_(closed, created))
        .group_by(*groups)
        .order_by(*(group.nulls_last() for group in groups))
    )
    return read_frame(conn, statement, RESULTS)


def won_days(
    conn: Connection, cut: DealCut, *, start: date, end: date, scope: AccessScope
) -> pd.DataFrame:
    """Return what was won on each day of [start, end), by owner: ``WON_DAYS``."""
    source = deal_source(cut, scope)
    statement = (
        select(
            source.c.closed_on,
            source.c.owner_id,
            func.count().label("deals"),
            func.sum(source.c.amount).label("amount"),
        )
        .where(source.c.outcome == "won", source.c.closed_on >= start, source.c.closed_on < end)
        .group_by(source.c.closed_on, source.c.owner_id)
        .order_by(source.c.closed_on, source.c.owner_id.nulls_last())
    )
    return read_frame(conn, statement, WON_DAYS)


def other_results(
    conn: Connection, cut: DealCut, *, start: date, end: date, scope: AccessScope
) -> pd.DataFrame:
    """Return won and closed of each seller of the viewer's teams whom the viewer does not see.

    Without names and in the order of their sizes: how a team is spread may be known to each of it,
    who is where not.
    """
    if scope.is_everything or scope.is_nothing:
        return OTHERS.conform(pd.DataFrame(columns=OTHERS.column_names))
    staff = table("employees")
    mine = select(staff.c.team).where(visible_to(scope, staff.c.employee_id)).distinct()
    source = deal_source(cut, AccessScope(None))
    won = func.count().filter(source.c.outcome == "won")
    columns: list[ColumnElement[Any]] = [won.label("won"), func.count().label("closed")]
    statement = (
        select(*columns)
        .where(
            source.c.outcome.is_not(None),
            source.c.closed_on >= start,
            source.c.closed_on < end,
            source.c.team.in_(mine),
            sa.not_(visible_to(scope, source.c.owner_id)),
        )
        .group_by(source.c.owner_id)
        .order_by(func.count().desc(), won.desc())
    )
    return read_frame(conn, statement, OTHERS)


def quotas(conn: Connection, *, start: date, end: date, scope: AccessScope) -> pd.DataFrame:
    """Return quotas that touch [start, end): of the sellers seen, of teams to who sees all."""
    found = table("quotas")
    of_team = sa.and_(found.c.owner_id.is_(None), sa.true() if scope.is_everything else sa.false())
    statement = (
        select(*(found.c[name] for name in QUOTAS.column_names))
        .where(
            found.c.period_start < end,
            found.c.period_end > start,
            or_(visible_to(scope, found.c.owner_id), of_team),
        )
        .order_by(found.c.period_start, found.c.owner_id.nulls_last(), found.c.team)
    )
    return read_frame(conn, statement, QUOTAS)
