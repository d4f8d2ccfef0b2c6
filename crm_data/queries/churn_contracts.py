"""What contracts did by calendar month: customers and monthly amounts that came, went, changed."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.contract_sums import CELL_SQL, CONTRACT_SUMS, SUM_SQL, TURN_SQL
from crm_data.frames import Column, FrameSpec
from crm_data.queries.cohorts import Where, keeps, members
from crm_data.scope import EVERYTHING, AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart

# Attributes that contracts can be filtered by without looking at each customer.
FILTERS: tuple[str, ...] = ("region", "source")
CONTRACT_MONTHS = FrameSpec(
    "contract_months",
    "one row per calendar month in which something changed",
    ("month_on",),
    (
        Column("month_on", "day"),
        Column("last_on", "day", "Last day on which a contract of theirs started or ended."),
        *CONTRACT_SUMS,
    ),
)
CONTRACT_REASONS = FrameSpec(
    "contract_reasons",
    "one row per month and reason of those lost",
    ("month_on", "end_reason"),
    (
        Column("month_on", "day"),
        Column("end_reason", "text", "Of the contract that ended last; missing where not given."),
        Column("lost_customers", "count"),
        Column("lost_amount", "money"),
    ),
)
CONTRACT_COHORTS = FrameSpec(
    "contract_cohorts",
    "one row per month of the first contract, and month in which some had none for the first time",
    ("cohort_on", "month_on"),
    (
        Column("cohort_on", "day"),
        Column("month_on", "day"),
        Column("started", "count", "Customers of the cohort, in the row of its own month."),
        Column("lost", "count", "Of them, those who had no contract left for the first time."),
    ),
)


def contract_months(
    conn: Connection, *, scope: AccessScope, where: Where = (), among: str = ""
) -> pd.DataFrame:
    """Return what changed by month: ``CONTRACT_MONTHS``, in order.

    Read from ``contract_flows``; a saved segment and other filters from ``contract_changes``.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see.
    where : tuple
        Filters by attribute of the customer: name and values kept, None for missing.
    among : str
        A saved segment to stay inside; empty for all customers.
    """
    is_counted = _is_counted(where, among)
    source = _flows(scope, where) if is_counted else _cells(scope, where, among)
    sums = {
        column.name: func.sum(source.c[column.name])
        if is_counted
        else sa.literal_column(SUM_SQL[column.name])
        for column in CONTRACT_SUMS
    }
    statement = (
        select(
            source.c.month_on,
            func.max(source.c.last_on).label("last_on"),
            *(total.label(name) for name, total in sums.items()),
        )
        .group_by(source.c.month_on)
        .order_by(source.c.month_on)
    )
    return read_frame(conn, statement, CONTRACT_MONTHS)


def contract_reasons(
    conn: Connection, *, scope: AccessScope, where: Where = (), among: str = ""
) -> pd.DataFrame:
    """Return those lost by month and reason, most first: ``CONTRACT_REASONS``."""
    source = _flows(scope, where) if _is_counted(where, among) else _losses(scope, where, among)
    lost = func.sum(source.c.lost_customers)
    statement = (
        select(
            source.c.month_on,
            source.c.end_reason,
            lost.label("lost_customers"),
            func.sum(source.c.lost_amount).label("lost_amount"),
        )
        .where(source.c.lost_customers > 0)
        .group_by(source.c.month_on, source.c.end_reason)
        .order_by(source.c.month_on, lost.desc(), source.c.end_reason.nulls_last())
    )
    return read_frame(conn, statement, CONTRACT_REASONS)


def contract_cohorts(
    conn: Connection, *, scope: AccessScope, where: Where = (), among: str = ""
) -> pd.DataFrame:
    """Return who started when, and when they had no contract for the first time."""
    changes, source, own = changes_of(scope, where, among)
    is_start = changes.c.month_on == changes.c.cohort_on
    statement = (
        select(
            changes.c.cohort_on,
            changes.c.month_on,
            func.sum(sa.case((is_start, 1), else_=0)).label("started"),
            func.sum(sa.case((changes.c.is_first_loss, 1), else_=0)).label("lost"),
        )
        .select_from(source)
        .where(sa.or_(is_start, changes.c.is_first_loss), *own)
        .group_by(changes.c.cohort_on, changes.c.month_on)
        .order_by(changes.c.cohort_on, changes.c.month_on)
    )
    return read_frame(conn, statement, CONTRACT_COHORTS)


def holders(conn: Connection, *, scope: AccessScope) -> tuple[int, int]:
    """Return how many visible customers ever had a contract, and how many ever had an order."""
    changes, people = mart("contract_changes"), mart("customer_facts")
    held = select(func.count()).where(
        changes.c.month_on == changes.c.cohort_on, visible_to(scope, changes.c.owner_id)
    )
    bought = select(func.count()).where(
        people.c.order_days > 0, visible_to(scope, people.c.owner_id)
    )
    return int(conn.scalar(held) or 0), int(conn.scalar(bought) or 0)


def changes_of(
    scope: AccessScope, where: Where, among: str
) -> tuple[sa.Table, sa.FromClause, list[ColumnElement[bool]]]:
    """Return ``contract_changes``, it or its join to the customers asked for, and conditions.

    Only a segment, and filters that it does not hold itself, ask who the customers are.
    """
    changes = mart("contract_changes")
    own = [keeps(changes.c[name], values) for name, values in where if name in FILTERS]
    others = tuple((name, values) for name, values in where if name not in FILTERS)
    source: sa.FromClause = changes
    if among or others:
        asked = members(EVERYTHING, others, among)
        source = changes.join(asked, asked.c.customer_no == changes.c.customer_no)
    return changes, source, [visible_to(scope, changes.c.owner_id), *own]


def _is_counted(where: Where, among: str) -> bool:
    return not among and all(name in FILTERS for name, _ in where)


def _flows(scope: AccessScope, where: Where) -> sa.Subquery:
    flows = mart("contract_flows")
    kept = [keeps(flows.c[name], values) for name, values in where]
    return select(flows).where(visible_to(scope, flows.c.owner_id), *kept).subquery("flows")


def _cells(scope: AccessScope, where: Where, among: str) -> sa.Subquery:
    """Return changes of one month and kind counted together, as the mart counts them."""
    changes, source, own = changes_of(scope, where, among)
    turned: sa.Label[Any] = sa.literal_column(TURN_SQL).label("turn")
    cells = (
        select(
            changes.c.month_on,
            changes.c.outcome,
            turned,
            func.max(changes.c.last_on).label("last_on"),
            *(sa.literal_column(text).label(name) for name, text in CELL_SQL.items()),
        )
        .select_from(source)
        .where(*own)
        .group_by(changes.c.month_on, changes.c.outcome, turned)
    )
    return cells.subquery("cells")


def _losses(scope: AccessScope, where: Where, among: str) -> sa.Subquery:
    changes, source, own = changes_of(scope, where, among)
    one: sa.Label[Any] = sa.literal_column("1").label("lost_customers")
    amount: sa.Label[Any] = func.coalesce(changes.c.amount_before, 0).label("lost_amount")
    losses = select(changes.c.month_on, changes.c.end_reason, one, amount).select_from(source)
    return losses.where(changes.c.outcome == "lost", *own).subquery("losses")
