"""A few rows of a large mart, by the number of their customer."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, select

_ROW = "rowid"  # what DuckDB calls the place of a row


def of_customers(conn: Connection, held: sa.Table, numbers: Sequence[int]) -> ColumnElement[bool]:
    """Return whether a row of a mart is of one of the customers, by ``customer_no``.

    DuckDB reads all columns that are asked for of every row before it looks at the number; told the
    places of the rows, which it finds by reading numbers alone, it reads a quarter as much. A store
    that has an index is asked for the numbers.
    """
    if conn.dialect.name != "duckdb":
        return held.c.customer_no.in_(numbers)
    narrow = held.alias("places")
    places: sa.Select[tuple[int]] = select(sa.literal_column(f"places.{_ROW}"))
    row: ColumnElement[int] = sa.literal_column(f"{held.name}.{_ROW}")
    return row.in_(places.where(narrow.c.customer_no.in_(numbers)))
