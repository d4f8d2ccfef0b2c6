"""Churn model: can it be told who leaves, how well, and from what?"""

import streamlit as st

from pages.customers.parts import (
    churn_model_baselines,
    churn_model_drift,
    churn_model_drivers,
    churn_model_fields,
    churn_model_past,
    churn_model_probabilities,
    churn_model_rules_form,
    churn_model_segments,
    churn_model_tiles,
    churn_model_verdict,
)
from ui import navigation, urls
from ui.churn_model_view import KIND, Card, cards, chosen, is_judged, is_outcome, tells
from ui.context import PageContext
from ui.segment_filter import not_filtered


def render(ctx: PageContext) -> None:
    """Draw the page for the kind in the address. Cards are of the whole company."""
    st.title(ctx.t("page.churn_model"), anchor=False)
    if not ctx.scope.is_everything:
        navigation.link("churn", ctx.t("page.churn"), icon=":material/logout:")
        st.info(ctx.t("churn_card.not_yours"), icon=":material/lock:")
        return
    found = cards(ctx)
    if not found:
        navigation.link("churn", ctx.t("page.churn"), icon=":material/logout:")
        st.info(ctx.t("churn_card.not_scored"), icon=":material/model_training:")
        churn_model_rules_form.part(ctx, found)
        return
    not_filtered(ctx)
    kind = chosen(found)
    kept = {} if kind == "outcome" else {"churn": kind}
    navigation.link("churn", ctx.t("page.churn"), icon=":material/logout:", **kept)
    if len(found) > 1:
        st.segmented_control(
            ctx.t("churn.definition"),
            list(found),
            format_func=lambda name: ctx.t(f"churn.by_{name}"),
            key=KIND,
            required=True,
            help=ctx.t("churn_card.kind_help"),
            on_change=urls.write_choice,
            args=(KIND,),
        )
    card = found[kind]
    churn_model_verdict.part(ctx, card)
    if is_judged(card):
        _proof(ctx, card)
    churn_model_past.asked(ctx, card)
    if "leaks" in card:
        with st.container(border=True):
            churn_model_fields.part(ctx, card)
    churn_model_rules_form.part(ctx, found)


def _proof(ctx: PageContext, card: Card) -> None:
    """Draw what was judged, and what drives it where the order is better than chance."""
    churn_model_tiles.tiles(ctx, card)
    with st.container(border=True):
        churn_model_baselines.part(ctx, card)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        churn_model_probabilities.calibration(ctx, card)
    with right, st.container(border=True, height="stretch"):
        churn_model_probabilities.by_tenth(ctx, card)
    if not is_outcome(card):  # nothing is dated: there is no past day
        with st.container(border=True):
            churn_model_past.turned_out(ctx, card)
    with st.container(border=True):
        churn_model_segments.part(ctx, card)
    if tells(card):
        with st.container(border=True):
            churn_model_drivers.part(ctx, card)
    with st.container(border=True):
        churn_model_drift.part(ctx, card)
