"""The rules of the prediction: its horizon, and the fields that are known only afterwards."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.customers.parts.rules_form import rules_form
from ui.churn_model_frames import feature_name
from ui.churn_model_view import Card, current_rules
from ui.context import PageContext


def part(ctx: PageContext, cards: Mapping[Any, Card]) -> None:
    """Draw the form. Fields on offer are those of the cards, and those declared already."""
    t, rules = ctx.t, current_rules(ctx)
    known = [one["field"] for card in cards.values() for one in card["fields"]]
    offered = list(dict.fromkeys([*known, *rules.known_after]))

    def draw() -> dict[str, Any]:
        days = st.number_input(
            t("churn_card.rule_horizon"), 30, 365, rules.contract_horizon_days, 1,
            key="churn_model_horizon", help=t("churn_card.rule_horizon_help"), width=260,
        )  # fmt: skip
        after = st.multiselect(
            t("churn_card.rule_known_after"),
            offered,
            default=list(rules.known_after),
            format_func=lambda field: feature_name(ctx, field),
            key="churn_model_known_after",
            help=t("churn_card.rule_known_after_help"),
            placeholder=t("churn_card.rule_none"),
        )
        # An outcome of snapshots is set by command: it stays as it is.
        kept = {"outcome": rules.outcome, "known_before": list(rules.known_before)}
        return {"contract_horizon_days": int(days), "known_after": after, **kept}

    with st.expander(t("churn_card.rules"), icon=":material/tune:", key="churn_model_rules_box"):
        rules_form(ctx, "churn_model", draw)
