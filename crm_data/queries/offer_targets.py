"""Whom to offer a product to: who bought its neighbours, and may be contacted."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, Subquery, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.catalogue import of_everybody
from crm_data.queries.customer_search import storable
from crm_data.queries.offers import OfferRule, weight_of
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart, table

Channel = Literal["consented", "email", "phone", "any"]
CHANNELS: tuple[Channel, ...] = ("consented", "email", "phone", "any")

OFFER_TARGETS = FrameSpec(
    "offer_targets",
    "one row per customer to offer a product to, the best first; address only with consent",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text owner_id:text owner_name:text last_order_on:day "
        "net_amount_365d:money score:number reason_id:text reason_name:text customers_both:count "
        "lift:number may_email:flag may_phone:flag address:text"
    ),
)
OFFER_TARGET_COUNTS = FrameSpec(
    "offer_target_counts",
    "one row: customers who bought a neighbour of the product, and why some are left out",
    (),
    columns_of(
        "matched:count already_bought:count inactive:count without_consent:count "
        "without_address:count listed:count"
    ),
)


@dataclass(frozen=True)
class Outreach:
    """Whom to look for.

    Attributes
    ----------
    product_id : str
        What is to be offered.
    channel : str
        ``email`` and ``phone`` keep those who consented and have an address; ``consented`` those
        who did so for one of the two at least. ``any`` keeps all, and allows contacting nobody.
    active_days : int
        Only customers with an order in so many days up to the watermark.
    """

    product_id: str
    channel: Channel = "consented"
    active_days: int = 365


def offer_targets(
    conn: Connection,
    *,
    scope: AccessScope,
    ask: Outreach,
    rule: OfferRule,
    limit: int = 50,
    among: str = "",
) -> pd.DataFrame:
    """Return whom to offer a product to: ``OFFER_TARGETS``.

    Ranked by what neighbours say; popularity says the same of everybody. ``among`` is the JSON of
    a segment: its members only. What all customers did is missing for who sees a part of them.
    """
    facts, reasons, own = mart("customer_facts"), table("products"), table("customers")
    people, found = table("employees"), _matched(scope, ask, rule, among)
    top = (
        select(found.c.customer_no, found.c.score, found.c.address)
        .where(found.c.is_listed)
        .order_by(found.c.score.desc(), found.c.customer_no)
        .limit(limit)
        .cte("top")
    )
    why = _reason(ask, rule, top)
    statement = (
        select(
            *(facts.c[n] for n in ("customer_id", "name", "owner_id")),
            people.c.name.label("owner_name"),
            facts.c.last_order_on,
            facts.c.net_amount_365d,
            of_everybody(scope, top.c.score).label("score"),
            why.c.product_id.label("reason_id"),
            reasons.c.name.label("reason_name"),
            *(of_everybody(scope, why.c[name]).label(name) for name in ("customers_both", "lift")),
            *(
                sa.and_(_consented(own, name), _has_address(own, name)).label(f"may_{name}")
                for name in ("email", "phone")
            ),
            top.c.address,
        )
        .select_from(top)
        .join(facts, facts.c.customer_no == top.c.customer_no)
        .join(why, (why.c.customer_no == top.c.customer_no) & (why.c.nth == 1))
        .outerjoin(reasons, reasons.c.product_id == why.c.product_id)
        .outerjoin(own, own.c.customer_id == facts.c.customer_id)
        .outerjoin(people, people.c.employee_id == facts.c.owner_id)
        .order_by(top.c.score.desc(), top.c.customer_no)
    )
    return read_frame(conn, statement, OFFER_TARGETS)


def offer_target_counts(
    conn: Connection, *, scope: AccessScope, ask: Outreach, rule: OfferRule, among: str = ""
) -> pd.DataFrame:
    """Return how many customers there are, and how many are left out: ``OFFER_TARGET_COUNTS``.

    Each is left out for the first reason that applies, in the order of the columns.
    """
    found = _matched(scope, ask, rule, among)
    is_open = ~found.c.has_it & found.c.is_active
    statement: Select[*tuple[Any, ...]] = select(
        func.count().label("matched"),
        func.count().filter(found.c.has_it).label("already_bought"),
        func.count().filter(~found.c.has_it & ~found.c.is_active).label("inactive"),
        func.count().filter(is_open & ~found.c.may_ask).label("without_consent"),
        func.count()
        .filter(is_open & found.c.may_ask & ~found.c.is_listed)
        .label("without_address"),
        func.count().filter(found.c.is_listed).label("listed"),
    ).select_from(found)
    return read_frame(conn, statement, OFFER_TARGET_COUNTS)


def _links(ask: Outreach) -> Subquery:
    pairs = mart("product_pairs")
    return (
        select(pairs.c.product_id, pairs.c.score, pairs.c.customers_both, pairs.c.lift)
        .where(pairs.c.other_id == storable(ask.product_id))
        .subquery("links")
    )


def _matched(scope: AccessScope, ask: Outreach, rule: OfferRule, among: str) -> Subquery:
    """Visible customers who bought a neighbour of the product, with what may keep each out."""
    bought, facts, own = mart("customer_products"), mart("customer_facts"), table("customers")
    links = _links(ask)
    scored = (
        select(
            bought.c.customer_no,
            func.sum(links.c.score * weight_of(bought, rule)).label("score"),
        )
        .join(links, links.c.product_id == bought.c.product_id)
        .group_by(bought.c.customer_no)
        .subquery("scored")
    )
    have = (
        select(bought.c.customer_no)
        .where(bought.c.product_id == storable(ask.product_id))
        .subquery("have")
    )
    may_ask, has_address, address = _reachable(own, ask.channel)
    since: date = rule.as_of - timedelta(days=ask.active_days)
    has_it = have.c.customer_no.is_not(None)
    is_active = func.coalesce(facts.c.last_order_on > since, sa.false())
    statement = (
        select(
            facts.c.customer_no,
            scored.c.score,
            has_it.label("has_it"),
            is_active.label("is_active"),
            may_ask.label("may_ask"),
            (~has_it & is_active & may_ask & has_address).label("is_listed"),
            address.label("address"),
        )
        .select_from(scored)
        .join(facts, facts.c.customer_no == scored.c.customer_no)
        .outerjoin(have, have.c.customer_no == scored.c.customer_no)
        .where(visible_to(scope, facts.c.owner_id))
    )
    if among:
        statement = statement.where(in_segment(facts.c.customer_no, among))
    if ask.channel != "any":
        statement = statement.outerjoin(own, own.c.customer_id == facts.c.customer_id)
    return statement.subquery("found")


def _reachable(
    own: sa.Table, channel: Channel
) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[str]]:
    """Return whether a customer consented, has an address, and which; never one without consent."""
    nothing = sa.cast(sa.null(), sa.Text())
    if channel == "any":
        return sa.true(), sa.true(), nothing
    if channel != "consented":
        may_ask = _consented(own, channel)
        return may_ask, _has_address(own, channel), sa.case((may_ask, own.c[channel]))
    ways = [(_consented(own, name), _has_address(own, name)) for name in ("email", "phone")]
    reached = sa.or_(*(sa.and_(agreed, known) for agreed, known in ways))
    return sa.or_(*(agreed for agreed, _ in ways)), reached, nothing


def _consented(own: sa.Table, name: str) -> ColumnElement[bool]:
    """Whether a customer agreed: what is not on record is no consent."""
    return func.coalesce(own.c[f"consent_{name}"], sa.false())


def _has_address(own: sa.Table, name: str) -> ColumnElement[bool]:
    return func.coalesce(func.trim(own.c[name]) != "", sa.false())


def _reason(ask: Outreach, rule: OfferRule, top: sa.CTE) -> Subquery:
    """For each of the chosen customers, what it bought by how much that says, numbered."""
    bought, links = mart("customer_products"), _links(ask)
    part = links.c.score * weight_of(bought, rule)
    nth = func.row_number().over(
        partition_by=bought.c.customer_no, order_by=(part.desc(), bought.c.product_id)
    )
    return (
        select(
            bought.c.customer_no,
            bought.c.product_id,
            links.c.customers_both,
            links.c.lift,
            nth.label("nth"),
        )
        .join(links, links.c.product_id == bought.c.product_id)
        .where(bought.c.customer_no.in_(select(top.c.customer_no)))
        .subquery("why")
    )
