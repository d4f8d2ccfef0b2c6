"""The rules of the lifecycle in words, with the numbers in force, and the form to change them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from analytics.lifecycle_rules import LifecycleRules, rules_from
from pages.customers.parts.rules_form import rules_form
from ui.context import PageContext

# Field, least, most, step: factors are decimal, the rest whole numbers.
_FIELDS: tuple[tuple[str, float, float, float], ...] = (
    ("at_risk_factor", 0.1, 1_000.0, 0.5),
    ("lost_factor", 0.1, 1_000.0, 0.5),
    ("at_risk_min_days", 0, 10_000, 1),
    ("lost_min_days", 31, 10_000, 1),
    ("loyal_min_orders", 2, 1_000, 1),
    ("returned_days", 1, 730, 1),
    ("prior_gaps", 0.1, 1_000.0, 0.5),
)


def in_words(ctx: PageContext, card: dict[str, Any] | None, rules: LifecycleRules) -> list[str]:
    """Return one sentence per rule, with its numbers."""
    f = ctx.formats
    numbers = {
        name: f.number(value, 1) if isinstance(value, float) else f.count(value)
        for name, value in rules.as_json().items()
    }
    lines = [
        ctx.t(f"lifecycle.word_{stage}", **numbers)
        for stage in ("potential", "at_risk", "lost", "returned", "loyal", "active")
    ]
    if card is not None and card["typical_gap_days"] is not None:
        typical = f.number(card["typical_gap_days"], 1)
        lines.append(ctx.t("lifecycle.word_typical", typical=typical, **numbers))
    return lines


def rules_part(ctx: PageContext, saved: Mapping[str, Any] | None) -> None:
    """Draw the form."""
    rules = rules_from(saved).as_json()

    def field(name: str, least: float, most: float, step: float) -> float:
        label = ctx.t(f"lifecycle.{name}")
        value = rules[name]
        given: float = st.number_input(
            label, least, most, value, step, key=f"lifecycle_{name}", width=300
        )
        return given

    def draw() -> dict[str, Any]:
        with st.container(horizontal=True):
            return {name: field(name, least, most, step) for name, least, most, step in _FIELDS}

    rules_form(ctx, "lifecycle", draw)
