"""What the models of a version say of themselves."""

import json
from typing import Any

from sqlalchemy import Connection, select

from crm_data.tables import mart


def model_card(conn: Connection, name: str) -> dict[str, Any] | None:
    """Return a model card, or None where the version has no such model.

    A card is about the whole company: it holds totals and tests, never a single customer, and is
    shown to those who see everything only.
    """
    cards = mart("model_cards")
    text = conn.scalar(select(cards.c.card).where(cards.c.name == name))
    return None if text is None else json.loads(text)
