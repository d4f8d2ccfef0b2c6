"""The rules of a decline: what is followed, how it adds up, and how far down counts."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analytics.decline_rules import MEASURES, DeclineRules
from pages.customers.parts.rules_form import rules_form
from ui import decline_view as view
from ui.context import PageContext

_NONE = ""


def part(ctx: PageContext, rules: DeclineRules, offered: Sequence[str]) -> None:
    """Draw the form."""
    t, now = ctx.t, rules.field or _NONE
    options = list(dict.fromkeys([_NONE, now, *offered]))

    def draw() -> dict[str, Any]:
        field = st.selectbox(
            t("decline.rule_field"),
            options,
            index=options.index(now),
            format_func=lambda name: view.field_name(ctx, name) if name else t("decline.none"),
            key="decline_field",
            help=t("decline.rule_field_help"),
        )
        with st.container(horizontal=True, gap="small"):
            measure = st.selectbox(
                t("decline.rule_measure"),
                MEASURES,
                index=MEASURES.index(rules.measure),
                format_func=lambda name: t(f"decline.measure_{name}"),
                key="decline_measure",
                help=t("decline.rule_measure_help"),
                width=320,
                filter_mode=None,
            )
            fall = st.number_input(
                t("decline.rule_fall"), 10, 90, round(rules.fall * 100), 5,
                key="decline_fall", help=t("decline.rule_fall_help"), width=260,
            )  # fmt: skip
        return {"field": field or None, "measure": measure, "fall": fall / 100}

    with st.expander(t("churn.rules"), icon=":material/tune:", key="decline_rules_box"):
        rules_form(ctx, "decline", draw)
