"""Condition trees as SQL over ``customer_facts``.

SQL knows a third answer, NULL; a segment does not: whoever is not known to be in it is outside it,
so ``Not`` is the complement, and includes those whom the condition cannot be asked of.
"""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any as Anything

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, and_, false, func, or_, select, true

from crm_data.segments.conditions import AsOf, holds
from crm_data.segments.events import happened
from crm_data.segments.fields import SegmentField, field
from crm_data.segments.nodes import All, Any, Compare, Event, Node, Not, leaves
from crm_data.segments.parse import parse
from crm_data.sql import json_text
from crm_data.tables import mart, table

MEMBERS = "members_of"  # of the statement that finds the members of a segment: what it is called
IS_ASKED = "asked_of"  # of the question of one condition, to which nothing can be added any more
ColumnOf = Callable[[SegmentField], ColumnElement[Anything]]


def members_of(json_text: str, as_of: date | None = None) -> Select[Anything]:
    """Return the members of a segment: column ``customer_no`` of ``customer_facts``.

    Parameters
    ----------
    json_text : str
        The condition tree.
    as_of : date or None
        The day that relative dates are relative to, and after which no event counts; None is the
        last day of orders in the data (without orders, of any other table).

    Raises
    ------
    UsageError
        The tree cannot be read.
    """
    name = hashlib.sha256(f"{as_of} {json_text}".encode()).hexdigest()[:32]
    node, facts = parse(json_text), mart("customer_facts")
    chosen = select(facts.c.customer_no).select_from(source_of(node)).where(matches(node, as_of))
    chosen = chosen.correlate(None)  # whatever the question around it asks of the same marts
    # Named inside a subquery: what is added to the statement outside can never be lost by a name.
    whole = chosen.execution_options(**{MEMBERS: f"members_{name}"})
    return select(whole.subquery("segment").c.customer_no)


def in_segment(
    customer_no: ColumnElement[Anything], json_text: str, as_of: date | None = None
) -> ColumnElement[bool]:
    """Return whether a column that holds ``customer_no`` names a member; NULL where missing."""
    asked = members_of(json_text, as_of).execution_options(**{IS_ASKED: True})
    return customer_no.in_(asked)


def matches(
    node: Node, as_of: AsOf | None = None, column_of: ColumnOf | None = None
) -> ColumnElement[bool]:
    """Return the tree as a condition on rows of ``source_of(node)``; NULL means no.

    ``column_of`` may say that a field is elsewhere than in the version's own tables.
    """
    day = watermark() if as_of is None else as_of
    if isinstance(node, All):
        return and_(true(), *(matches(item, day, column_of) for item in node.items))
    if isinstance(node, Any):
        return or_(false(), *(matches(item, day, column_of) for item in node.items))
    if isinstance(node, Not):
        return sa.not_(func.coalesce(matches(node.item, day, column_of), false()))
    if isinstance(node, Event):
        return happened(node, mart("customer_facts"), day)
    return _compared(node, day, column_of or column)


def _compared(node: Compare, day: AsOf, column_of: ColumnOf) -> ColumnElement[bool]:
    about = field(node.field)
    return holds(node, about, column_of(about), day)


def source_of(*nodes: Node) -> FromClause:
    """Return ``customer_facts``, joined to what else the trees ask about."""
    asked = [leaf.field for node in nodes for leaf in leaves(node) if isinstance(leaf, Compare)]
    origins = {field(name).origin for name in asked}
    facts = mart("customer_facts")
    source: FromClause = facts
    if "customers" in origins:
        own = table("customers")
        source = source.outerjoin(own, own.c.customer_id == facts.c.customer_id)
    if "customer_scores" in origins:
        scores = mart("customer_scores")
        source = source.outerjoin(scores, scores.c.customer_no == facts.c.customer_no)
    return source


def column(about: SegmentField) -> ColumnElement[Anything]:
    """Return the column of a field in the version's own tables."""
    held = table("customers") if about.origin == "customers" else mart(about.origin)
    found: ColumnElement[Anything] = held.c[about.column]
    return found if about.key is None else json_text(found, about.key)


def watermark() -> ColumnElement[date]:
    """Return the last day of orders in the data, or of any table where there are none."""
    info = mart("version_info")
    of_orders = select(info.c.watermark_on).where(info.c.table_name == "orders")
    of_any = select(func.max(info.c.watermark_on))
    return func.coalesce(of_orders.scalar_subquery(), of_any.scalar_subquery(), type_=sa.Date())
