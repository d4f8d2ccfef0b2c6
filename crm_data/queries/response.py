"""Whom to contact, of those that the viewer may see: the order, and who is left out."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, Subquery, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cohorts import members
from crm_data.queries.model_cards import model_card
from crm_data.scope import EVERYTHING, AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart

ASKS_CONSENT = ("email", "sms", "phone")  # channels
_TERMS = {  # of the card, for who sees a part of the customers
    "asked": (
        "channel", "outcome", "verdict", "auc", "auc_low", "auc_high", "level_spread", "level_n",
    ),
    "uplift": ("channel", "outcome", "name", "arm", "verdict", "is_used"),
}  # fmt: skip

RESPONSE_BINS = FrameSpec(
    "response_bins",
    "one row per thousandth of the order with customers who may be contacted, the first first",
    ("place",),
    columns_of("place:count customers:count expected:number"),
)
RESPONSE_LEFT_OUT = FrameSpec(
    "response_left_out",
    "one row: visible customers, and why some are not contacted; the first reason counts",
    (),
    columns_of(
        "matched:count unsubscribed:count without_consent:count contacted_often:count listed:count "
        "known_consent:count"
    ),
)
RESPONSE_LIST = FrameSpec(
    "response_list",
    "one row per customer to contact, the first first",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text owner_id:text region:text score:number reasons:json "
        "contacts_30d:count last_order_on:day net_amount_365d:money"
    ),
)


@dataclass(frozen=True)
class Outreach:
    """Whom to look for.

    Attributes
    ----------
    channel : str or None
        As campaigns call it; None where they do not say.
    outcome : str
        ``responded``, ``bought`` or ``caused``.
    most_contacts : int or None
        At most so many messages in the last 30 days; None: any number.
    with_consent : bool
        Only who has agreed to the channel; of no meaning where a channel asks for none.
    among : str
        Conditions of a segment as JSON; empty is everybody.
    """

    channel: str | None
    outcome: str
    most_contacts: int | None = None
    with_consent: bool = False
    among: str = ""


def response_card(conn: Connection, *, scope: AccessScope) -> dict[str, Any] | None:
    """Return the card ``response``; None where the version has none, or for who sees nobody.

    Who sees a part gets whether it can be told who responds, how well, and what the list needs (of
    an experiment in use the curve, a share of responses caused by share contacted): of the
    company's campaigns, tenths, fifths, effects and refused fields nothing.
    """
    card = None if scope.is_nothing else model_card(conn, "response")
    if card is None or scope.is_everything:
        return card
    return {"as_of": card["as_of"]} | {
        kind: [
            {name: one[name] for name in names if name in one}
            | ({"curve": one["curve"]} if one.get("is_used") else {})
            for one in card[kind]
        ]
        for kind, names in _TERMS.items()
    }


def response_bins(conn: Connection, ask: Outreach, *, scope: AccessScope) -> pd.DataFrame:
    """Return customers and expected responses by place in the order: ``RESPONSE_BINS``."""
    found = _asked(ask, scope)
    statement = (
        select(
            found.c.place,
            func.count().label("customers"),
            sa.cast(func.sum(found.c.score), sa.Double()).label("expected"),
        )
        .where(_is_listed(found, ask))
        .group_by(found.c.place)
        .order_by(found.c.place)
    )
    return read_frame(conn, statement, RESPONSE_BINS)


def response_left_out(conn: Connection, ask: Outreach, *, scope: AccessScope) -> pd.DataFrame:
    """Return how many are left out, and why: ``RESPONSE_LEFT_OUT``."""
    found = _asked(ask, scope)
    left, refused, often = _reasons(found, ask)
    statement: Select[*tuple[Any, ...]] = select(
        func.count().label("matched"),
        func.count().filter(left).label("unsubscribed"),
        func.count().filter(~left & refused).label("without_consent"),
        func.count().filter(~left & ~refused & often).label("contacted_often"),
        func.count().filter(~left & ~refused & ~often).label("listed"),
        func.count(found.c.has_consent).label("known_consent"),
    ).select_from(found)
    return read_frame(conn, statement, RESPONSE_LEFT_OUT)


def left_out_counts(conn: Connection, ask: Outreach, *, scope: AccessScope) -> dict[str, int]:
    """Return ``response_left_out`` by column."""
    found = response_left_out(conn, ask, scope=scope)
    return {str(name): int(value) for name, value in found.iloc[0].items()}


def response_list(
    conn: Connection, ask: Outreach, *, scope: AccessScope, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return whom to contact, the first first: ``RESPONSE_LIST``."""
    found, facts = _asked(ask, scope), mart("customer_facts")
    order = (found.c.place, found.c.score.desc(), found.c.customer_id)
    top = (
        select(found)
        .where(_is_listed(found, ask))
        .order_by(*order)
        .limit(limit)
        .offset(offset)
        .subquery("top")
    )
    statement = (
        select(
            top.c.customer_id,
            facts.c.name,
            top.c.owner_id,
            facts.c.region,
            top.c.score,
            top.c.reasons,
            top.c.contacts_30d,
            facts.c.last_order_on,
            facts.c.net_amount_365d,
        )
        .select_from(top.join(facts, facts.c.customer_no == top.c.customer_no))
        .order_by(top.c.place, top.c.score.desc(), top.c.customer_id)
    )
    return read_frame(conn, statement, RESPONSE_LIST)


def _asked(ask: Outreach, scope: AccessScope) -> Subquery:
    """Visible customers of the channel and outcome, with their consent to the channel."""
    scores = mart("response_scores")
    source: Any = scores
    if ask.among:
        among = members(EVERYTHING, (), ask.among)
        source = source.join(among, among.c.customer_no == scores.c.customer_no)
    is_channel = (
        scores.c.channel.is_(None) if ask.channel is None else scores.c.channel == ask.channel
    )
    names = (
        "customer_no", "customer_id", "owner_id", "score", "place", "reasons", "contacts_30d",
        "is_unsubscribed", "has_consent",
    )  # fmt: skip
    return (
        select(*(scores.c[name] for name in names))
        .select_from(source)
        .where(is_channel, scores.c.outcome == ask.outcome, visible_to(scope, scores.c.owner_id))
        .subquery("asked")
    )


def _reasons(
    found: Subquery, ask: Outreach
) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    """Unsubscribed, without consent, contacted too often: never missing."""
    refused: ColumnElement[bool] = sa.false()
    if ask.channel in ASKS_CONSENT:  # an explicit no counts even where nobody asks for a yes
        refused = func.coalesce(found.c.has_consent.is_(False), sa.false())
        if ask.with_consent:
            refused = ~func.coalesce(found.c.has_consent, sa.false())
    often: ColumnElement[bool] = (
        sa.false() if ask.most_contacts is None else found.c.contacts_30d > ask.most_contacts
    )
    return func.coalesce(found.c.is_unsubscribed, sa.false()), refused, often


def _is_listed(found: Subquery, ask: Outreach) -> ColumnElement[bool]:
    left, refused, often = _reasons(found, ask)
    return ~left & ~refused & ~often
