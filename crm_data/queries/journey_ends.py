"""Contacts of customers, and the ends of their contracts: journeys before leaving."""

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, select

from crm_data.frames import Column, FrameSpec
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

TICKET = "ticket"
TOUCHES = FrameSpec(
    "touches",
    "one row per touch",
    (),
    (
        Column("person", "text"),
        Column("occurred_at", "instant"),
        Column("channel", "text"),
    ),
)
CONTRACT_ENDS = FrameSpec(
    "contract_ends",
    "one row per unbroken time under contract that ended",
    (),
    (
        Column("person", "text"),
        Column("ended_on", "day"),
        Column("value", "money", "Missing: nothing is earned by an end."),
    ),
)


def contacts(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return touchpoints and tickets (``ticket``) of known customers: ``TOUCHES``."""
    points, tickets, facts = table("touchpoints"), table("tickets"), mart("customer_facts")
    told = sa.union_all(
        select(points.c.customer_id, points.c.occurred_at, points.c.channel),
        select(
            tickets.c.customer_id,
            tickets.c.created_at.label("occurred_at"),
            sa.literal(TICKET).label("channel"),
        ),
    ).subquery("told")
    statement = (
        select(told.c.customer_id.label("person"), told.c.occurred_at, told.c.channel)
        .join(facts, facts.c.customer_id == told.c.customer_id)
        .where(visible_to(scope, facts.c.owner_id))
        .order_by(told.c.customer_id, told.c.occurred_at, told.c.channel)
    )
    return read_frame(conn, statement, TOUCHES)


def contract_ends(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return when contracts of whom the viewer sees ended: ``CONTRACT_ENDS``."""
    spells = mart("contract_spells")
    statement = (
        select(
            spells.c.customer_id.label("person"),
            spells.c.ended_on,
            sa.cast(sa.null(), sa.Numeric()).label("value"),
        )
        .where(spells.c.ended_on.is_not(None), visible_to(scope, spells.c.owner_id))
        .order_by(spells.c.spell_no)
    )
    return read_frame(conn, statement, CONTRACT_ENDS)
