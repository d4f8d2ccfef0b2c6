"""What deals, leads and tickets can be filtered by, and what campaigns are called."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

# By mart: the fields on offer.
OPTIONS: dict[str, tuple[str, ...]] = {
    "deal_facts": ("pipeline", "team", "owner_id", "source", "campaign_id", "category"),
    "lead_spells": ("source", "campaign_id", "team", "owner_id"),
    "ticket_facts": ("channel", "category", "priority", "team", "agent_id", "region"),
}
SALES_OPTIONS = FrameSpec(
    "sales_options",
    "one row per field and value, the most frequent first",
    ("field", "value"),
    columns_of("field:text value:text rows:count"),
)
CAMPAIGN_NAMES = FrameSpec(
    "campaign_names",
    "one row per campaign",
    ("campaign_id",),
    columns_of("campaign_id:text name:text"),
)


def sales_options(conn: Connection, name: str, *, scope: AccessScope) -> pd.DataFrame:
    """Return the values of the fields of a mart of ``OPTIONS``: ``SALES_OPTIONS``."""
    rows = mart(name)
    parts: list[Any] = [
        select(
            sa.literal(field, sa.Text()).label("field"),
            sa.cast(rows.c[field], sa.Text()).label("value"),
            func.count().label("rows"),
        )
        .where(visible_to(scope, rows.c.owner_id))
        .group_by(rows.c[field])
        for field in OPTIONS[name]
    ]
    both = sa.union_all(*parts).subquery("found")
    order = both.c.field, both.c.rows.desc(), both.c.value.nulls_last()
    return read_frame(conn, select(both).order_by(*order), SALES_OPTIONS)


def campaign_names(conn: Connection) -> pd.DataFrame:
    """Return what campaigns are called: ``CAMPAIGN_NAMES``; they are nobody's."""
    found = table("campaigns")
    statement = select(found.c.campaign_id, found.c.name).order_by(found.c.campaign_id)
    return read_frame(conn, statement, CAMPAIGN_NAMES)
