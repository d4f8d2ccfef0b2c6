"""A page of rows of large marts, by the number of their customer."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, select

MOST = 500  # numbers that are told one by one; stores read long lists of them slowly, or not at all
_ROW = "rowid"  # what DuckDB calls the place of a row

Numbers = Sequence[int] | Select[Any]


def numbers_of(conn: Connection, page: Select[Any], *, limit: int, offset: int) -> Numbers:
    """Return the customers of a page, whose one column is ``customer_no``.

    A short page is read, so that the store knows whom to look for; a long one (a file) stays a
    question inside the next.
    """
    part = page.limit(limit).offset(offset)
    if limit > MOST:
        return select(part.subquery("page").c.customer_no)
    return [int(number) for number in conn.scalars(part)]


def of_customers(conn: Connection, held: sa.Table, numbers: Numbers) -> ColumnElement[bool]:
    """Return whether a row of a mart is of one of the customers, by ``customer_no``.

    DuckDB reads all columns that are asked for of every row before it looks at the number; told the
    places of the rows, which it finds by reading numbers alone, it reads a quarter as much. A store
    that has an index is asked for the numbers.
    """
    is_long = isinstance(numbers, Select) or len(numbers) > MOST
    if is_long or conn.dialect.name != "duckdb":
        return held.c.customer_no.in_(numbers)
    narrow = held.alias("places")
    places: Select[Any] = select(sa.literal_column(f"places.{_ROW}"))
    row: ColumnElement[int] = sa.literal_column(f"{held.name}.{_ROW}")
    return row.in_(places.where(narrow.c.customer_no.in_(numbers)))
