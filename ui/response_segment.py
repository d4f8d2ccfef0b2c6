"""A list of customers as a saved segment: exactly these, whatever becomes of them."""

import json
from collections.abc import Sequence

from crm_data.segments.values import MAX_VALUES
from ui import segment_actions
from ui.context import PageContext
from ui.segment_actions import SavedSegment

_MOST_PARTS = 20
MOST_SAVED = MAX_VALUES * _MOST_PARTS


def saved_as_segment(
    ctx: PageContext, name: str, customer_ids: Sequence[str], note: str
) -> SavedSegment:
    """Save up to ``MOST_SAVED`` customers, so that an audience stays as it was drawn."""
    return segment_actions.save(
        ctx, "", name=name.strip(), note=note, definition=definition_of(customer_ids)
    )


def definition_of(customer_ids: Sequence[str]) -> str:
    """Return conditions that hold for exactly these customers, as JSON."""
    parts = [
        {"field": "customer_id", "op": "in", "values": list(customer_ids[at : at + MAX_VALUES])}
        for at in range(0, len(customer_ids), MAX_VALUES)
    ]
    return json.dumps(parts[0] if len(parts) == 1 else {"any": parts}, ensure_ascii=False)
