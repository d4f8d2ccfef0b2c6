"""Which attributes the data really has: columns that no mapping names, kept by their header.

Keys are headers of imported files, not rows of anybody's customers: no viewer's scope applies.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from crm_data.errors import UsageError
from crm_data.queries.cut import Cut
from crm_data.queries.dimensions import ATTRIBUTES, TABLES_OF_AN_ORDER
from crm_data.sql import json_keys
from crm_data.tables import table

LISTED_KEYS = 20


def attribute_keys(
    conn: Connection, table_name: str, *, limit: int = LISTED_KEYS, rows: int | None = None
) -> list[str]:
    """Return the keys of a table's attributes, the most frequent first.

    With ``rows``, those of so many rows that have any: enough to offer keys of a large table.
    """
    keys = _keys(table_name, rows)
    statement = (
        select(keys.c.key)
        .group_by(keys.c.key)
        .order_by(func.count().desc(), keys.c.key)
        .limit(limit)
    )
    return list(conn.scalars(statement))


def has_attribute_key(conn: Connection, table_name: str, key: str) -> bool:
    """Whether some row of a table has an attribute; ends at the first that has it."""
    keys = _keys(table_name)
    return conn.scalar(select(sa.literal(1)).where(keys.c.key == key).limit(1)) is not None


def check_attribute_keys(conn: Connection, cut: Cut) -> None:
    """Refuse groups and filters by attributes that no row has; asks nothing where there are none.

    Raises
    ------
    UsageError
        Names the keys that there are, or the table that has the key.
    """
    dimensions = (*cut.dimensions, *(condition.dimension for condition in cut.filters))
    wanted = dict.fromkeys((d.table, d.key) for d in dimensions if d.key is not None)
    for table_name, key in wanted:
        if not has_attribute_key(conn, table_name, key):
            raise _unknown(conn, table_name, key)


def _keys(table_name: str, rows: int | None = None) -> sa.Subquery:
    held: sa.ColumnElement[Any] = table(table_name).c[ATTRIBUTES]
    if rows is not None:
        some = select(held).where(held.is_not(None)).limit(rows).subquery("some")
        held = some.c[ATTRIBUTES]
    return select(json_keys(held).label("key")).subquery("attribute")


def _unknown(conn: Connection, table_name: str, key: str) -> UsageError:
    there = [
        f"{other}.{ATTRIBUTES}.{key}"
        for other in TABLES_OF_AN_ORDER
        if other != table_name and has_attribute_key(conn, other, key)
    ]
    if there:
        return UsageError(
            "attribute_elsewhere",
            f"No row of {table_name} has the attribute '{key}'. Write {' or '.join(there)}.",
            table=table_name,
            key=key,
            fields=", ".join(there),
        )
    found = attribute_keys(conn, table_name, limit=LISTED_KEYS + 1)
    if not found:
        return UsageError(
            "no_attributes",
            f"No row of {table_name} has the attribute '{key}', nor any other. Attributes are "
            "the columns of imported files that no mapping names.",
            table=table_name,
            key=key,
        )
    listed = ", ".join(found[:LISTED_KEYS]) + (" …" if len(found) > LISTED_KEYS else "")
    return UsageError(
        "unknown_attribute",
        f"No row of {table_name} has the attribute '{key}'. Its attributes are: {listed}.",
        table=table_name,
        key=key,
        keys=listed,
    )
