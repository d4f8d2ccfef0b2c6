"""The members of an experiment one by one: outcome, what they did before, who they are."""

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import Column, FrameSpec
from crm_data.queries.campaign_arms import (
    NO_WINDOW,
    SLICES,
    Outcome,
    Window,
    day_of_assignment,
    outcome_of,
)
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

BEFORE_DAYS = 90
CAMPAIGN_UNITS = FrameSpec(
    "campaign_units",
    "one row per member with an arm",
    ("member_id",),
    (
        Column("member_id", "text"),
        Column("customer_id", "text", "Missing for leads."),
        Column("arm", "text"),
        Column("assigned_at", "instant"),
        Column("assigned_on", "day", "The company's day; missing without a time of assignment."),
        Column("sent_at", "instant"),
        Column("outcome", "number", "Missing where it is not known (yet)."),
        Column(
            "net_before", "number", "Net of orders in the 90 days before; missing where not known."
        ),
        *(Column(name, "text") for name in SLICES),
    ),
)
UNIT_WEEKS = FrameSpec(
    "unit_weeks",
    "one row per member with an arm, and week after assignment in which they bought",
    ("member_id", "week"),
    (
        Column("member_id", "text"),
        Column("week", "count", "Whole weeks since the day of assignment, 0 the first."),
        Column("orders", "count", "Paid ones."),
        Column("revenue", "number", "Net, returns off."),
    ),
)


def campaign_units(
    conn: Connection,
    campaign_id: str,
    outcome: Outcome,
    *,
    scope: AccessScope,
    window: Window = NO_WINDOW,
) -> pd.DataFrame:
    """Return the members of a campaign that have an arm: ``CAMPAIGN_UNITS``, by their id.

    Parameters as of ``campaign_arms``. Orders of the day of assignment count as before only where
    their time is known to be.
    """
    members, customers = mart("campaign_member_facts"), table("customers")
    source, value = outcome_of(members, campaign_id, outcome, window)
    before = _before(campaign_id)
    source = source.outerjoin(before, before.c.member_no == members.c.member_no).outerjoin(
        customers, customers.c.customer_id == members.c.customer_id
    )
    is_known = sa.and_(members.c.is_followed, members.c.assigned_at.is_not(None))
    net_before: ColumnElement[float] = func.coalesce(sa.cast(before.c.net, sa.Double()), 0.0)
    statement = (
        select(
            members.c.member_id,
            members.c.customer_id,
            members.c.arm,
            members.c.assigned_at,
            day_of_assignment(members).label("assigned_on"),
            members.c.sent_at,
            value.label("outcome"),
            sa.case((is_known, net_before)).label("net_before"),
            *(customers.c[name] for name in SLICES),
        )
        .select_from(source)
        .where(
            members.c.campaign_id == campaign_id,
            members.c.arm.is_not(None),
            visible_to(scope, members.c.owner_id),
        )
        .order_by(members.c.member_id)
    )
    return read_frame(conn, statement, CAMPAIGN_UNITS)


def unit_weeks(
    conn: Connection, campaign_id: str, *, scope: AccessScope, weeks: int
) -> pd.DataFrame:
    """Return what members bought in each of the first weeks after assignment: ``UNIT_WEEKS``."""
    members, facts = mart("campaign_member_facts"), mart("order_facts").alias("bought")
    first_day = members.c.assigned_on
    rows = (
        select(
            members.c.member_id,
            sa.cast(func.floor((facts.c.ordered_on - first_day) / 7.0), sa.Integer()).label("week"),
            sa.case((facts.c.status == "paid", 1), else_=0).label("paid"),
            facts.c.net_amount,
        )
        .select_from(members.join(facts, facts.c.customer_no == members.c.buyer_no))
        .where(
            members.c.campaign_id == campaign_id,
            members.c.arm.is_not(None),
            members.c.assigned_at.is_not(None),
            visible_to(scope, members.c.owner_id),
            facts.c.is_counted,
            facts.c.ordered_on >= first_day,
            facts.c.ordered_on < first_day + 7 * weeks,
            sa.or_(facts.c.ordered_at.is_(None), facts.c.ordered_at >= members.c.assigned_at),
        )
        .subquery("rows")
    )
    statement = (
        select(
            rows.c.member_id,
            rows.c.week,
            func.sum(rows.c.paid).label("orders"),
            sa.cast(func.coalesce(func.sum(rows.c.net_amount), 0), sa.Double()).label("revenue"),
        )
        .group_by(rows.c.member_id, rows.c.week)
        .order_by(rows.c.member_id, rows.c.week)
    )
    return read_frame(conn, statement, UNIT_WEEKS)


def _before(campaign_id: str) -> sa.Subquery:
    facts, mine = mart("order_facts"), mart("campaign_member_facts").alias("before")
    first_day = mine.c.assigned_on
    return (
        select(mine.c.member_no, func.sum(facts.c.net_amount).label("net"))
        .join(facts, facts.c.customer_no == mine.c.buyer_no)
        .where(
            mine.c.campaign_id == campaign_id,
            mine.c.assigned_at.is_not(None),
            facts.c.is_counted,
            facts.c.ordered_on >= first_day - BEFORE_DAYS,
            sa.or_(
                facts.c.ordered_on < first_day,
                sa.and_(facts.c.ordered_on == first_day, facts.c.ordered_at < mine.c.assigned_at),
            ),
        )
        .group_by(mine.c.member_no)
        .subquery("earlier")
    )
