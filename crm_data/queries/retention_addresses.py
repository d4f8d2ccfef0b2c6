"""Whether customers may be reached by a channel, and where."""

from collections.abc import Sequence
from typing import Literal, get_args

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.retention_candidates import asked_for
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

Channel = Literal["phone", "email", "none"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
REACHABLE = FrameSpec(
    "reachable",
    "one row per customer asked for that may be seen",
    ("customer_id",),
    columns_of("customer_id:text name:text address:text consent:flag"),
)


def reachable(
    conn: Connection, scope: AccessScope, customer_ids: Sequence[str], channel: Channel
) -> pd.DataFrame:
    """Return ``REACHABLE``; with the channel ``none`` there is neither address nor consent."""
    facts, own = mart("customer_facts"), table("customers")
    has_none = channel == "none"
    address = sa.cast(sa.null(), sa.Text()) if has_none else own.c[channel]
    consent = sa.cast(sa.null(), sa.Boolean()) if has_none else own.c[f"consent_{channel}"]
    statement = (
        select(
            facts.c.customer_id,
            facts.c.name,
            address.label("address"),
            consent.label("consent"),
        )
        .select_from(facts.outerjoin(own, own.c.customer_id == facts.c.customer_id))
        .where(visible_to(scope, facts.c.owner_id))
        .where(facts.c.customer_id.in_(asked_for(customer_ids)))
        .order_by(facts.c.customer_id)
    )
    return read_frame(conn, statement, REACHABLE)
