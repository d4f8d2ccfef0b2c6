"""What members of a campaign did, by arm, for a viewer."""

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
        From the day of assignment on; 0 counts all that is recorded, which no outcome of orders
        takes.
    known_until : date or None
        First day that is not known. Whose window is not over by then has no known outcome yet.
    """

    days: int = 0
    known_until: date | None = None


NO_WINDOW = Window()
_CROSSED = FrameSpec("crossed", "one row", (), (Column("customers", "count"),))


def campaigns_with_members(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return campaigns and their numbers of visible members and arms: ``CAMPAIGNS``."""
    members, campaigns = table("campaign_members"), table("campaigns")
    source, is_visible = visible_members(members, scope)
    started = func.min(members.c.assigned_at)
    counted = (
        select(
            members.c.campaign_id,
            started.label("assigned_at"),
            func.count().label("members"),
            func.count(sa.distinct(members.c.arm)).label("arms"),
        )
        .select_from(source)
        .where(is_visible)
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
        Days after assignment that count. Leads have no orders: theirs are not known.
    """
    members = table("campaign_members")
    source, is_visible = visible_members(members, scope)
    source, value = outcome_of(source, members, campaign_id, outcome, window)
    source, part = _sliced(source, members, by)
    cells = (
        select(
            part.label("slice"),
            members.c.arm.label("arm"),
            members.c.sent_at,
            members.c.converted_at,
            members.c.outcome_value,
            value.label("value"),
        )
        .select_from(source)
        .where(members.c.campaign_id == campaign_id, is_visible)
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
            func.count(c.converted_at).label("converted"),
            func.count(sa.case((c.converted_at.is_(None), c.outcome_value))).label(
                "valued_unconverted"
            ),
        )
        .group_by(c.slice, c.arm)
        .order_by(c.slice.nulls_last(), c.arm.nulls_last())
    )
    return read_frame(conn, statement, CAMPAIGN_ARMS)


def crossed_customers(conn: Connection, campaign_id: str, *, scope: AccessScope) -> int:
    """Return how many visible customers are in more than one arm of a campaign."""
    members = table("campaign_members")
    source, is_visible = visible_members(members, scope)
    crossed = (
        select(members.c.customer_id)
        .select_from(source)
        .where(members.c.campaign_id == campaign_id, members.c.customer_id.is_not(None), is_visible)
        .group_by(members.c.customer_id)
        .having(func.min(members.c.arm) < func.max(members.c.arm))
        .subquery()
    )
    statement = select(func.count().label("customers")).select_from(crossed)
    return int(read_frame(conn, statement, _CROSSED)["customers"].iloc[0])


def visible_members(
    members: sa.Table, scope: AccessScope
) -> tuple[FromClause, ColumnElement[bool]]:  # fmt: skip
    """Return members joined with who owns them, and the condition that the viewer may see them."""
    if scope.is_everything:
        return members, sa.true()
    facts, leads = mart("customer_facts"), mart("lead_spells")
    source = members.outerjoin(facts, facts.c.customer_id == members.c.customer_id).outerjoin(
        leads, sa.and_(members.c.customer_id.is_(None), leads.c.lead_id == members.c.lead_id)
    )
    return source, visible_to(scope, func.coalesce(facts.c.owner_id, leads.c.owner_id))


def outcome_of(
    source: FromClause, members: sa.Table, campaign_id: str, outcome: str, window: Window
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
    if outcome == "outcome_value":
        return source, sa.cast(members.c.outcome_value, sa.Double())
    first_day = sa.cast(members.c.assigned_at, sa.Date())
    if outcome in ORDERED:
        bought = _bought(members, campaign_id, window.days)
        source = source.outerjoin(bought, bought.c.member_id == members.c.member_id)
        amount = bought.c.revenue if outcome == "revenue" else bought.c.purchase
        value: ColumnElement[Any] = func.coalesce(sa.cast(amount, sa.Double()), 0.0)
        known = sa.and_(members.c.customer_id.is_not(None), members.c.assigned_at.is_not(None))
        value = sa.case((known, value))
    else:
        at = members.c[f"{outcome}_at"]
        happened: ColumnElement[bool] = at.is_not(None)
        if window.days:
            happened = sa.and_(happened, sa.cast(at, sa.Date()) < first_day + window.days)
        value = sa.cast(sa.case((happened, 1), else_=0), sa.Double())
    if window.days and window.known_until is not None:
        value = sa.case((first_day + window.days <= window.known_until, value))
    return source, value


def _bought(members: sa.Table, campaign_id: str, days: int) -> sa.Subquery:
    """Return what members bought in the days from their assignment on; who did not is left out."""
    facts, mine = mart("order_facts"), members.alias("assigned")
    first_day = sa.cast(mine.c.assigned_at, sa.Date())
    paid = sa.case((facts.c.status == "paid", 1), else_=0)
    return (
        select(
            mine.c.member_id,
            func.max(paid).label("purchase"),
            func.coalesce(func.sum(facts.c.net_amount), 0).label("revenue"),
        )
        .join(facts, facts.c.customer_id == mine.c.customer_id)
        .where(
            mine.c.campaign_id == campaign_id,
            facts.c.is_counted,
            facts.c.ordered_on >= first_day,
            facts.c.ordered_on < first_day + days,
            sa.or_(facts.c.ordered_at.is_(None), facts.c.ordered_at >= mine.c.assigned_at),
        )
        .group_by(mine.c.member_id)
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
