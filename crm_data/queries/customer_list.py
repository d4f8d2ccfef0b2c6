"""Every customer with what is known of it, for lists that leave the house."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, func, select

from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec
from crm_data.queries.cut import Cut, Filter
from crm_data.queries.dimensions import Dimension
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import bucket_start, json_text, read_frame
from crm_data.tables import mart, table
from crm_data.tables.marts import CUSTOMER_FACTS, INTERNAL

CUSTOMER_LIST = FrameSpec(
    "customer_list",
    "one row per customer, those that only orders know included, by id",
    ("customer_id",),
    (
        *(column for column in CUSTOMER_FACTS.columns if column.name not in INTERNAL),
        Column("attributes", "json"),
    ),
)
# What a bare name means elsewhere, and what customers have that only orders know.
_OF_EVERY_CUSTOMER = {
    ("orders", "customer_id"): "customer_id",
    ("customers", "customer_id"): "customer_id",
    ("order_facts", "owner_id"): "owner_id",
    ("customers", "owner_id"): "owner_id",
}


def customer_list(
    conn: Connection, *, scope: AccessScope, cut: Cut, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return customers: ``CUSTOMER_LIST``.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see.
    cut : Cut
        Its filters; they may name what a customer has, and there is no period.
    limit, offset : int
        Which part of the list.

    Raises
    ------
    UsageError
        A period, or a filter on something that belongs to orders.
    """
    facts, own = mart("customer_facts"), table("customers")
    columns = [facts.c[c.name] for c in CUSTOMER_FACTS.columns if c.name not in INTERNAL]
    page = _found(scope, cut, *columns, own.c.attributes)
    return read_frame(
        conn, page.order_by(facts.c.customer_id).limit(limit).offset(offset), CUSTOMER_LIST
    )


def customers_count(conn: Connection, *, scope: AccessScope, cut: Cut) -> int:
    """Return how many rows ``customer_list`` has in all."""
    return int(conn.scalar(_found(scope, cut, func.count())) or 0)


def _found(scope: AccessScope, cut: Cut, *columns: ColumnElement[Any]) -> Select[Any]:
    if cut.start is not None or cut.end is not None:
        raise UsageError(
            "customers_no_period",
            "The list of customers has no period. Leave out start and end, or take the customers "
            "behind a number, such as rows:active_customers.",
        )
    facts, own = mart("customer_facts"), table("customers")
    return (
        select(*columns)
        .select_from(facts.outerjoin(own, own.c.customer_id == facts.c.customer_id))
        .where(
            visible_to(scope, facts.c.owner_id),
            *map(_condition, cut.filters),
            *([in_segment(facts.c.customer_no, cut.among)] if cut.among else []),
        )
    )


def _condition(condition: Filter) -> ColumnElement[bool]:
    value = _value(condition.dimension)
    given = condition.values  # noqa: PD011 - a filter, not a frame
    wanted = [condition.dimension.value(v) for v in given if v is not None]
    among = value.not_in(wanted) if condition.is_negated else value.in_(wanted)
    if condition.keeps_missing:
        return sa.or_(among, value.is_(None))
    return sa.and_(among, value.is_not(None))


def _value(d: Dimension) -> ColumnElement[Any]:
    known_to_all = _OF_EVERY_CUSTOMER.get((d.table, d.column))
    if known_to_all is not None:
        return mart("customer_facts").c[known_to_all]
    if d.table != "customers":
        raise UsageError(
            "customers_filter",
            f"The list of customers cannot be filtered by '{d.name}', which belongs to orders. "
            "Filter by what a customer has, or take the customers behind a number, such as "
            "rows:active_customers.",
            field=d.name,
        )
    column = table("customers").c[d.column]
    if d.key is not None:
        return json_text(column, d.key)
    return bucket_start(column, d.unit) if d.unit else column
