"""What the models of a version say of themselves."""

import json
from typing import Any

from sqlalchemy import Connection, select

from crm_data.scope import AccessScope
from crm_data.tables import mart


def model_card(conn: Connection, name: str) -> dict[str, Any] | None:
    """Return a model card, or None where the version has no such model.

    A card is about the whole company: it holds totals and tests, never a single customer, and is
    shown to those who see everything only.
    """
    cards = mart("model_cards")
    text = conn.scalar(select(cards.c.card).where(cards.c.name == name))
    return None if text is None else json.loads(text)


def value_terms(conn: Connection, *, scope: AccessScope) -> dict[str, Any] | None:
    """Return on what terms customers are valued: ``basis``, ``horizon_days``, ``rate``.

    They say nothing of anybody, and whoever sees a value needs them: not only who may see the card.
    """
    card = None if scope.is_nothing else model_card(conn, "clv")
    if card is None:
        return None
    rules = card["rules"]
    return {
        "basis": card["basis"],
        "horizon_days": rules["horizon_days"],
        "rate": rules["yearly_discount_rate"],
    }


def churn_terms(conn: Connection, kind: str, *, scope: AccessScope) -> dict[str, Any] | None:
    """Return what a probability of leaving may be used for: of a kind, None without its card.

    ``verdict`` and ``requirements`` (why there is none), ``horizon_days``, ``silence_days``,
    ``reliability`` (predicted, observed, n by bin, for how uncertain a gain is), ``turned_out`` (by
    judged day, for whether it is too low or too high), ``margin_rate`` of customer value, None
    where value is not margin. They say nothing of anybody.
    """
    card = None if scope.is_nothing else model_card(conn, f"churn_{kind}")
    if card is None:
        return None
    value = model_card(conn, "clv") or {}
    names = (
        "verdict", "requirements", "horizon_days", "silence_days", "reliability", "turned_out",
        "reason",
    )  # fmt: skip
    return {name: card.get(name) for name in names} | {"margin_rate": value.get("margin_rate")}


def deal_terms(conn: Connection, *, scope: AccessScope) -> dict[str, Any] | None:
    """Return how chances of deals come about and how good they were; None without its card.

    The parts of the card ``deals`` that whoever sees a chance needs: shares, not what is open. A
    part that there is none of is None.
    """
    card = None if scope.is_nothing else model_card(conn, "deals")
    if card is None:
        return None
    names = (
        "verdict", "method", "reason", "as_of", "horizon_days", "requirements", "days", "ways",
        "reliability", "chosen", "fields", "learnt", "judged", "stages",
    )  # fmt: skip
    return {name: card.get(name) for name in names}


def comment_terms(conn: Connection, *, scope: AccessScope) -> dict[str, Any] | None:
    """Return how well comments are judged, by language; None without the card ``comments``.

    What whoever sees a judged comment needs: how the judge did on comments that it had not seen,
    and how many there were of either kind. They say nothing of anybody.
    """
    card = None if scope.is_nothing else model_card(conn, "comments")
    if card is None:
        return None
    return {
        "languages": card["languages"], "topics_read": card["topics_read"], "topics": card["topics"]
    }  # fmt: skip
