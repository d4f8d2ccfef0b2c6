"""One row per customer of a cell, with what a question needs of it and no more joins than that."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Subquery, select
from sqlalchemy.sql import visitors

from crm_data.tables import mart, table


def cell_rows(
    where: ColumnElement[bool], cell: ColumnElement[str], columns: dict[str, ColumnElement[Any]]
) -> Subquery:
    """One row per visible customer. A cell has a name here, as it may hold bound parameters."""
    facts, scores, own = mart("customer_facts"), mart("customer_scores"), table("customers")
    source: sa.FromClause = facts
    if _reads(scores, cell, where, *columns.values()):
        source = source.outerjoin(scores, scores.c.customer_no == facts.c.customer_no)
    if _reads(own, *columns.values()):
        source = source.outerjoin(own, own.c.customer_id == facts.c.customer_id)
    return (
        select(cell.label("cell"), *(value.label(name) for name, value in columns.items()))
        .select_from(source)
        .where(where)
        .subquery()
    )


def is_one_cell(cell: ColumnElement[str]) -> bool:
    """Whether every customer is in the same cell: its name is written in the SQL, or is bound."""
    is_written = isinstance(cell, sa.ColumnClause) and cell.is_literal
    return is_written or isinstance(cell, sa.BindParameter)


def _reads(read: sa.Table, *expressions: ColumnElement[Any]) -> bool:
    """Whether an expression names a column of a table, subqueries aside."""
    return any(
        isinstance(part, sa.Column) and part.table is read
        for expression in expressions
        for part in visitors.iterate(expression)
    )
