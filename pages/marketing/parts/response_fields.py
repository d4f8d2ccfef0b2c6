"""Fields that were refused, and what the company says of them."""

import streamlit as st

from analytics.response_model import RULES, ResponseRules
from ui import response_words as words
from ui import rule_actions
from ui.context import PageContext
from ui.formats import plain
from ui.progress import progress_bar
from ui.response_view import Response


def part(ctx: PageContext, seen: Response) -> None:
    """Draw a sentence for each field; who sees everything may declare fields."""
    told = words.refusals(ctx, seen.said)
    if told:
        st.warning(
            "\n".join([ctx.t("response.refused"), "", *(f"- {plain(one)}" for one in told)]),
            icon=":material/block:",
        )
    if ctx.scope.is_everything and seen.said.get("refused") is not None:
        with st.expander(ctx.t("response.declare"), icon=":material/rule:"):
            _form(ctx, seen)


def _form(ctx: PageContext, seen: Response) -> None:
    t = ctx.t
    rules = current(ctx)
    seen_fields = [one["field"] for one in seen.said.get("importance", ())]
    seen_fields += [one["field"] for one in seen.said.get("refused", ())]
    known = sorted({*seen_fields, *rules.known_after, *rules.known_before})
    with st.form("response_rules", border=False):
        st.caption(t("response.declare_help"))
        picked = {
            rule: st.multiselect(
                t(f"response.{rule}"), known, getattr(rules, rule), key=f"response_{rule}",
                format_func=lambda name: words.response_field(t, name),
                placeholder=t("response.pick_fields"),
            )
            for rule in ("known_after", "known_before")
        }  # fmt: skip
        if st.form_submit_button(t("response.declare_save"), type="primary"):
            with progress_bar(ctx) as progress:
                rule_actions.apply(ctx, RULES, picked, progress)
            st.rerun()


def current(ctx: PageContext) -> ResponseRules:
    """Return the rules in force; the default where what is stored cannot be."""
    try:
        return ResponseRules.from_stored(rule_actions.stored(ctx, RULES))
    except (TypeError, ValueError):
        return ResponseRules()
