"""Open deals with their chances, and why a chosen one has its chance."""

from typing import Any

import pandas as pd
import streamlit as st

from ui import deal_model_frames as frames
from ui import deal_model_loaders as load
from ui import rows, urls
from ui.context import PageContext
from ui.deal_model_words import chance
from ui.deal_reason_words import deal_reasons
from ui.formats import plain
from ui.frames import records

MOST = 200
_DEAL = "deal"


def part(ctx: PageContext, cut: load.DealCut, terms: dict[str, Any]) -> None:
    """Draw the deals with the largest weighted amounts, and the reasons of one."""
    t = ctx.t
    found = load.chances(ctx.settings, ctx.version, ctx.scope, cut, MOST)
    st.subheader(t("deal_model.deals"), anchor=False)
    shares = ("hand_probability", "win_probability", "low", "high")
    shown = rows.with_shares(ctx, frames.open_deals(found), *shares)
    shown["in_stage"] = frames.names(ctx, "stage", shown["in_stage"])
    rows.table(
        ctx, shown, key="deal_model_deals", money=("amount", "weighted_amount"),
        widths={"open_deal": 190},
    )  # fmt: skip
    if len(found) == MOST:
        st.caption(t("deal_model.first_deals", n=ctx.formats.count(MOST)))
    _why(ctx, found, terms)


def _why(ctx: PageContext, found: pd.DataFrame, terms: dict[str, Any]) -> None:
    t = ctx.t
    deals = {row["opportunity_id"]: row for row in records(found)}
    chosen = urls.choice(_DEAL, list(deals))
    st.selectbox(
        t("deal_model.choose"), list(deals), key=_DEAL, on_change=urls.write_choice,
        args=(_DEAL,), format_func=lambda one: _called(deals[one]),
    )  # fmt: skip
    deal = deals[chosen]
    st.markdown(chance(ctx, deal, terms))
    reasons = deal_reasons(ctx, deal["reasons"])
    for title, speaks in (("deal_model.speaks_for", True), ("deal_model.speaks_against", False)):
        lines = [f"- {plain(said)}" for said, is_for in reasons if is_for == speaks]
        if lines:
            st.markdown("\n".join([f"**{t(title)}**", "", *lines]))


def _called(deal: dict[str, Any]) -> str:
    name = deal["name"]
    return str(deal["opportunity_id"]) if pd.isna(name) else f"{name} ({deal['opportunity_id']})"
