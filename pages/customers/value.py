"""Value: what is each customer worth in the time to come, and how sure is that?"""

from typing import Any

import streamlit as st

from pages.customers.parts import (
    value_contracts,
    value_customers,
    value_proof,
    value_rules,
    value_tiles,
)
from ui import loaders
from ui import value_loaders as load
from ui.context import PageContext
from ui.segment_filter import segment_picker


def render(ctx: PageContext) -> None:
    """Draw the page: totals, the proof, customers, rules. Cards are for who sees everything."""
    st.title(ctx.t("page.value"), anchor=False)
    key = (ctx.settings, ctx.version, ctx.scope)
    among = segment_picker(ctx)
    totals = load.totals(*key, among)
    if not totals["customers"]:
        empty = "segments.nobody" if among else "value.no_customers"
        st.info(ctx.t(empty), icon=":material/inbox:")
        return
    card = loaders.card(*key, "clv")
    if ctx.scope.is_everything:
        _missing(ctx, card)
    elif not totals["valued"]:
        st.info(ctx.t("value.none_valued"), icon=":material/inbox:")
    if totals["valued"]:
        # The interval of the total was tested for all customers together, not for a part of them.
        value_tiles.tiles(ctx, totals, card and card | {"is_of_everybody": not among})
    _proof(ctx, card, among)
    if totals["valued"]:
        value_customers.part(ctx, totals, card, among)
    if ctx.scope.is_everything:
        value_rules.part(ctx)


def _proof(ctx: PageContext, card: dict[str, Any] | None, among: str) -> None:
    """Draw the test and the contracts, or say that they are not shown here."""
    if not ctx.scope.is_everything:
        st.caption(ctx.t("value.proof_hidden"))
        return
    if among:
        st.caption(ctx.t("value.proof_everybody"))
    proof = loaders.card(ctx.settings, ctx.version, ctx.scope, "clv_holdout")
    if proof is not None:
        value_proof.part(ctx, proof)
    if card is not None:
        value_contracts.part(ctx, card)


def _missing(ctx: PageContext, card: dict[str, Any] | None) -> None:
    """Say what keeps a model from speaking, and what to do."""
    if card is None:
        st.info(ctx.t("value.not_scored"), icon=":material/model_training:")
        return
    unmet = [one for one in card["requirements"] if not one["is_met"]]
    if unmet:
        lines = [
            ctx.t(
                f"value.needs_{one['name']}",
                found=ctx.formats.count(one["found"]),
                needed=ctx.formats.count(one["needed"]),
            )
            for one in unmet
        ]
        st.info(
            ctx.t("value.too_little") + "\n" + "".join(f"\n- {line}" for line in lines),
            icon=":material/hourglass_empty:",
        )
    elif card.get("reason") == "too_few_later_buyers":
        count = ctx.formats.count
        found, needed = count(card["later_buyers"]), count(card["later_buyers_needed"])
        st.info(
            ctx.t("value.too_few_later_buyers", found=found, needed=needed),
            icon=":material/hourglass_empty:",
        )
    elif card["chosen"] is None:
        st.info(ctx.t("value.nothing_to_judge"), icon=":material/hourglass_empty:")
