"""What members of a campaign did, by arm, for a viewer. Days are the company's."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import json_text, read_frame
from crm_data.tables import mart, table

Outcome = Literal["responded", "converted", "outcome_value", "purchase", "revenue"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
SLICES: tuple[str, ...] = ("region", "country", "city", "source", "industry", "kind", "gender")
ORDERED: tuple[Outcome, ...] = ("purchase", "revenue")  # told by orders, in a window only
ATTRIBUTES = "attributes."
CAMPAIGNS = FrameSpec(
    "campaigns_with_members",
    "one row per campaign with members, newest first",
    ("campaign_id",),
    (
        Column("campaign_id", "text"),
        Column("name", "text"),
        Column("channel", "text"),
        Column("assigned_at", "instant", "When its first member was assigned."),
        Column("members", "count"),
        Column("arms", "count", "Different arms; an experiment has two or more."),
    ),
)
CAMPAIGN_ARMS = FrameSpec(
    "campaign_arms",
    "one row per slice and arm of a campaign",
    ("slice", "arm"),
    (
        Column("slice", "text", "Value of the field asked for; missing without one."),
        Column("arm", "text", "Missing for members without an arm."),
        Column("assigned", "count", "Members, reached or not."),
        Column("sent", "count", "Members with a time of sending."),
        Column("n", "count", "Members whose outcome is known."),
        Column("missing", "count", "Members whose outcome is not known."),
        Column("total", "number", "Sum of the known outcomes."),
        Column("variance", "number", "Of the known outcomes, n − 1; missing below two."),
        Column("converted", "count", "Members with a time of conversion."),
        Column("valued_unconverted", "count", "Members with an amount and no conversion."),
    ),
)


@dataclass(frozen=True)
class Window:
    """The days after assignment that count.

    Attributes
    ----------
    days : int
        From the business day of assignment on; 0 counts all that is recorded, which no outcome of
        orders takes.
    known_until : date or None
        First day that is not known. Whose window is not over by then has no known outcome yet.
    """

    days: int = 0
    known_until: date | None = None


NO_WINDOW = Window()
_CROSSED = FrameSpec("crossed", "one row", (), (Column("customers", "count"),))


def campaigns_with_members(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return campaigns and their numbers of visible members and arms: ``CAMPAIGNS``."""
    members, campaigns = mart("campaign_member_facts"), table("campaigns")
    started = func.min(members.c.assigned_at)
    counted = (
        select(
            members.c.campaign_id,
            started.label("assigned_at"),
            func.count().label("members"),
            func.count(sa.distinct(members.c.arm)).label("arms"),
        )
        .where(visible_to(scope, members.c.owner_id))
        .group_by(members.c.campaign_id)
        .subquery()
    )
    statement = (
        select(counted, campaigns.c.name, campaigns.c.channel)
        .outerjoin(campaigns, campaigns.c.campaign_id == counted.c.campaign_id)
        .order_by(counted.c.assigned_at.desc().nulls_last(), counted.c.campaign_id)
    )
    return read_frame(conn, statement, CAMPAIGNS)


def campaign_arms(
    conn: Connection,
    campaign_id: str,
    outcome: Outcome,
    *,
    scope: AccessScope,
    by: str = "",
    window: Window = NO_WINDOW,
) -> pd.DataFrame:
    """Return the sums of an outcome by arm: ``CAMPAIGN_ARMS``, by name.

    Who has no time of response or conversion did not respond or convert; a missing amount is not
    known, never 0.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    campaign_id : str
    outcome : str
        ``responded``, ``converted``, ``outcome_value`` (as imported, whatever the window),
        ``purchase`` (a paid order in the window) or ``revenue`` (net of its orders, returns off).
    scope : AccessScope
        Whose customers and leads the viewer may see.
    by : str
        One of ``SLICES`` or ``attributes.<key>`` of the customer; empty for all together.
    window : Window
        Days after assignment that count. A lead orders as the customer whom it became; where no
        lead is linked to a customer, orders of leads are not known.
    """
    members = mart("campaign_member_facts")
    source, value = outcome_of(members, campaign_id, outcome, window)
    source, part = _sliced(source, members, by)
    cells = (
        select(
            part.label("slice"),
            members.c.arm.label("arm"),
            members.c.sent_at,
            members.c.is_converted,
            members.c.outcome_value,
            value.label("value"),
        )
        .select_from(source)
        .where(members.c.campaign_id == campaign_id, visible_to(scope, members.c.owner_id))
        .subquery()
    )
    c = cells.c
    statement = (
        select(
            c.slice,
            c.arm,
            func.count().label("assigned"),
            func.count(c.sent_at).label("sent"),
            func.count(c.value).label("n"),
            (func.count() - func.count(c.value)).label("missing"),
            func.coalesce(func.sum(c.value), 0).label("total"),
            func.var_samp(c.value).label("variance"),
            func.count().filter(c.is_converted).label("converted"),
            func.count(c.outcome_value).filter(~c.is_converted).label("valued_unconverted"),
        )
        .group_by(c.slice, c.arm)
        .order_by(c.slice.nulls_last(), c.arm.nulls_last())
    )
    return read_frame(conn, statement, CAMPAIGN_ARMS)


def crossed_customers(conn: Connection, campaign_id: str, *, scope: AccessScope) -> int:
    """Return how many visible customers are in more than one arm of a campaign."""
    members = mart("campaign_member_facts")
    crossed = (
        select(members.c.customer_id)
        .where(
            members.c.campaign_id == campaign_id,
            members.c.customer_id.is_not(None),
            visible_to(scope, members.c.owner_id),
        )
        .group_by(members.c.customer_id)
        .having(func.min(members.c.arm) < func.max(members.c.arm))
        .subquery()
    )
    statement = select(func.count().label("customers")).select_from(crossed)
    return int(read_frame(conn, statement, _CROSSED)["customers"].iloc[0])


def day_of_assignment(members: FromClause) -> ColumnElement[Any]:
    """Return the business day of assignment; missing where no time of it is known."""
    return sa.case((members.c.assigned_at.is_not(None), members.c.assigned_on))


def outcome_of(
    members: sa.Table, campaign_id: str, outcome: str, window: Window
) -> tuple[FromClause, ColumnElement[Any]]:
    """Return members joined with what the outcome takes, and the outcome as a number."""
    if outcome not in OUTCOMES or (outcome in ORDERED and window.days <= 0):
        raise UsageError(
            "campaign_outcome",
            f"'{outcome}' is no outcome of a campaign, or it needs days to count in. Outcomes are: "
            f"{', '.join(OUTCOMES)}; opens are not, as mail programs open messages by themselves.",
            outcome=outcome,
            outcomes=", ".join(OUTCOMES),
        )
    source: FromClause = members
    if outcome == "outcome_value":
        return source, members.c.outcome_value
    first_day = day_of_assignment(members)
    if outcome in ORDERED:
        bought = _bought(campaign_id, window.days)
        source = source.outerjoin(bought, bought.c.member_no == members.c.member_no)
        amount = bought.c.revenue if outcome == "revenue" else bought.c.purchase
        value: ColumnElement[Any] = func.coalesce(sa.cast(amount, sa.Double()), 0.0)
        known = sa.and_(members.c.is_followed, members.c.assigned_at.is_not(None))
        value = sa.case((known, value))
    else:
        happened: ColumnElement[bool] = members.c[f"is_{outcome}"]
        if window.days:
            on = members.c[f"{outcome}_on"]
            happened = sa.and_(happened, on < first_day + window.days)
        value = sa.cast(sa.case((happened, 1), else_=0), sa.Double())
    if window.days and window.known_until is not None:
        value = sa.case((first_day + window.days <= window.known_until, value))
    return source, value


def _bought(campaign_id: str, days: int) -> sa.Subquery:
    """Return what members bought in the days from their assignment on; who did not is left out."""
    facts, mine = mart("order_facts"), mart("campaign_member_facts").alias("assigned")
    first_day = mine.c.assigned_on
    paid = sa.case((facts.c.status == "paid", 1), else_=0)
    return (
        select(
            mine.c.member_no,
            func.max(paid).label("purchase"),
            func.coalesce(func.sum(facts.c.net_amount), 0).label("revenue"),
        )
        .join(facts, facts.c.customer_no == mine.c.buyer_no)
        .where(
            mine.c.campaign_id == campaign_id,
            mine.c.assigned_at.is_not(None),
            facts.c.is_counted,
            facts.c.ordered_on >= first_day,
            facts.c.ordered_on < first_day + days,
            sa.or_(facts.c.ordered_at.is_(None), facts.c.ordered_at >= mine.c.assigned_at),
        )
        .group_by(mine.c.member_no)
        .subquery("bought")
    )


def _sliced(
    source: FromClause, members: sa.Table, by: str
) -> tuple[FromClause, ColumnElement[Any]]:
    if not by:
        return source, sa.cast(sa.null(), sa.Text())
    customers = table("customers")
    joined = source.outerjoin(customers, customers.c.customer_id == members.c.customer_id)
    if by.startswith(ATTRIBUTES):
        return joined, json_text(customers.c["attributes"], by.removeprefix(ATTRIBUTES))
    if by not in SLICES:
        raise UsageError(
            "campaign_slice",
            f"Campaigns cannot be cut by '{by}'. Fields are: {', '.join(SLICES)}, and "
            "attributes.<name> of customers.",
            field=by,
            fields=", ".join(SLICES),
        )
    return joined, customers.c[by]
