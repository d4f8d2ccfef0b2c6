"""The rows behind a number."""

from dataclasses import replace
from typing import Any, Literal, get_args

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, func, select

from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec
from crm_data.queries.cut import Cut
from crm_data.queries.question import Question, question
from crm_data.queries.sources import items, order_lines
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart, table
from crm_data.tables.marts import NEVER

RowKind = Literal[
    "orders",
    "paid_orders",
    "order_lines",
    "active_customers",
    "new_customers",
    "returning_customers",
    "paid_customers",
]
ROW_KINDS: tuple[RowKind, ...] = get_args(RowKind)

_ORDERS = FrameSpec(
    "order_rows",
    "one row per counted order, newest first",
    ("order_id",),
    (
        Column("order_id", "text"),
        Column("ordered_on", "day"),
        Column("customer_id", "text"),
        Column("customer_name", "text"),
        Column("channel", "text"),
        Column("status", "text"),
        Column("region", "text"),
        Column("owner_id", "text"),
        Column("net_amount", "money", "Of the lines in the cut, when it is cut by lines."),
        Column("lines", "count"),
        Column("units", "number"),
    ),
)
_LINES = FrameSpec(
    "line_rows",
    "one row per line of a counted order, newest order first",
    ("order_id", "line_no"),
    (
        Column("order_id", "text"),
        Column("line_no", "count"),
        Column("ordered_on", "day"),
        Column("customer_id", "text"),
        Column("customer_name", "text"),
        Column("product_id", "text"),
        Column("product_name", "text"),
        Column("category", "text"),
        Column("quantity", "number"),
        Column("unit_price", "money"),
        Column("amount", "money"),
    ),
)
_CUSTOMERS = FrameSpec(
    "customer_rows",
    "one row per customer with a counted order in the cut, largest first",
    ("customer_id",),
    (
        Column("customer_id", "text"),
        Column("name", "text"),
        Column("region", "text"),
        Column("country", "text"),
        Column("source", "text"),
        Column("owner_id", "text"),
        Column("first_order_on", "day", "In the cut."),
        Column("last_order_on", "day", "In the cut."),
        Column("orders", "count"),
        Column("paid_orders", "count"),
        Column("net_amount", "money"),
    ),
)


def rows_frame(
    conn: Connection,
    *,
    scope: AccessScope,
    kind: RowKind,
    cut: Cut,
    limit: int,
    offset: int = 0,
) -> pd.DataFrame:
    """Return rows that add up to (or are counted in) a number of ``cut``.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see.
    kind : str
        What rows are: ``ROW_KINDS``. A metric names its own (``Metric.rows``).
    cut : Cut
        Period and filters; its groups are ignored, so narrow it to one group with ``within``.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    DataFrame
        Orders and lines newest first, customers by amount; amounts in the company's currency.
    """
    spec = _spec(kind)
    page = _sorted(_found(scope, kind, cut), spec).limit(limit).offset(offset).subquery("page")
    return read_frame(conn, _sorted(_described(page, spec), spec), spec)


def rows_count(conn: Connection, *, scope: AccessScope, kind: RowKind, cut: Cut) -> int:
    """Return how many rows ``rows_frame`` has in all."""
    every = _found(scope, kind, cut).subquery("row")
    return int(conn.scalar(select(func.count()).select_from(every)) or 0)


def _spec(kind: str) -> FrameSpec:
    if kind not in ROW_KINDS:
        raise UsageError(
            "unknown_rows",
            f"There are no rows of kind '{kind}'. Kinds are: {', '.join(ROW_KINDS)}.",
            kind=kind,
            kinds=", ".join(ROW_KINDS),
        )
    return {"orders": _ORDERS, "paid_orders": _ORDERS, "order_lines": _LINES}.get(kind, _CUSTOMERS)


def _found(scope: AccessScope, kind: str, cut: Cut) -> Select[Any]:
    """Return the rows without what only describes them, so that counting and paging stay cheap."""
    spec = _spec(kind)
    q = question(scope, replace(cut, by=()))
    if spec is _LINES:
        return _lines(q)
    return _orders(q, kind) if spec is _ORDERS else _customers(q, kind)


def _sorted(statement: Select[Any], spec: FrameSpec) -> Select[Any]:
    columns = statement.selected_columns
    if spec is _CUSTOMERS:
        return statement.order_by(columns.net_amount.desc().nulls_last(), columns.customer_id)
    return statement.order_by(columns.ordered_on.desc(), *(columns[key] for key in spec.key))


def _described(page: sa.Subquery, spec: FrameSpec) -> Select[Any]:
    """Return a page with names and attributes joined to it."""
    customers, facts, products = table("customers"), mart("order_facts"), table("products")
    same_customer = customers.c.customer_id == page.c.customer_id
    if spec is _CUSTOMERS:
        own = [customers.c[name] for name in ("name", "region", "country", "source", "owner_id")]
        return select(*page.c, *own).outerjoin_from(page, customers, same_customer)
    name = customers.c.name.label("customer_name")
    if spec is _LINES:
        same_product = products.c.product_id == page.c.product_id
        described = select(
            *page.c, name, products.c.name.label("product_name"), products.c.category
        )
        return described.outerjoin_from(page, customers, same_customer).outerjoin(
            products, same_product
        )
    own = [facts.c[column] for column in ("channel", "region", "owner_id")]
    return (
        select(*page.c, name, *own)
        .select_from(page)
        .join(facts, facts.c.order_id == page.c.order_id)
        .outerjoin(customers, same_customer)
    )


def _orders(q: Question, kind: str) -> Select[Any]:
    part = items(q, with_ids=True).subquery("item")
    names = ("order_id", "ordered_on", "customer_id", "status", "net_amount", "lines", "units")
    rows = select(*(part.c[name] for name in names))
    return rows.where(part.c.status == "paid") if kind == "paid_orders" else rows


def _lines(q: Question) -> Select[Any]:
    lines, facts = table("order_lines"), mart("order_facts")
    columns = {
        "order_id": lines.c.order_id,
        "line_no": lines.c.line_no,
        "ordered_on": facts.c.ordered_on,
        "customer_id": facts.c.customer_id,
        "product_id": lines.c.product_id,
        "quantity": lines.c.quantity,
        "unit_price": lines.c.unit_price,
        "amount": lines.c.amount,
    }
    return order_lines(q, columns)


def _customers(q: Question, kind: str) -> Select[Any]:
    part = items(q, with_ids=True).subquery("item")
    is_first = sa.and_(part.c.previous_on == NEVER, part.c.has_order == 1)
    is_new = func.max(sa.case((is_first, 1), else_=0))
    orders = func.sum(part.c.has_order)
    paid = func.coalesce(orders.filter(part.c.status == "paid"), 0)
    wanted: dict[str, ColumnElement[bool]] = {
        "active_customers": orders > 0,
        "new_customers": is_new == 1,
        "returning_customers": sa.and_(orders > 0, is_new == 0),
        "paid_customers": paid > 0,
    }
    return (
        select(
            part.c.customer_id,
            func.min(part.c.ordered_on).label("first_order_on"),
            func.max(part.c.ordered_on).label("last_order_on"),
            sa.cast(orders, sa.BigInteger()).label("orders"),
            sa.cast(paid, sa.BigInteger()).label("paid_orders"),
            func.sum(part.c.net_amount).label("net_amount"),
        )
        .where(part.c.customer_id.is_not(None))
        .group_by(part.c.customer_id)
        .having(wanted[kind])
    )
