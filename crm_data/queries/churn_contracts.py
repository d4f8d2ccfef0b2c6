"""What contracts did by calendar month: customers and monthly amounts that came, went, changed."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.contract_sums import CONTRACT_SUMS, SUM_SQL
from crm_data.frames import Column, FrameSpec
from crm_data.queries.cohorts import Where, chosen, keeps
from crm_data.scope import AccessScope, visible_to
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
    source = _source(scope, where, among)
    statement = (
        select(
            source.c.month_on,
            func.max(source.c.last_on).label("last_on"),
            *(func.sum(source.c[column.name]).label(column.name) for column in CONTRACT_SUMS),
        )
        .group_by(source.c.month_on)
        .order_by(source.c.month_on)
    )
    return read_frame(conn, statement, CONTRACT_MONTHS)


def contract_reasons(
    conn: Connection, *, scope: AccessScope, where: Where = (), among: str = ""
) -> pd.DataFrame:
    """Return those lost by month and reason, most first: ``CONTRACT_REASONS``."""
    source = _source(scope, where, among)
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
    changes = mart("contract_changes")
    is_start = changes.c.month_on == changes.c.cohort_on
    statement = (
        select(
            changes.c.cohort_on,
            changes.c.month_on,
            func.sum(sa.case((is_start, 1), else_=0)).label("started"),
            func.sum(sa.case((changes.c.is_first_loss, 1), else_=0)).label("lost"),
        )
        .where(sa.or_(is_start, changes.c.is_first_loss), *of_changes(scope, where, among))
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


def _source(scope: AccessScope, where: Where, among: str) -> sa.Subquery:
    if among or any(name not in FILTERS for name, _ in where):
        changes = mart("contract_changes")
        sums: list[ColumnElement[Any]] = [
            sa.literal_column(text).label(name) for name, text in SUM_SQL.items()
        ]
        found = select(changes.c.month_on, changes.c.last_on, changes.c.end_reason, *sums).where(
            *of_changes(scope, where, among)
        )
        return found.subquery("changes")
    flows = mart("contract_flows")
    kept = [keeps(flows.c[name], values) for name, values in where]
    return select(flows).where(visible_to(scope, flows.c.owner_id), *kept).subquery("flows")


def of_changes(scope: AccessScope, where: Where, among: str) -> list[ColumnElement[bool]]:
    """Return the conditions on ``contract_changes``; others than its own ask customer_facts."""
    changes, facts = mart("contract_changes"), mart("customer_facts")
    own = [keeps(changes.c[name], values) for name, values in where if name in FILTERS]
    others = tuple((name, values) for name, values in where if name not in FILTERS)
    if among or others:
        members: Any = select(facts.c.customer_no).where(*chosen(facts, others, among))
        own.append(changes.c.customer_no.in_(members))
    return [visible_to(scope, changes.c.owner_id), *own]
