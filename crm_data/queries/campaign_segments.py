"""Campaigns counted from members: of a segment, or as of a day, which sums by day do not know."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func, select

from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.tables import mart
from crm_data.tables.campaign_marts import DID

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
    orders, cells = (
        mart("campaign_orders"),
        member_cells(scope, among, money=False).subquery("cells"),
    )
    zero = sa.literal(0)
    only = ("responded", "converted", "unsubscribed", "complained")
    counted: dict[str, ColumnElement[Any]] = {
        name: _who(cells, *((name, "reached") if name in only else (name,)))
        for name in DID if name not in ("over", "buyer")
    } | {"members": func.sum(cells.c.n)}  # fmt: skip
    bought: dict[str, ColumnElement[Any]] = {
        name: func.sum(orders.c[name]) for name in SUMS
        if name in orders.c
    }  # fmt: skip
    of_orders = [visible_to(scope, orders.c.owner_id), in_segment(orders.c.customer_no, among)]
    parts = [
        select(source.c.campaign_id, *(found.get(name, zero).label(name) for name in SUMS))
        .where(*kept)
        .group_by(source.c.campaign_id)
        for source, found, kept in ((cells, counted, []), (orders, bought, of_orders))
    ]
    both = sa.union_all(*parts).subquery("parts")
    return select(both.c.campaign_id, *(func.sum(both.c[n]).label(n) for n in SUMS)).group_by(
        both.c.campaign_id
    )


def member_cells(
    scope: AccessScope, among: str = "", known_on: date | None = None, *, money: bool = True
) -> sa.Select[Any]:
    """Return members by campaign, arm and all that they did (``did``): of a segment, or of all.

    With ``known_on`` as the end of that day knew them: who was assigned by then, whose days were
    over, who had responded and converted. What else they did has no day, and is as now.
    """
    facts = mart("campaign_member_facts")
    did: ColumnElement[Any] = facts.c.did
    net: ColumnElement[Any] = facts.c.net_amount
    margin: ColumnElement[Any] = facts.c.margin
    kept = [visible_to(scope, facts.c.owner_id)]
    kept += [in_segment(facts.c.customer_no, among)] if among else []
    if known_on is not None:
        later = {name: facts.c[f"{name}_on"] > known_on for name in ("responded", "converted")}
        later |= dict.fromkeys(("over", "buyer"), facts.c.window_end_on > known_on)
        for name, is_later in later.items():
            did = did - sa.case((facts.c[f"is_{name}"] & is_later, DID[name]), else_=0)
        net, margin = (sa.case((~later["over"], one)) for one in (net, margin))
        kept.append(facts.c.assigned_on <= known_on)
    rows = select(
        facts.c.campaign_id, facts.c.arm, did.label("did"), net.label("net"),
        margin.label("margin"), facts.c.assigned_on, facts.c.window_end_on,
    ).where(*kept).subquery("rows")  # fmt: skip
    sums: list[ColumnElement[Any]] = [func.count().label("n")]
    if money:
        sums += [
            func.min(rows.c.assigned_on).label("assigned_on"),
            func.max(rows.c.window_end_on).label("window_end_on"),
            func.count(rows.c.net).label("valued"),
            func.sum(rows.c.net).label("net_amount"),
            func.sum(rows.c.net * rows.c.net).label("net_amount_sq"),
            func.count(rows.c.margin).label("costed"),
            func.sum(rows.c.margin).label("margin"),
            func.sum(rows.c.margin * rows.c.margin).label("margin_sq"),
        ]
    key = (rows.c.campaign_id, rows.c.arm, rows.c.did)
    return select(*key, *sums).group_by(*key)


def arm_sums(cells: sa.FromClause) -> dict[str, ColumnElement[Any]]:
    """Return ``ARM_SUMS`` of ``member_cells``."""
    people = {name: _who(cells, name) for name in DID if name != "buyer"}
    people |= {"members": func.sum(cells.c.n), "buyers": _who(cells, "buyer")}
    return {
        name: people[name] if name in people else func.sum(cells.c[name]) for name in ARM_SUMS
    }  # fmt: skip


def _who(cells: sa.FromClause, *names: str) -> ColumnElement[Any]:
    """Return how many members did all of these."""
    bits = sum(DID[name] for name in names)
    return func.sum(sa.case((cells.c.did.bitwise_and(bits) == bits, cells.c.n), else_=0))
