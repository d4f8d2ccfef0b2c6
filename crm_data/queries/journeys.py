"""Touches of people with the paid order that came next: what attribution is made from."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import Column, FrameSpec, columns_of
from crm_data.queries.cohorts import members
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import NEVER

TOUCHED = FrameSpec(
    "touched",
    "one row per touch whose person, time and channel are known, by person and time",
    (),
    (
        Column("touch_no", "count", "In the order of person and time."),
        Column("person_no", "number", "Customer, or the visitor who is not known to be one."),
        Column("occurred_at", "instant"),
        Column("channel_no", "number", "Place among the channels, by name."),
        Column("end_no", "number", "The paid order that came next; missing where there is none."),
        Column("days", "number", "Until then."),
        Column("value", "money", "Net; missing where it is not known."),
    ),
)
_CHANNELS = FrameSpec("channels", "one row per channel", (), columns_of("channel:text"))
_EXTENT = FrameSpec(
    "extent", "one row", (), columns_of("touches:count known:count first_at:instant")
)
_COUNT = FrameSpec(
    "count", "one row", (), (Column("orders", "count"), Column("value", "money"))
)  # fmt: skip


def touched(
    conn: Connection, *, first_only: bool, scope: AccessScope, among: str = ""
) -> pd.DataFrame:
    """Return touches with the paid order that came next: ``TOUCHED``.

    Of a segment's members with ``among`` (conditions as JSON). With ``first_only`` the next order
    is the customer's first paid one, or none. A visitor who turned out to be one customer is that
    customer in every touch; visitors who are nobody's customer are shown to who sees everything and
    asks for no segment.
    """
    rows, kind = mart("touch_paths"), "first" if first_only else "next"
    statement = (  # not ordered: it is stored so, and sorting millions of rows takes a second
        select(
            rows.c.touch_no,
            rows.c.person_no,
            rows.c.occurred_at,
            rows.c.channel_no,
            rows.c[f"{kind}_no"].label("end_no"),
            rows.c[f"{kind}_days"].label("days"),
            rows.c[f"{kind}_value"].label("value"),
        ).where(*_seen(rows, scope, among), *_known(rows))
    )
    found = read_frame(conn, statement, TOUCHED)
    if found["touch_no"].is_monotonic_increasing:
        return found
    return found.sort_values("touch_no", ignore_index=True)


def touch_channels(conn: Connection) -> tuple[str, ...]:
    """Return the channels of all touches, by name: what ``channel_no`` counts."""
    rows = mart("touch_paths")
    statement = (
        select(rows.c.channel)
        .where(rows.c.channel.is_not(None))
        .group_by(rows.c.channel, rows.c.channel_no)
        .order_by(rows.c.channel_no)
    )
    return tuple(read_frame(conn, statement, _CHANNELS)["channel"])


def touch_extent(
    conn: Connection, *, scope: AccessScope, among: str = ""
) -> tuple[pd.Timestamp | None, int]:
    """Return the time of the first touch, and how many have no person, time or channel."""
    rows = mart("touch_paths")
    counted: list[ColumnElement[Any]] = [
        func.count().label("touches"),
        func.count().filter(*_known(rows)).label("known"),
        func.min(rows.c.occurred_at).label("first_at"),
    ]
    statement = select(*counted).where(*_seen(rows, scope, among))
    row = read_frame(conn, statement, _EXTENT).iloc[0]
    first = None if pd.isna(row["first_at"]) else row["first_at"]
    return first, int(row["touches"] - row["known"])


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


def _seen(rows: sa.Table, scope: AccessScope, among: str) -> list[ColumnElement[bool]]:
    own = [in_segment(rows.c.customer_no, among)] if among else []
    return [visible_to(scope, rows.c.owner_id), *own]


def _known(rows: sa.Table) -> list[ColumnElement[bool]]:
    return [rows.c[n].is_not(None) for n in ("person_no", "occurred_at", "channel_no")]


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
