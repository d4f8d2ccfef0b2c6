"""Touches of people and their purchases, for a viewer: what attribution is made from."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import Column, FrameSpec
from crm_data.queries.cohorts import chosen, members
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table
from crm_data.tables.marts import NEVER

TOUCHES = FrameSpec(
    "touches",
    "one row per touch",
    (),
    (
        Column("person", "text", "Customer, or the visitor who is not known to be one."),
        Column("occurred_at", "instant"),
        Column("channel", "text"),
    ),
)
PURCHASES = FrameSpec(
    "purchases_of_touched",
    "one row per paid order of a customer with a touch",
    (),
    (
        Column("person", "text"),
        Column("occurred_at", "instant", "Of an order with a day only, the end of that day."),
        Column("value", "money", "Net; missing where it is not known."),
        Column("is_first", "flag", "Whether it is the customer's first counted order."),
    ),
)
_RAW = FrameSpec(
    "raw", "one row per order", (),
    (
        Column("person", "text"), Column("ordered_at", "instant"), Column("ordered_on", "day"),
        Column("value", "money"), Column("is_first", "flag"),
    ),
)  # fmt: skip
_COUNT = FrameSpec(
    "count", "one row", (), (Column("orders", "count"), Column("value", "money"))
)  # fmt: skip
_END_OF_DAY = pd.Timedelta(days=1) - pd.Timedelta(microseconds=1)


def touches(conn: Connection, *, scope: AccessScope, among: str = "") -> pd.DataFrame:
    """Return all touches: ``TOUCHES``, or those of a segment's members (conditions as JSON).

    A visitor who turned out to be one customer is that customer in every touch. Visitors who are
    nobody's customer are shown to who sees everything and asks for no segment.
    """
    points, known = table("touchpoints"), _identified()
    person = func.coalesce(points.c.customer_id, known.c.customer_id)
    source = points.outerjoin(known, known.c.visitor_id == points.c.visitor_id)
    conditions: list[ColumnElement[bool]] = []
    if not scope.is_everything or among:
        facts = mart("customer_facts")
        source = source.outerjoin(facts, facts.c.customer_id == person)
        conditions = [visible_to(scope, facts.c.owner_id), *chosen(facts, (), among)]
    visitor = sa.literal("visitor ") + points.c.visitor_id
    statement = (
        select(
            func.coalesce(person, visitor).label("person"), points.c.occurred_at, points.c.channel
        )
        .select_from(source)
        .where(*conditions)
        .order_by(points.c.touchpoint_id)
    )
    return read_frame(conn, statement, TOUCHES)


def purchases_of_touched(conn: Connection, *, scope: AccessScope, among: str = "") -> pd.DataFrame:
    """Return the paid orders of customers who have a touch: ``PURCHASES``."""
    facts, points, known = mart("order_facts"), table("touchpoints"), _identified()
    touched = sa.union(
        select(points.c.customer_id).where(points.c.customer_id.is_not(None)),
        select(known.c.customer_id),
    ).subquery()
    statement = (
        select(
            facts.c.customer_id.label("person"),
            facts.c.ordered_at,
            facts.c.ordered_on,
            facts.c.net_amount.label("value"),
            _is_first(facts).label("is_first"),
        )
        .join(touched, touched.c.customer_id == facts.c.customer_id)
        .where(*_paid(facts, scope, among))
        .order_by(facts.c.order_id)
    )
    raw = read_frame(conn, statement, _RAW)
    at = raw["ordered_at"].fillna(raw["ordered_on"] + _END_OF_DAY)
    return PURCHASES.conform(raw.assign(occurred_at=at))


def purchases_since(
    conn: Connection, since: Any, *, scope: AccessScope, first_only: bool, among: str = ""
) -> tuple[int, float]:
    """Return number and value of all paid orders since a day, of touched customers or not."""
    facts = mart("order_facts")
    first = [_is_first(facts)] if first_only else []
    statement = select(
        func.count().label("orders"), func.coalesce(func.sum(facts.c.net_amount), 0).label("value")
    ).where(facts.c.ordered_on >= since, *_paid(facts, scope, among), *first)
    row = read_frame(conn, statement, _COUNT).iloc[0]
    return int(row["orders"]), float(row["value"])


def _identified() -> sa.Subquery:
    """Return visitors who are one customer."""
    points = table("touchpoints")
    return (
        select(points.c.visitor_id, func.min(points.c.customer_id).label("customer_id"))
        .where(points.c.visitor_id.is_not(None), points.c.customer_id.is_not(None))
        .group_by(points.c.visitor_id)
        .having(func.min(points.c.customer_id) == func.max(points.c.customer_id))
        .subquery()
    )


def _paid(facts: sa.Table, scope: AccessScope, among: str) -> list[ColumnElement[bool]]:
    own = (
        [facts.c.customer_no.in_(select(members(scope, (), among).c.customer_no))] if among else []
    )
    return [
        *own,
        facts.c.is_counted,
        facts.c.status == "paid",
        facts.c.customer_id.is_not(None),
        visible_to(scope, facts.c.owner_id),
    ]


def _is_first(facts: sa.Table) -> ColumnElement[bool]:
    return facts.c.previous_paid_on == NEVER
