"""The rules of customer value: horizon, discount, contracts; applied by scoring again."""

from typing import Any

import streamlit as st

from analytics.value_rules import CONTRACTS, ValueRules
from ui import rule_actions
from ui.context import PageContext
from ui.progress import progress_bar

_FORM = "value_rules"


def part(ctx: PageContext) -> None:
    """Draw the form; saving scores every customer again."""
    t = ctx.t
    with st.expander(t("value.rules"), icon=":material/tune:", key="value_rules_box"):
        now = _current(rule_actions.stored(ctx, "value") or {})
        with st.form(_FORM, border=False):
            st.caption(t("value.rules_note"))
            with st.container(horizontal=True, gap="small"):
                horizon = st.number_input(
                    t("value.rule_horizon"), 30, 1825, int(now.horizon_days), 30, key="rule_horizon"
                )
                rate = st.number_input(
                    t("value.rule_rate"), 0.0, 100.0,
                    round(now.yearly_discount_rate * 100, 2), 1.0, key="rule_rate",
                )  # fmt: skip
                cost = st.number_input(
                    t("value.rule_cost"), 0.0, 100.0, round(now.min_cost_share * 100, 2), 5.0,
                    key="rule_cost", help=t("value.rule_cost_help"),
                )  # fmt: skip
                test = st.number_input(
                    t("value.rule_test"), 10.0, 60.0, round(now.holdout_share * 100, 2), 5.0,
                    key="rule_test", help=t("value.rule_test_help"),
                )  # fmt: skip
            contracts = st.radio(
                t("value.rule_contracts"),
                CONTRACTS,
                index=CONTRACTS.index(now.contracts),
                format_func=lambda name: t(f"value.contracts_{name}"),
                help=t("value.rule_contracts_help"),
                key="rule_contracts",
            )
            with st.container(horizontal=True, gap="small"):
                is_saved = st.form_submit_button(t("value.rules_save"), type="primary")
                is_reset = st.form_submit_button(t("value.rules_reset"))
        if is_saved:
            wanted: dict[str, Any] = {
                "horizon_days": int(horizon),
                "yearly_discount_rate": rate / 100,
                "min_cost_share": cost / 100,
                "holdout_share": test / 100,
                "contracts": contracts,
            }
            _apply(ctx, wanted)
        if is_reset:
            _apply(ctx, None)


def _current(stored: dict[str, Any]) -> ValueRules:
    try:
        return ValueRules.from_stored(stored)
    except (TypeError, ValueError):
        return ValueRules()


def _apply(ctx: PageContext, wanted: dict[str, Any] | None) -> None:
    with progress_bar(ctx) as report:
        rule_actions.apply(ctx, "value", wanted, report)
    for name in ("horizon", "rate", "cost", "test", "contracts"):
        st.session_state.pop(f"rule_{name}", None)
    st.rerun()
