"""How many fields of customers have a value, and which customers lack some."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from crm_data.frames import Column, FrameSpec
from crm_data.queries.cohorts import NOT, Where
from crm_data.queries.segments import is_member
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table, table_spec

GROUPS = ("region", "country", "city", "source", "owner_id", "kind", "industry", "size")
_KEYS = ("customer_id", "name", "owner_id")


def fields_in_use(conn: Connection) -> tuple[str, ...]:
    """Return the fields of customers that any row has a value in: a fact of the data, nobody's."""
    fields = mart("quality_fields")
    found = conn.execute(
        select(fields.c.field)
        .where(fields.c.table_name == "customers", fields.c.present > 0)
        .distinct()
    ).scalars()
    used = set(found)
    return tuple(name for name in table_spec("customers").names if name in used)


def present_values(
    conn: Connection, *, scope: AccessScope, by: tuple[str, ...], where: Where, among: str
) -> pd.DataFrame:
    """Return customers, and values that they have in fields in use, by group.

    Returns
    -------
    DataFrame
        ``by`` (of ``GROUPS``), ``customers``, ``present_values``, ``possible_values``.
    """
    own, used = table("customers"), fields_in_use(conn)
    groups = [own.c[name] for name in by]
    present = sum((func.count(own.c[name]) for name in used), sa.literal(0))
    statement = (
        select(*groups, func.count().label("customers"), present.label("present_values"))
        .where(*_kept(own, scope, where, among))
        .group_by(*groups)
        .order_by(*(group.nulls_last() for group in groups))
    )
    columns = [*(Column(name, "text") for name in by), Column("customers", "count"),
               Column("present_values", "count")]  # fmt: skip
    spec = FrameSpec("present_values", "one row per group", by, tuple(columns))
    found = read_frame(conn, statement, spec)
    return found.assign(possible_values=found["customers"] * len(used))


def incomplete_customers(
    conn: Connection, *, scope: AccessScope, where: Where, among: str, limit: int
) -> tuple[int, pd.DataFrame]:
    """Return how many customers lack a value, and the first of them: those who lack most.

    Their ``missing`` names the fields, one space between.
    """
    own, used = table("customers"), fields_in_use(conn)
    lacking = sum((sa.case((own.c[n].is_(None), 1), else_=0) for n in used), sa.literal(0))
    kept = [*_kept(own, scope, where, among), lacking > 0]
    total = int(conn.scalar(select(func.count()).select_from(own).where(*kept)) or 0)
    names = [*dict.fromkeys((*_KEYS, *used))]
    statement = (
        select(*(own.c[name] for name in names))
        .where(*kept)
        .order_by(lacking.desc(), own.c.customer_id)
        .limit(limit)
    )
    kinds = {field.name: field.kind for field in table_spec("customers").fields}
    spec = FrameSpec(
        "incomplete_customers", "one row per customer, those who lack most first", ("customer_id",),
        tuple(Column(name, kinds[name]) for name in names),
    )  # fmt: skip
    found = read_frame(conn, statement, spec)
    holes = found[list(used)].isna()
    missing = [" ".join(name for name in used if row[name]) for _, row in holes.iterrows()]
    return total, found[list(_KEYS)].assign(missing=missing)


def _kept(
    own: sa.Table, scope: AccessScope, where: Where, among: str
) -> list[sa.ColumnElement[bool]]:
    found: list[Any] = [visible_to(scope, own.c.owner_id)]
    for field, values in where:
        column, named = own.c[field.removesuffix(NOT)], [v for v in values if v is not None]
        matches: sa.ColumnElement[bool] = column.in_(named)
        if None in values:
            matches = sa.or_(matches, column.is_(None))
        if field.endswith(NOT):
            matches = sa.not_(sa.func.coalesce(matches, sa.false()))
        found.append(matches)
    if among:
        facts = mart("customer_facts")
        found.append(own.c.customer_id.in_(select(facts.c.customer_id).where(is_member(among))))
    return found
