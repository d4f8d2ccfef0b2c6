"""The view 'list' of the Churn page: whom to contact, how many, and what that should bring."""

from typing import Any

import streamlit as st

from pages.customers.parts import (
    churn_health,
    churn_list_decision,
    churn_list_inputs,
    churn_list_limits,
    churn_list_table,
    churn_list_without,
)
from ui.churn_list_view import Asked, choice_of, kinds, read_asked
from ui.context import PageContext
from ui.segment_filter import segment_picker


def render(ctx: PageContext) -> None:
    """Draw the view; where there are no probabilities, why, and what can be done instead."""
    known = kinds(ctx)
    if not known:
        empty = "scored" if ctx.scope.is_everything else "visible"
        st.info(ctx.t(f"churn_list.not_{empty}"), icon=":material/model_training:")
        return
    among = segment_picker(ctx)
    asked = read_asked(ctx, known, among)
    churn_list_inputs.kind(ctx, list(known), asked.kind, known[asked.kind])
    if known[asked.kind]["verdict"] == "useful":
        _decision(ctx, asked, known[asked.kind])
    else:
        churn_list_without.part(ctx, asked.kind, known[asked.kind])
    churn_health.part(ctx, asked.kind)


def _decision(ctx: PageContext, asked: Asked, terms: dict[str, Any]) -> None:
    with st.container(border=True):
        churn_list_inputs.part(ctx, asked)
    found = choice_of(ctx, asked)
    if not found.scored:
        st.info(ctx.t("churn_list.nobody"), icon=":material/inbox:")
        return
    churn_list_decision.verdict(ctx, asked, found)
    churn_list_decision.tiles(ctx, found)
    churn_list_limits.part(ctx, asked, terms)
    with st.container(border=True):
        churn_list_decision.chart(ctx, found)
    if len(found.customers):
        churn_list_table.part(ctx, asked, found)
