"""The rules of churn: what counts as lost, and after how many days."""

from typing import Any

import streamlit as st

from analytics.churn_rules import KINDS, SILENCE_DAYS
from pages.customers.parts.rules_form import rules_form
from ui.churn_view import Seen
from ui.context import PageContext

_PROPOSED = 0


def part(ctx: PageContext, found: Seen) -> None:
    """Draw the form."""
    t, f, rules = ctx.t, ctx.formats, found.rules
    proposed = f.count(found.proposed.days) if found.proposed else t("churn.rule_none_yet")

    def days_option(days: int) -> str:
        if days == _PROPOSED:
            return t("churn.rule_proposed", days=proposed)
        return t("churn.rule_days_n", days=f.count(days))

    def draw() -> dict[str, Any]:
        kind = st.radio(
            t("churn.rule_kind"),
            KINDS,
            index=KINDS.index(rules.kind),
            format_func=lambda name: t(f"churn.kind_{name}"),
            key="churn_rule_kind",
        )
        with st.container(horizontal=True, gap="small"):
            options = (_PROPOSED, *SILENCE_DAYS)
            days = st.selectbox(
                t("churn.rule_days"),
                options,
                index=options.index(rules.silence_days or _PROPOSED),
                format_func=days_option,
                key="churn_rule_days",
                help=t("churn.rule_days_help"),
                width=260,
                filter_mode=None,
            )
            share = st.number_input(
                t("churn.rule_share"), 50, 99, round(rules.gap_quantile * 100), 1,
                key="churn_rule_share", help=t("churn.rule_share_help"), width=260,
            )  # fmt: skip
        return {"kind": kind, "silence_days": days or None, "gap_quantile": share / 100}

    with st.expander(t("churn.rules"), icon=":material/tune:", key="churn_rules_box"):
        rules_form(ctx, "churn", draw)
