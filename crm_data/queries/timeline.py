"""Everything that happened with one customer, as one list."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, func, select

from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec
from crm_data.queries.customer_search import storable
from crm_data.queries.customers import owned
from crm_data.queries.timeline_events import (
    EVENT_KINDS,
    TIMELINE,
    EventKind,
    events_of,
    has_ended,
    rows_of,
)
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import table

__all__ = ["EVENT_KINDS", "TIMELINE", "EventKind", "lines_of_order", "timeline", "timeline_counts"]

TIMELINE_COUNTS = FrameSpec(
    "timeline_counts",
    "one row per kind of event that the customer has",
    ("kind",),
    (Column("kind", "text"), Column("events", "count")),
)
ORDER_LINES = FrameSpec(
    "lines_of_an_order",
    "one row per line",
    ("line_no",),
    (
        Column("line_no", "count"),
        Column("product_id", "text"),
        Column("product_name", "text"),
        Column("category", "text"),
        Column("quantity", "number"),
        Column("unit_price", "money"),
        Column("amount", "money"),
    ),
)


def timeline(
    conn: Connection,
    *,
    scope: AccessScope,
    customer_id: str,
    kinds: Sequence[EventKind] = EVENT_KINDS,
    limit: int,
    offset: int = 0,
) -> pd.DataFrame:
    """Return events of a customer, newest first: ``TIMELINE``.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see; nothing for a customer outside of it.
    customer_id : str
        Customer.
    kinds : sequence of str
        Kinds to keep; none keeps nothing.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    DataFrame
        ``TIMELINE``. Orders of every status are there. A deal is up to two events, its creation
        and its end; so is a subscription. A campaign is one event, at the time it was sent.
    """
    events = _events(scope, customer_id, kinds)
    if events is None:
        return TIMELINE.conform(pd.DataFrame(columns=TIMELINE.column_names))
    every = events.subquery("event")
    statement: Select[Any] = (
        select(*every.c)
        .order_by(
            every.c.happened_at.desc().nulls_last(), every.c.kind, every.c.item_id, every.c.step
        )
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, statement, TIMELINE)


def timeline_counts(conn: Connection, *, scope: AccessScope, customer_id: str) -> pd.DataFrame:
    """Return how many events of each kind a customer has: ``TIMELINE_COUNTS``."""
    parts = [_count(kind, scope, customer_id) for kind in EVENT_KINDS]
    parts += [_count(k, scope, customer_id, has_ended(k)) for k in ("deal", "subscription")]
    every = sa.union_all(*parts).subquery("part")
    statement: Select[*tuple[Any, ...]] = (
        select(every.c.kind, sa.cast(func.sum(every.c.events), sa.BigInteger()).label("events"))
        .group_by(every.c.kind)
        .having(func.sum(every.c.events) > 0)
        .order_by(every.c.kind)
    )
    return read_frame(conn, statement, TIMELINE_COUNTS)


def lines_of_order(
    conn: Connection, *, scope: AccessScope, customer_id: str, order_id: str
) -> pd.DataFrame:
    """Return the lines of an order of this customer: ``ORDER_LINES``; none if it is another's."""
    orders, lines, products = table("orders"), table("order_lines"), table("products")
    is_theirs = (
        select(orders.c.order_id)
        .where(*owned(orders, scope, customer_id), orders.c.order_id == storable(order_id))
        .exists()
    )
    own = ("line_no", "product_id", "quantity", "unit_price", "amount")
    statement = (
        select(
            *(lines.c[name] for name in own),
            products.c.name.label("product_name"),
            products.c.category,
        )
        .outerjoin_from(lines, products, products.c.product_id == lines.c.product_id)
        .where(lines.c.order_id == storable(order_id), is_theirs)
        .order_by(lines.c.line_no)
    )
    return read_frame(conn, statement, ORDER_LINES)


def _events(scope: AccessScope, customer_id: str, kinds: Sequence[str]) -> Any:
    unknown = [kind for kind in kinds if kind not in EVENT_KINDS]
    if unknown:
        raise UsageError(
            "unknown_event",
            f"There are no events of kind '{unknown[0]}'. Kinds: {', '.join(EVENT_KINDS)}.",
            kind=unknown[0],
            kinds=", ".join(EVENT_KINDS),
        )
    parts = [part for kind in kinds for part in events_of(kind, scope, customer_id)]
    return sa.union_all(*parts) if parts else None


def _count(
    kind: str, scope: AccessScope, customer_id: str, *conditions: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    rows = rows_of(kind)
    return (
        select(sa.literal(kind).label("kind"), func.count().label("events"))
        .select_from(rows)
        .where(*owned(rows, scope, customer_id), *conditions)
    )
