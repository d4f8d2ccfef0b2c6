"""What people did: contacts of any kind by employee and channel."""

from datetime import date

import pandas as pd
from sqlalchemy import Connection, func, select

from crm_data.calendar import begins_at
from crm_data.frames import FrameSpec, columns_of
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import table

ACTIVITIES = FrameSpec(
    "activities",
    "one row per employee and channel with a contact in the period",
    ("owner_id", "channel"),
    columns_of("owner_id:text channel:text contacts:count customers:count"),
)


def activities(
    conn: Connection, *, start: date, end: date, timezone: str, scope: AccessScope
) -> pd.DataFrame:
    """Count contacts, and customers contacted, in [start, end): ``ACTIVITIES``.

    Whose contact it is says the contact itself, not who owns the customer. A customer counts once
    a channel, so that customers of channels do not add up. Days are those of ``timezone``.
    """
    done = table("interactions")
    statement = (
        select(
            done.c.employee_id.label("owner_id"),
            done.c.channel,
            func.count().label("contacts"),
            func.count(done.c.customer_id.distinct()).label("customers"),
        )
        .where(
            done.c.occurred_at >= begins_at(start, timezone),
            done.c.occurred_at < begins_at(end, timezone),
            visible_to(scope, done.c.employee_id),
        )
        .group_by(done.c.employee_id, done.c.channel)
        .order_by(done.c.employee_id.nulls_last(), done.c.channel.nulls_last())
    )
    return read_frame(conn, statement, ACTIVITIES)
