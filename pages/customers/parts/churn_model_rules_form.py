"""The rules of the prediction: horizon, an outcome on file, what is known before and after it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from analytics.churn_model_rules import ChurnModelRules
from analytics.churn_outcome import Outcome
from pages.customers.parts.rules_form import rules_form
from ui.churn_model_frames import feature_name
from ui.churn_model_view import Card, current_rules
from ui.churn_outcome_loaders import carried
from ui.context import PageContext
from ui.translations import value_name

_NONE = ""


def part(ctx: PageContext, cards: Mapping[Any, Card]) -> None:
    """Draw the form. On offer is what the cards and customers hold, and what is set already."""
    t, rules = ctx.t, current_rules(ctx)
    with st.expander(t("churn_card.rules"), icon=":material/tune:", key="churn_model_rules_box"):
        held = carried(ctx.settings, ctx.version, ctx.scope)
        known = [one["field"] for card in cards.values() for one in card["fields"]]

        def draw() -> dict[str, Any]:
            days = st.number_input(
                t("churn_card.rule_horizon"), 30, 365, rules.contract_horizon_days, 1,
                key="churn_model_horizon", help=t("churn_card.rule_horizon_help"), width=260,
            )  # fmt: skip
            outcome = _outcome(ctx, rules, [str(one) for one in held.outcomes])
            after = _fields(ctx, "known_after", [*known, *held.fields], rules.known_after)
            before = _fields(ctx, "known_before", held.fields, rules.known_before)
            return {
                "contract_horizon_days": int(days),
                "known_after": after,
                "outcome": outcome,
                "known_before": before,
            }

        rules_form(ctx, "churn_model", draw)


def _outcome(ctx: PageContext, rules: ChurnModelRules, offered: Sequence[str]) -> str | None:
    """Draw the choice of a field with its value; none is one."""
    now = rules.outcome or _NONE
    options = list(dict.fromkeys([_NONE, now, *offered]))
    chosen = st.selectbox(
        ctx.t("churn_card.rule_outcome"),
        options,
        index=options.index(now),
        format_func=lambda text: _worded(ctx, text),
        key="churn_model_outcome",
        help=ctx.t("churn_card.rule_outcome_help"),
    )
    return chosen or None


def _worded(ctx: PageContext, text: str) -> str:
    if not text:
        return ctx.t("churn_card.rule_no_outcome")
    asked = Outcome.parse(text)
    value = value_name(ctx.t, asked.field, asked.value)
    return ctx.t(
        "churn_model.reason_value", field=feature_name(ctx, asked.field), value=value
    )  # fmt: skip


def _fields(
    ctx: PageContext, rule: str, offered: Iterable[str], chosen: Sequence[str]
) -> list[str]:  # fmt: skip
    found: list[str] = st.multiselect(
        ctx.t(f"churn_card.rule_{rule}"),
        list(dict.fromkeys([*offered, *chosen])),
        default=list(chosen),
        format_func=lambda field: feature_name(ctx, field),
        key=f"churn_model_{rule}",
        help=ctx.t(f"churn_card.rule_{rule}_help"),
        placeholder=ctx.t("churn_card.rule_none"),
    )
    return found
