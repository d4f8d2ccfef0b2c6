"""Cohorts of customers by month of first purchase: how many were active when, and who they are."""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, func, select

from crm_data.frames import Column, FrameSpec
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment, members_of
from crm_data.sql import read_frame
from crm_data.tables import mart

Where = tuple[tuple[str, tuple[str | None, ...]], ...]
NOT = "!"  # ends the name of a field whose values are those left out

SPLITS: tuple[str, ...] = ("region", "source", "first_category")
COHORT_CELLS = FrameSpec(
    "cohort_cells",
    "one row per month of first paid order, month with an order, and member of the split",
    ("cohort_on", "month_on", "member"),
    (
        Column("cohort_on", "day", "Month of the first paid order ever."),
        Column("month_on", "day", "Month of the orders counted in this row."),
        Column("member", "text", "Value of the split; missing without one, or where unknown."),
        Column("customers", "count", "Customers with a paid order in the month."),
        Column("first_in_quarter", "count", "Of them, not active earlier in the quarter."),
        Column("last_customers", "count", "Of them, not seen in a later month."),
        Column("valued_customers", "count", "Of them, with an order whose value is known."),
        Column("costed_customers", "count", "Of them, with an order whose cost is known."),
        Column("orders", "count", "Paid orders: a return is no purchase."),
        Column("net_amount", "money", "Net of returns; missing when no value is known."),
        Column("margin", "money", "Value less cost, of the orders whose cost is known."),
    ),
)
_SUMS = COHORT_CELLS.column_names[3:]


def cohort_cells(
    conn: Connection, *, scope: AccessScope, where: Where = (), by: str = "", among: str = ""
) -> pd.DataFrame:
    """Return customers, orders and value by cohort and month: ``COHORT_CELLS``, in order.

    Months after the watermark of orders are left out. Who sees every customer is answered by the
    mart ``cohort_months``; anybody else, and filters that it does not know, by ``customer_months``.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see.
    where : tuple
        Filters by attribute of the customer (``region``, ``source``, ``country``,
        ``first_category``): name and values kept, None for missing.
    by : str
        One of ``SPLITS``, or empty.
    among : str
        A saved segment to stay inside; empty for all customers.
    """
    is_counted = scope.is_everything and not among and all(name in SPLITS for name, _ in where)
    last = conn.scalar(select(watermark()))  # as a value, engines know how much is before it
    source = _counted(where) if is_counted else _uncounted(scope, where, among, by, last)
    member: ColumnElement[Any] = source.c[by] if by else sa.literal(None, sa.Text())
    statement = (
        select(
            source.c.cohort_on,
            source.c.month_on,
            member.label("member"),
            *(func.sum(source.c[name]).label(name) for name in _SUMS),
        )
        .group_by(source.c.cohort_on, source.c.month_on, *((source.c[by],) if by else ()))
        .order_by(source.c.cohort_on, source.c.month_on, sa.text("member NULLS LAST"))
    )
    return read_frame(conn, statement, COHORT_CELLS)


def _counted(where: Where) -> sa.Subquery:
    cells = mart("cohort_months")
    return select(cells).where(*(keeps(cells.c[n], values) for n, values in where)).subquery()


def _uncounted(
    scope: AccessScope, where: Where, among: str, by: str, last: date | None
) -> sa.Subquery:
    """Return a row per customer and month, as the mart would count it."""
    months, facts = mart("customer_months"), mart("customer_facts")
    buys = months.c.paid_orders > 0
    source: sa.FromClause = months
    first_category: ColumnElement[Any] = sa.literal(None, sa.Text()).label("first_category")
    if "first_category" in (by, *(name for name, _ in where)):  # months know all the others
        source = months.join(facts, facts.c.customer_no == months.c.customer_no)
        first_category = facts.c.first_category
    held = {**months.c, "first_category": first_category}
    rows = (
        select(
            *(months.c[n] for n in ("cohort_on", "month_on", "region", "source")),
            first_category,
            _flag(buys).label("customers"),
            _flag(months.c.is_first_in_quarter).label("first_in_quarter"),
            _flag(months.c.is_last).label("last_customers"),
            _flag(buys, months.c.net_amount.is_not(None)).label("valued_customers"),
            _flag(buys, months.c.margin.is_not(None)).label("costed_customers"),
            months.c.paid_orders.label("orders"),
            *(months.c[n] for n in ("net_amount", "margin")),
        )
        .select_from(source)
        .where(
            visible_to(scope, months.c.owner_id),
            *([in_segment(months.c.customer_no, among)] if among else []),
            *(keeps(held[name], values) for name, values in where),
            months.c.month_on.between(months.c.cohort_on, sa.literal(last, sa.Date())),
        )
    )
    return rows.subquery()


def watermark() -> sa.ScalarSelect[date]:
    """Return the last day with orders, as a value inside a statement."""
    info = mart("version_info")
    return select(info.c.watermark_on).where(info.c.table_name == "orders").scalar_subquery()


def chosen(facts: sa.Table, where: Where, among: str) -> list[ColumnElement[bool]]:
    """Return the conditions that customers of ``customer_facts`` meet."""
    of_segment = [in_segment(facts.c.customer_no, among)] if among else []
    return [*of_segment, *(keeps(facts.c[name], values) for name, values in where)]


def members(scope: AccessScope, where: Where, among: str, *names: str) -> sa.Subquery:
    """Return ``customer_no`` of the customers asked for, with columns of ``customer_facts``.

    To be joined, not asked for membership: that took three times as long. Members of a segment are
    kept (``crm_data.kept_members``).
    """
    facts = mart("customer_facts")
    asked = [
        *([] if scope.is_everything else [visible_to(scope, facts.c.owner_id)]),
        *(keeps(facts.c[name], values) for name, values in where),
    ]
    if not among:
        everybody = select(facts.c.customer_no, *(facts.c[name] for name in names))
        return everybody.where(*asked).subquery("members")
    kept = members_of(among).subquery("kept")
    if not asked and not names:
        return select(kept.c.customer_no).subquery("members")
    of_segment = select(kept.c.customer_no, *(facts.c[name] for name in names))
    joined = kept.join(facts, facts.c.customer_no == kept.c.customer_no)
    return of_segment.select_from(joined).where(*asked).subquery("members")


def keeps(column: ColumnElement[Any], values: tuple[str | None, ...]) -> ColumnElement[bool]:
    """Return whether a value is one of those kept; None stands for missing."""
    named = [value for value in values if value is not None]
    if None not in values:
        return column.in_(named)
    return sa.or_(column.in_(named), column.is_(None)) if named else column.is_(None)


def passes(
    column: ColumnElement[Any], name: str, values: tuple[str | None, ...]
) -> ColumnElement[bool]:
    """Return whether a value is one of those kept or, for a name with ``!``, none of them.

    A missing value is none of them, unless None is among them.
    """
    kept = keeps(column, values)
    return sa.not_(func.coalesce(kept, sa.false())) if name.endswith(NOT) else kept


def _flag(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return sa.case((sa.and_(*conditions), 1), else_=0)


def first_categories(conn: Connection, *, scope: AccessScope) -> list[str | None]:
    """Return the first categories that visible customers have, in order, None for missing last."""
    facts = mart("customer_facts")
    statement: Select[Any] = (
        select(facts.c.first_category)
        .where(visible_to(scope, facts.c.owner_id), facts.c.paid_days > 0)
        .distinct()
        .order_by(facts.c.first_category.nulls_last())
    )
    return list(conn.scalars(statement))
