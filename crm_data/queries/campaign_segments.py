"""Campaigns counted from members: of a segment, or as of a day, which sums by day do not know."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func, select

from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.tables import mart
from crm_data.tables.marts import NEVER

SUM_KINDS = (
    "cost:money impressions:count ad_clicks:count members:count sent:count reached:count "
    "opened:count clicked:count responded:count converted:count unsubscribed:count "
    "complained:count leads:count orders:count net_amount:money gross_amount:money "
    "returned_amount:money margin:money uncosted_orders:count new_customers:count"
)
SUMS = tuple(word.partition(":")[0] for word in SUM_KINDS.split())
ARM_SUMS = (
    "members", "sent", "reached", "opened", "clicked", "responded", "converted", "unsubscribed",
    "complained", "over", "buyers", "valued", "net_amount", "net_amount_sq", "costed", "margin",
    "margin_sq",
)  # fmt: skip


def segment_sums(among: str, scope: AccessScope) -> sa.Select[Any]:
    """Return members and orders of a segment's customers: marts by day do not know them."""
    orders, members = mart("order_facts"), mart("campaign_member_facts")
    zero = sa.literal(0)
    of_members = {
        "sent": members.c.is_sent, "reached": members.c.is_reached, "opened": members.c.is_opened,
        "clicked": members.c.is_clicked, "responded": members.c.is_responded,
        "converted": members.c.is_converted, "unsubscribed": members.c.is_unsubscribed,
        "complained": members.c.is_complained,
    }  # fmt: skip
    only = ("responded", "converted", "unsubscribed", "complained")
    counted: dict[str, ColumnElement[Any]] = {
        name: func.count().filter(flag & members.c.is_reached if name in only else flag)
        for name, flag in of_members.items()
    } | {"members": func.count()}
    paid, net = orders.c.status == "paid", orders.c.net_amount
    bought: dict[str, ColumnElement[Any]] = {
        "orders": func.count().filter(paid),
        "net_amount": func.sum(net),
        "gross_amount": func.sum(net).filter(paid),
        "returned_amount": -func.sum(net).filter(orders.c.status == "returned"),
        "margin": func.sum(net - orders.c.cost),
        "uncosted_orders": func.count().filter(net.is_(None) | orders.c.cost.is_(None)),
        "new_customers": func.count().filter(paid & (orders.c.previous_paid_on == NEVER)),
    }
    parts = []
    for source, found, kept in (
        (members, counted, sa.true()),
        (orders, bought, orders.c.is_counted & orders.c.campaign_id.is_not(None)),
    ):
        values = [found.get(name, zero).label(name) for name in SUMS]
        parts.append(
            select(source.c.campaign_id, *values)
            .where(
                visible_to(scope, source.c.owner_id),
                kept,
                in_segment(source.c.customer_no, among),
            )
            .group_by(source.c.campaign_id)
        )
    both = sa.union_all(*parts).subquery("parts")
    return select(both.c.campaign_id, *(func.sum(both.c[n]).label(n) for n in SUMS)).group_by(
        both.c.campaign_id
    )


def member_rows(among: str = "", known_on: date | None = None) -> sa.Select[Any]:
    """Return members as ``campaign_results`` counts them, one row each: of a segment, or of all.

    With ``known_on`` as the end of that day knew them: who was assigned by then, whose days were
    over, who had responded and converted. What else they did has no day, and is as now.
    """
    facts = mart("campaign_member_facts")
    flags: dict[str, ColumnElement[Any]] = {
        name: facts.c[f"is_{name}"]
        for name in ("sent", "reached", "opened", "clicked", "responded", "converted",
                     "unsubscribed", "complained", "over")
    }  # fmt: skip
    net: ColumnElement[Any] = facts.c.net_amount
    margin: ColumnElement[Any] = facts.c.margin
    kept = [in_segment(facts.c.customer_no, among)] if among else []
    if known_on is not None:
        for name in ("responded", "converted"):
            flags[name] = flags[name] & (facts.c[f"{name}_on"] <= known_on)
        flags["over"] = flags["over"] & (facts.c.window_end_on <= known_on)
        net, margin = (sa.case((flags["over"], one)) for one in (net, margin))
        kept.append(facts.c.assigned_on <= known_on)
    flags["buyers"] = facts.c.is_buyer & flags["over"]
    columns: dict[str, ColumnElement[Any]] = {
        "members": sa.literal(1),
        **{name: sa.case((flag, 1), else_=0) for name, flag in flags.items()},
        "valued": sa.case((net.is_not(None), 1), else_=0), "net_amount": net,
        "net_amount_sq": net * net, "costed": sa.case((margin.is_not(None), 1), else_=0),
        "margin": margin, "margin_sq": margin * margin,
    }  # fmt: skip
    return select(
        facts.c.campaign_id, facts.c.arm, facts.c.owner_id, facts.c.assigned_on,
        facts.c.window_end_on, *(columns[name].label(name) for name in ARM_SUMS),
    ).where(*kept)  # fmt: skip
