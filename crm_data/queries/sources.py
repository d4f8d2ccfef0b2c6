"""Where numbers about sales come from: FROM and WHERE of each source.

``items`` is the exact source: one row per order (or, when a dimension belongs to order lines, one
row per line and per difference between an order's own amount and its lines), narrowed to what
counts, to the viewer's scope, to the period and to the filters. The daily marts hold sums of it.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, func, literal_column, or_, select

from crm_data.queries.conditions import among, condition, cut_by, in_period
from crm_data.queries.dimensions import Dimension
from crm_data.queries.question import Question
from crm_data.scope import visible_to
from crm_data.tables import mart, table

_ONE = literal_column("1", sa.Integer())
_ZERO = literal_column("0", sa.Integer())
# Columns that order_facts already holds.
_IN_ORDER_FACTS = {
    ("orders", "order_id"): "order_id",
    ("orders", "customer_id"): "customer_id",
    ("customers", "customer_id"): "customer_id",
    ("orders", "ordered_at"): "ordered_at",
    ("orders", "ordered_on"): "ordered_on",
    ("orders", "status"): "status",
    ("orders", "channel"): "channel",
    ("orders", "campaign_id"): "campaign_id",
    ("orders", "owner_id"): "seller_id",
    ("order_facts", "owner_id"): "owner_id",
    ("customers", "region"): "region",
    ("customers", "country"): "country",
    ("customers", "source"): "source",
}
_SAME_IN_AN_ORDER = ("order_id", "customer_id", "ordered_on", "status", "previous_on")
_PREVIOUS = ("previous_in_channel_on", "previous_paid_on", "second_previous_paid_on")
_AMOUNTS = ("net_amount", "lines", "units")


def items(q: Question, *, with_ids: bool = False) -> Select[Any]:
    """Return one row per order and group of ``q``.

    Columns: ``dim_0`` …, ``order_id``, ``customer_id``, ``ordered_on``, ``status``, ``previous_on``
    …, ``net_amount``, ``lines``, ``units`` and ``has_order`` (0 for the difference between an
    order's own amount and its lines: it has a value, and the order is counted elsewhere). Without
    ``with_ids``, orders and customers may be told apart by numbers instead of their ids.
    """
    if not q.is_by_line:
        return _orders(q)
    if q.is_by_category and q.has_one_category:
        return _category_rows(q, with_ids=with_ids)
    return _by_order_and_group(q, with_ids=with_ids)


def _orders(q: Question) -> Select[Any]:
    facts = mart("order_facts")
    source, tables = _joined(facts, q.dimensions)
    return (
        select(*_dimension_columns(q, tables), *_order_columns(), _ONE.label("has_order"))
        .select_from(source)
        .where(*_visible_orders(q), *_conditions(q, tables))
    )


def parts(q: Question, *, with_ids: bool = False) -> FromClause:
    """Return order lines, and what orders are worth beyond them, with the columns of ``items``.

    One order has several rows here, so only amounts, lines and units may be summed. Where no other
    field of the lines is asked for, rows are those of an order and category.
    """
    if q.is_by_category:
        return _category_rows(q, with_ids=with_ids).subquery("part")
    rows = _line_rows(q)
    if not _lets_unexplained_through(q):
        return rows.subquery("part")
    return sa.union_all(rows, _unexplained(q)).subquery("part")


def _by_order_and_group(q: Question, *, with_ids: bool) -> Select[Any]:
    both = parts(q, with_ids=with_ids)
    same = [both.c[name] for name in (*q.labels(), *_SAME_IN_AN_ORDER)]
    return select(
        *same,
        func.sum(both.c.net_amount).label("net_amount"),
        func.sum(both.c.lines).label("lines"),
        func.sum(both.c.units).label("units"),
        func.max(both.c.has_order).label("has_order"),
    ).group_by(*same)


def _category_rows(q: Question, *, with_ids: bool) -> Select[Any]:
    """Return counted orders by category; they are joined to order_facts only where they must."""
    facts, parts_ = mart("order_facts"), mart("order_categories")
    is_alone = (
        not with_ids
        and q.scope.is_everything
        and all(d.is_category or d.is_order_day for d in q.dimensions)
    )
    source: FromClause = parts_
    tables: dict[str, FromClause] = {"order_facts": parts_, "products": parts_}
    seen = among(q, parts_.c.customer_no)
    if not is_alone:
        base = parts_.join(facts, facts.c.order_no == parts_.c.order_no)
        source, tables = _joined(base, q.dimensions, products=parts_)
        seen = _visible_orders(q)
    columns = {
        "order_id": facts.c.order_id if with_ids else parts_.c.order_no,
        "customer_id": facts.c.customer_id if with_ids else parts_.c.customer_no,
        "ordered_on": parts_.c.ordered_on,
        "status": sa.case((parts_.c.is_paid, "paid"), else_="returned"),
        "previous_on": parts_.c.previous_on,
        **{name: parts_.c[name] for name in _AMOUNTS},
        "has_order": sa.case((parts_.c.has_order, _ONE), else_=_ZERO),
    }
    return (
        select(*_dimension_columns(q, tables), *(c.label(name) for name, c in columns.items()))
        .select_from(source)
        .where(*in_period(q, parts_.c.ordered_on), *seen, *_conditions(q, tables))
    )


def order_lines(q: Question, columns: dict[str, Any]) -> Select[Any]:
    """Return ``columns`` of the order lines in ``q``, joined to order_facts and products."""
    source, tables = _line_source(q)
    return (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(source)
        .where(*_visible_orders(q), *_conditions(q, tables))
    )


def _line_rows(q: Question) -> Select[Any]:
    source, tables = _line_source(q)
    lines = table("order_lines")
    values = {
        "net_amount": lines.c.amount,
        "lines": _ONE,
        "units": sa.cast(lines.c.quantity, sa.Double()),
    }
    return (
        select(
            *_dimension_columns(q, tables),
            *_order_columns(values),
            _ONE.label("has_order"),
        )
        .select_from(source)
        .where(*_visible_orders(q), *_conditions(q, tables))
    )


def _line_source(q: Question) -> tuple[FromClause, dict[str, FromClause]]:
    facts, lines, products = mart("order_facts"), table("order_lines"), table("products")
    base = facts.join(lines, lines.c.order_id == facts.c.order_id).outerjoin(
        products, products.c.product_id == lines.c.product_id
    )
    return _joined(base, q.dimensions, order_lines=lines, products=products)


def _unexplained(q: Question) -> Select[Any]:
    """What orders are worth beyond their lines; line dimensions are missing."""
    facts, lines = mart("order_facts"), table("order_lines")
    # The lines of these orders only: the period is worth pushing down.
    sums = (
        select(lines.c.order_id, func.sum(lines.c.amount).label("amount"))
        .join(facts, facts.c.order_id == lines.c.order_id)
        .where(*_visible_orders(q))
        .group_by(lines.c.order_id)
        .subquery("line_sums")
    )
    base = facts.outerjoin(sums, sums.c.order_id == facts.c.order_id)
    source, tables = _joined(base, q.dimensions)
    known = func.coalesce(sums.c.amount, 0)
    without_lines = sums.c.order_id.is_(None)
    values = {
        "net_amount": facts.c.net_amount - known,
        "lines": _ZERO,
        "units": sa.cast(sa.null(), sa.Double()),
    }
    return (
        select(
            *_dimension_columns(q, tables),
            *_order_columns(values),
            sa.case((without_lines, _ONE), else_=_ZERO).label("has_order"),
        )
        .select_from(source)
        .where(*_visible_orders(q), *_conditions(q, tables))
        .where(or_(without_lines, facts.c.net_amount != known))
    )


def _lets_unexplained_through(q: Question) -> bool:
    return all(f.keeps_missing for f in q.filters if f.dimension.is_line)


def _order_columns(instead: dict[str, Any] | None = None) -> list[ColumnElement[Any]]:
    """Columns of ``items``; ``instead`` of the order's own amounts, those of a part of it."""
    facts = mart("order_facts")
    columns: dict[str, Any] = {name: facts.c[name] for name in _SAME_IN_AN_ORDER}
    columns |= instead or {name: facts.c[name] for name in (*_PREVIOUS, *_AMOUNTS)}
    return [column.label(name) for name, column in columns.items()]


def _visible_orders(q: Question) -> list[ColumnElement[bool]]:
    facts = mart("order_facts")
    return [
        facts.c.is_counted,
        visible_to(q.scope, facts.c.owner_id),
        *in_period(q, facts.c.ordered_on),
        *among(q, facts.c.customer_no),
    ]


def _joined(
    base: FromClause, dimensions: Iterable[Dimension], **tables: FromClause
) -> tuple[FromClause, dict[str, FromClause]]:
    """Join what the dimensions need to ``base``, which holds order_facts."""
    facts = mart("order_facts")
    links = {
        "orders": ("order_id", facts.c.order_id),
        "customers": ("customer_id", facts.c.customer_id),
        "campaigns": ("campaign_id", facts.c.campaign_id),
        "employees": ("employee_id", facts.c.seller_id),
    }
    known: dict[str, FromClause] = {"order_facts": facts, **tables}
    for d in dimensions:
        is_needed = d.key is not None or (d.table, d.column) not in _IN_ORDER_FACTS
        if is_needed and d.table in links and d.table not in known:
            other = table(d.table)
            key, value = links[d.table]
            base = base.outerjoin(other, other.c[key] == value)
            known[d.table] = other
    return base, known


def _dimension_columns(q: Question, tables: dict[str, FromClause]) -> list[sa.Label[Any]]:
    return [_expression(d, tables).label(label) for d, label in zip(q.by, q.labels(), strict=True)]


def _conditions(q: Question, tables: dict[str, FromClause]) -> list[ColumnElement[bool]]:
    return [condition(f, _expression(f.dimension, tables)) for f in q.filters]


def _expression(d: Dimension, tables: dict[str, FromClause]) -> ColumnElement[Any]:
    name = _IN_ORDER_FACTS.get((d.table, d.column))
    if name is not None:
        return cut_by(d, tables["order_facts"].c[name])
    if d.table not in tables:  # line columns, for the part that no line explains
        return sa.cast(sa.null(), table(d.table).c[d.column].type)
    return cut_by(d, tables[d.table].c[d.column])
