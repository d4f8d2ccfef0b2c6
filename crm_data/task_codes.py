"""What the app raises tasks about: a code, and the figures that its sentence is made of.

The sentence itself (``task.<code>`` in the catalogues) is made when it is read, in the language of
who reads it. A new kind of task is an entry here and a label in each catalogue.
"""

import json
import math
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from crm_data.errors import UsageError

FigureKind = Literal["text", "day", "money", "number", "count", "share"]
Figures = Mapping[str, FigureKind]
CODES: dict[str, Figures] = {
    # Deals: the attention list.
    "deal_stuck": {"stage": "text", "days": "count", "usual_days": "count"},
    "deal_no_next_step": {"days": "count"},
    "deal_close_past": {"expected_on": "day", "days": "count"},
    "deal_amount_unlike": {"amount": "money", "low": "money", "high": "money"},
    "deal_amount_changed": {"amount": "money", "first_amount": "money"},
    "deal_single_contact": {"contacts": "count"},
    "deal_probability_odd": {"probability": "share", "learned": "share"},
    "deal_many_pushes": {"pushes": "count"},
    "deal_handed_over": {"before": "text"},
    # Leads, service, customers.
    "lead_not_contacted": {"source": "text", "hours": "number"},
    "detractor": {"score": "count", "answered_on": "day"},
    "ticket_waiting": {"hours": "number"},
    "customer_leaving": {"probability": "share", "horizon_days": "count"},
}
# What came of a task, by code, the best first; of the others nothing is asked but that it is done.
OUTCOMES: dict[str, tuple[str, ...]] = {
    "detractor": ("solved", "promised", "unsolved", "not_wanted", "not_reached"),
}
REACHED = frozenset({"solved", "promised", "unsolved", "not_wanted"})  # somebody was spoken to
# Calls of retention lists are listed as tasks and stored as members of their list.
RETENTION_CALL = "retention_call"
RETENTION_FIGURES: Figures = {"list_name": "text", "value_at_stake": "money"}
MAX_TEXT = 200


def figures_json(code: str, figures: Mapping[str, Any]) -> str:
    """Return the figures of a code as JSON; what is not known is null.

    Raises
    ------
    UsageError
        A code that there is none of, or not exactly its figures.
    """
    kinds = CODES.get(code)
    if kinds is None:
        raise UsageError(
            "task_code", f"There are no tasks of kind '{code}'. Use one of: {', '.join(CODES)}.",
            kind=code,
        )  # fmt: skip
    if set(figures) != set(kinds):
        raise UsageError(
            "task_figures",
            f"A task of kind '{code}' takes the figures {', '.join(kinds)}. Give these.",
            kind=code,
            figures=", ".join(kinds),
        )
    plain = {name: _plain(figures[name], kind) for name, kind in kinds.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def require_outcome(outcome: str) -> None:
    """Refuse an outcome that no kind of task has; empty is none.

    Raises
    ------
    UsageError
    """
    known = [one for of in OUTCOMES.values() for one in of]
    if outcome and outcome not in known:
        raise UsageError(
            "task_outcome",
            f"There is no outcome '{outcome}'. Use one of: {', '.join(known)}.",
            outcome=outcome,
            outcomes=", ".join(known),
        )


def _plain(value: Any, kind: FigureKind) -> object:
    if value is None or value != value:
        return None
    if kind == "text":
        return storable(str(value))[:MAX_TEXT]
    if kind == "day":
        return date(value.year, value.month, value.day).isoformat()
    if not math.isfinite(value):
        return None
    return int(value) if kind == "count" else float(value)


def storable(text: str) -> str:
    """Return text without what no store takes: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
