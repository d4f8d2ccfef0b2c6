"""Who is in a segment."""

import pandas as pd
from sqlalchemy import ColumnElement, Connection, select

from crm_data.frames import FrameSpec
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import columns_of

MEMBERS = FrameSpec(
    "members",
    "one row per member of a segment, the most valuable first",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text region:text source:text orders:count last_order_on:day "
        "net_amount:money"
    ),
)


def is_member(among: str) -> ColumnElement[bool]:
    """Return whether a row of ``customer_facts`` is in a segment: conditions as JSON.

    Raises
    ------
    UsageError
        The conditions cannot be read (``crm_data.segments``).
    """
    return in_segment(mart("customer_facts").c.customer_no, among)


def members(
    conn: Connection, *, scope: AccessScope, among: str, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return the members of a segment: ``MEMBERS``."""
    facts = mart("customer_facts")
    statement = (
        select(*(facts.c[name] for name in MEMBERS.column_names))
        .where(visible_to(scope, facts.c.owner_id), is_member(among))
        .order_by(facts.c.net_amount.desc().nulls_last(), facts.c.customer_id)
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, statement, MEMBERS)
