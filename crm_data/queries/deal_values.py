"""What deals can be filtered by."""

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart

FIELDS = ("pipeline", "owner_id", "team", "office", "region", "source", "category")
DEAL_VALUES = FrameSpec(
    "deal_values",
    "one row per field and value, most deals first",
    ("field", "value"),
    columns_of("field:text value:text deals:count"),
)


def deal_values(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return the values of ``FIELDS`` with the number of deals: ``DEAL_VALUES``."""
    facts = mart("deal_facts")
    parts = [
        select(
            sa.literal(name, sa.Text()).label("field"),
            sa.cast(facts.c[name], sa.Text()).label("value"),
            func.count().label("deals"),
        )
        .where(visible_to(scope, facts.c.owner_id))
        .group_by(facts.c[name])
        for name in FIELDS
    ]
    both = sa.union_all(*parts).subquery("found")
    order = both.c.field, both.c.deals.desc(), both.c.value
    return read_frame(conn, select(both).order_by(*order), DEAL_VALUES)
