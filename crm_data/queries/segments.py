"""How large a segment is, who is in it, and how segments overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec
from crm_data.queries.segment_history import SegmentHistory, segment_sizes_by_month
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment, matches, parse, source_of
from crm_data.segments.compile import watermark
from crm_data.segments.conditions import DataEnd
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import CUSTOMER_FACTS

__all__ = [
    "OVERLAP",
    "SEGMENT_MEMBERS",
    "SegmentHistory",
    "SegmentSize",
    "data_ends_on",
    "is_member",
    "segment_members",
    "segment_overlap",
    "segment_size",
    "segment_sizes_by_month",
]
MOST_OVERLAPPED = 5
_SHOWN = (
    "customer_id", "name", "kind", "email", "phone", "city", "region", "country", "source",
    "owner_id", "first_order_on", "last_order_on", "orders", "net_amount", "net_amount_365d",
)  # fmt: skip
SEGMENT_MEMBERS = FrameSpec(
    "segment_members",
    "one row per member, largest net amount first",
    ("customer_id",),
    tuple(column for column in CUSTOMER_FACTS.columns if column.name in _SHOWN),
)
OVERLAP = FrameSpec(
    "segment_overlap",
    "one row per combination of segments that somebody is in, and in no other of them",
    ("mask",),
    (
        Column("mask", "count", "Bit 0 is the first segment, bit 1 the second …"),
        Column("customers", "count"),
        Column("net_amount", "money"),
    ),
)


@dataclass(frozen=True)
class SegmentSize:
    """Size of a segment: amounts in the company's currency, None where no member has one.

    ``net_amount`` is over all time, ``net_amount_365d`` over the last 365 days of the data.
    """

    customers: int
    customers_with_orders: int
    net_amount: float | None
    net_amount_365d: float | None


def data_ends_on(conn: Connection) -> DataEnd | None:
    """Return the day that relative dates of segments are relative to; None in an empty version."""
    found: date | None = conn.scalar(select(watermark()))
    return None if found is None else DataEnd.fromordinal(found.toordinal())


def is_member(tree_json: str) -> ColumnElement[bool]:
    """Return whether a row of ``customer_facts`` is in a segment, for queries about its members."""
    return in_segment(mart("customer_facts").c.customer_no, tree_json)


def segment_size(conn: Connection, scope: AccessScope, tree_json: str) -> SegmentSize:
    """Return how large a segment is among the customers that ``scope`` may see.

    Raises
    ------
    UsageError
        The tree cannot be read.
    """
    node, facts = parse(tree_json), mart("customer_facts")
    row = conn.execute(
        select(
            func.count(),
            func.count().filter(facts.c.orders > 0),
            func.sum(facts.c.net_amount),
            func.sum(facts.c.net_amount_365d),
        )
        .select_from(source_of(node))
        .where(visible_to(scope, facts.c.owner_id), matches(node, data_ends_on(conn)))
    ).one()
    net, recent = (None if amount is None else float(amount) for amount in row[2:])
    return SegmentSize(int(row[0]), int(row[1]), net, recent)


def segment_members(
    conn: Connection, scope: AccessScope, tree_json: str, *, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return members: ``SEGMENT_MEMBERS``, largest net amount first, missing amounts last."""
    node, facts = parse(tree_json), mart("customer_facts")
    page = (
        select(*(facts.c[column.name] for column in SEGMENT_MEMBERS.columns))
        .select_from(source_of(node))
        .where(visible_to(scope, facts.c.owner_id), matches(node, data_ends_on(conn)))
        .order_by(facts.c.net_amount.desc().nulls_last(), facts.c.customer_id)
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, page, SEGMENT_MEMBERS)


def segment_overlap(conn: Connection, scope: AccessScope, trees: Sequence[str]) -> pd.DataFrame:
    """Return how many customers are in each combination of two to five segments: ``OVERLAP``.

    Raises
    ------
    UsageError
        Fewer than two segments or more than five, or a tree that cannot be read.
    """
    if not 2 <= len(trees) <= MOST_OVERLAPPED:
        raise UsageError(
            "segment_overlap",
            f"An overlap is of 2 to {MOST_OVERLAPPED} segments, not of {len(trees)}. Choose so "
            "many.",
            most=MOST_OVERLAPPED,
            n=len(trees),
        )
    nodes, facts, day = [parse(tree) for tree in trees], mart("customer_facts"), data_ends_on(conn)
    mask: ColumnElement[Any] = literal_column("0", sa.Integer())
    for bit, node in enumerate(nodes):
        is_in = sa.case((matches(node, day), _whole(1 << bit)), else_=_whole(0))
        mask = mask + is_in
    each = (
        select(mask.label("mask"), facts.c.net_amount)
        .select_from(source_of(*nodes))
        .where(visible_to(scope, facts.c.owner_id))
        .subquery("member")
    )
    statement = (
        select(
            each.c.mask,
            func.count().label("customers"),
            func.sum(each.c.net_amount).label("net_amount"),
        )
        .where(each.c.mask > 0)
        .group_by(each.c.mask)
        .order_by(each.c.mask)
    )
    return read_frame(conn, statement, OVERLAP)


def _whole(number: int) -> ColumnElement[int]:
    return literal_column(str(number), sa.Integer())
