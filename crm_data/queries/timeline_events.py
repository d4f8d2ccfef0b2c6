"""Each kind of thing that happens with a customer, in the columns of the timeline."""

from collections.abc import Callable
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, func, select

from crm_data.frames import Column, FrameSpec, Kind
from crm_data.queries.customers import owned
from crm_data.scope import AccessScope
from crm_data.tables import mart, table

EventKind = Literal["order", "interaction", "campaign", "ticket", "survey", "deal", "subscription"]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
TIMELINE = FrameSpec(
    "timeline",
    "one row per event of a customer, newest first; those without a time last",
    ("kind", "item_id", "step"),
    (
        Column("kind", "text", "One of ``EVENT_KINDS``."),
        Column("item_id", "text", "Key of the record."),
        Column("step", "text", "created, won, lost or closed; started or ended."),
        Column("happened_at", "instant", "Instant in UTC, or a business day at midnight."),
        Column("has_time", "flag", "False where only the business day is known."),
        Column("title", "text", "Subject, name or category, as recorded."),
        Column("body", "text", "Text, comment or reason, as recorded."),
        Column("status", "text", "Status of orders and tickets, arm of campaigns, stage of deals."),
        Column("channel", "text"),
        Column("detail", "text", "Direction, kind of survey, or codes parted by commas."),
        Column("person", "text", "Who did it: the employee's name, else the id."),
        Column("amount", "money", "Value of an order or deal, outcome, amount per month."),
        Column("score", "number"),
        Column("scale_max", "number"),
        Column("lines", "count", "Lines of an order."),
        Column("until_at", "instant", "Tickets: when resolved. Campaigns: when converted."),
    ),
)
_TYPES: dict[Kind, Any] = {
    "text": sa.Text(),
    "instant": sa.DateTime(),
    "flag": sa.Boolean(),
    "money": sa.Numeric(18, 4),
    "number": sa.Double(),
    "count": sa.BigInteger(),
}
_CAMPAIGN_STEPS = ("sent", "delivered", "opened", "clicked", "responded", "converted")


def events_of(kind: str, scope: AccessScope, customer_id: str) -> list[Select[Any]]:
    """Return selects of the events of a kind, in the columns of ``TIMELINE``."""
    return _PARTS[kind](scope, customer_id)


def rows_of(kind: str) -> sa.Table:
    """Return the table whose rows are the events of a kind."""
    return mart("order_facts") if kind == "order" else table(_TABLES[kind])


def has_ended(kind: str) -> ColumnElement[bool]:
    """Return the condition for rows of a kind that are a second event, their end."""
    rows = rows_of(kind)
    if kind == "deal":
        return sa.or_(rows.c.closed_at.is_not(None), rows.c.outcome.is_not(None))
    return rows.c.ended_on.is_not(None)


def _event(kind: str, item_id: Any, happened_at: Any, **known: Any) -> Select[Any]:
    """Return a select of all columns of ``TIMELINE``; those not known are missing."""
    values = {
        "kind": sa.literal(kind),
        "item_id": item_id,
        "happened_at": sa.cast(happened_at, sa.DateTime()),
        "step": sa.literal(""),
        "has_time": sa.true(),
        **known,
    }
    columns = []
    for column in TIMELINE.columns:
        value = values.get(column.name, sa.null())
        columns.append(sa.cast(value, _TYPES[column.kind]).label(column.name))
    return select(*columns)


def _orders(scope: AccessScope, customer_id: str) -> list[Select[Any]]:
    facts = mart("order_facts")
    day = sa.cast(facts.c.ordered_on, sa.DateTime())
    return [
        _event(
            "order",
            facts.c.order_id,
            func.coalesce(facts.c.ordered_at, day),
            has_time=facts.c.ordered_at.is_not(None),
            status=facts.c.status,
            channel=facts.c.channel,
            person=facts.c.seller_id,
            amount=facts.c.net_amount,
            lines=facts.c.lines,
        ).where(*owned(facts, scope, customer_id))
    ]


def _interactions(scope: AccessScope, customer_id: str) -> list[Select[Any]]:
    met, people = table("interactions"), table("employees")
    return [
        _event(
            "interaction",
            met.c.interaction_id,
            met.c.occurred_at,
            title=met.c.subject,
            body=met.c.body,
            channel=met.c.channel,
            detail=met.c.direction,
            person=func.coalesce(people.c.name, met.c.employee_id),
        )
        .outerjoin_from(met, people, people.c.employee_id == met.c.employee_id)
        .where(*owned(met, scope, customer_id))
    ]


def _campaigns(scope: AccessScope, customer_id: str) -> list[Select[Any]]:
    was_in, campaigns = table("campaign_members"), table("campaigns")
    steps = (
        sa.case((was_in.c[f"{step}_at"].is_not(None), step), else_=None) for step in _CAMPAIGN_STEPS
    )
    left = sa.case((was_in.c.unsubscribed_at.is_not(None), "unsubscribed"), else_=None)
    return [
        _event(
            "campaign",
            was_in.c.campaign_id + sa.literal(" / ") + was_in.c.member_id,
            func.coalesce(was_in.c.sent_at, was_in.c.assigned_at),
            title=func.coalesce(campaigns.c.name, was_in.c.campaign_id),
            status=was_in.c.arm,
            channel=campaigns.c.channel,
            detail=func.concat_ws(",", *steps, left),
            amount=was_in.c.outcome_value,
            until_at=was_in.c.converted_at,
        )
        .outerjoin_from(was_in, campaigns, campaigns.c.campaign_id == was_in.c.campaign_id)
        .where(*owned(was_in, scope, customer_id))
    ]


def _tickets(scope: AccessScope, customer_id: str) -> list[Select[Any]]:
    cases, people = table("tickets"), table("employees")
    complaint = sa.case((cases.c.is_complaint, "complaint"), else_=None)
    return [
        _event(
            "ticket",
            cases.c.ticket_id,
            cases.c.created_at,
            title=cases.c.category,
            status=cases.c.status,
            channel=cases.c.channel,
            detail=func.concat_ws(",", complaint, cases.c.priority),
            person=func.coalesce(people.c.name, cases.c.agent_id),
            until_at=func.coalesce(cases.c.resolved_at, cases.c.closed_at),
        )
        .outerjoin_from(cases, people, people.c.employee_id == cases.c.agent_id)
        .where(*owned(cases, scope, customer_id))
    ]


def _surveys(scope: AccessScope, customer_id: str) -> list[Select[Any]]:
    said = table("survey_responses")
    return [
        _event(
            "survey",
            said.c.response_id,
            func.coalesce(said.c.responded_at, said.c.sent_at),
            body=said.c.comment,
            channel=said.c.channel,
            detail=said.c.kind,
            score=said.c.score,
            scale_max=said.c.scale_max,
        ).where(*owned(said, scope, customer_id))
    ]


def _deals(scope: AccessScope, customer_id: str) -> list[Select[Any]]:
    deals, people = table("opportunities"), table("employees")
    known = {
        "title": deals.c.name,
        "status": deals.c.stage,
        "person": func.coalesce(people.c.name, deals.c.owner_id),
        "amount": deals.c.amount,
    }
    ended = func.coalesce(deals.c.outcome, "closed")
    created = _event(
        "deal", deals.c.opportunity_id, deals.c.created_at, step=sa.literal("created"), **known
    ).where(*owned(deals, scope, customer_id))
    closed = _event(
        "deal",
        deals.c.opportunity_id,
        deals.c.closed_at,
        step=ended,
        **known,
        body=deals.c.loss_reason,
    ).where(
        *owned(deals, scope, customer_id),
        has_ended("deal"),
    )
    return [
        part.outerjoin_from(deals, people, people.c.employee_id == deals.c.owner_id)
        for part in (created, closed)
    ]


def _subscriptions(scope: AccessScope, customer_id: str) -> list[Select[Any]]:
    held, products = table("subscriptions"), table("products")
    known = {
        "has_time": sa.false(),
        "title": func.coalesce(products.c.name, held.c.product_id),
        "amount": held.c.monthly_amount,
    }
    started = _event(
        "subscription",
        held.c.subscription_id,
        held.c.started_on,
        step=sa.literal("started"),
        **known,
    ).where(*owned(held, scope, customer_id))
    ended = _event(
        "subscription",
        held.c.subscription_id,
        held.c.ended_on,
        step=sa.literal("ended"),
        **known,
        body=held.c.end_reason,
    ).where(*owned(held, scope, customer_id), has_ended("subscription"))
    return [
        part.outerjoin_from(held, products, products.c.product_id == held.c.product_id)
        for part in (started, ended)
    ]


_PARTS: dict[str, Callable[[AccessScope, str], list[Select[Any]]]] = {
    "order": _orders,
    "interaction": _interactions,
    "campaign": _campaigns,
    "ticket": _tickets,
    "survey": _surveys,
    "deal": _deals,
    "subscription": _subscriptions,
}
_TABLES = {
    "interaction": "interactions",
    "campaign": "campaign_members",
    "ticket": "tickets",
    "survey": "survey_responses",
    "deal": "opportunities",
    "subscription": "subscriptions",
}
