"""The customers behind one cell of a cohort table."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, Select, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cohorts import Where, chosen, watermark
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart

COHORT_MEMBERS = FrameSpec(
    "cohort_members",
    "one row per customer of a cohort; orders and value of the period asked for",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text region:text source:text first_category:text "
        "first_order_on:day last_order_on:day period_orders:count period_net_amount:money "
        "orders:count net_amount:money"
    ),
)


@dataclass(frozen=True)
class CohortCell:
    """One cell: who joined in a period, and whether they were active in another.

    Attributes
    ----------
    joined_from, joined_until : date
        Half-open; first days of months.
    active_from, active_until : date
        Half-open; first days of months. ``active_until`` None: from then on.
    is_active : bool or None
        Keep who was active then, who was not, or (None) everybody.
    where, among
        As in ``cohort_cells``.
    """

    joined_from: date
    joined_until: date
    active_from: date
    active_until: date | None
    is_active: bool | None = True
    where: Where = ()
    among: str = ""


def cohort_members(
    conn: Connection, *, scope: AccessScope, cell: CohortCell, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return the customers of a cell, largest value first: ``COHORT_MEMBERS``."""
    facts, wide = mart("customer_facts"), mart("customer_facts").alias("wide")
    statement, then = _members(scope, cell)
    # The page is found by narrow columns; names are read for its rows only.
    found = (
        statement.add_columns(
            facts.c.customer_no,
            func.coalesce(then.c.orders, 0).label("period_orders"),
            then.c.net_amount.label("period_net_amount"),
        )
        .order_by(facts.c.net_amount.desc().nulls_last(), facts.c.customer_id)
        .limit(limit)
        .offset(offset)
        .cte("found")
    )
    columns = (
        found.c[name] if name.startswith("period_") else wide.c[name]
        for name in COHORT_MEMBERS.column_names
    )
    page = (
        select(*columns)
        .join_from(found, wide, wide.c.customer_no == found.c.customer_no)
        .order_by(wide.c.net_amount.desc().nulls_last(), wide.c.customer_id)
    )
    return read_frame(conn, page, COHORT_MEMBERS)


def cohort_members_count(conn: Connection, *, scope: AccessScope, cell: CohortCell) -> int:
    """Return how many customers a cell has."""
    statement, _ = _members(scope, cell)
    return int(conn.scalar(statement.add_columns(func.count())) or 0)


def _members(scope: AccessScope, cell: CohortCell) -> tuple[Select[Any], sa.Subquery]:
    """Return FROM and WHERE, and the orders of the period by customer."""
    months, facts = mart("customer_months"), mart("customer_facts")
    joined = (
        select(months.c.customer_no)
        .where(
            months.c.month_on >= cell.joined_from,
            months.c.month_on < cell.joined_until,
            months.c.month_on == months.c.cohort_on,
            visible_to(scope, months.c.owner_id),
        )
        .subquery("joined")
    )
    period = [months.c.month_on >= cell.active_from, months.c.month_on <= watermark()]
    if cell.active_until is not None:
        period.append(months.c.month_on < cell.active_until)
    then = (
        select(
            months.c.customer_no,
            func.sum(months.c.paid_orders).label("orders"),
            func.sum(months.c.net_amount).label("net_amount"),
        )
        .where(*period)
        .group_by(months.c.customer_no)
        .subquery("period_orders")
    )
    statement: Select[Any] = (
        select()
        .select_from(joined)
        .join(facts, facts.c.customer_no == joined.c.customer_no)
        .outerjoin(then, then.c.customer_no == joined.c.customer_no)
        .where(visible_to(scope, facts.c.owner_id), *chosen(facts, cell.where, cell.among))
    )
    if cell.is_active is not None:
        has_bought = func.coalesce(then.c.orders, 0) > 0
        statement = statement.where(has_bought if cell.is_active else sa.not_(has_bought))
    return statement, then
