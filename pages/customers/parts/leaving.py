"""How likely a customer is to leave, and why; or why that is not known."""

import json
from typing import Any

import streamlit as st

from ui import loaders
from ui.churn_reason_words import churn_reason
from ui.context import PageContext
from ui.formats import plain


def part(ctx: PageContext, scores: dict[str, Any]) -> None:
    """Draw the probability within its horizon with reasons in words, or a sentence."""
    t, f = ctx.t, ctx.formats
    st.markdown(f"**{t('leaving.title')}**", help=t("leaving.help"))
    kind, probability = scores["churn_kind"], scores["churn_probability"]
    if kind is None:
        st.text(t("leaving.not_a_member"))
        return
    horizon = scores["churn_horizon_days"]  # an outcome without a date has none
    days = "" if horizon is None else f.count(horizon)
    if probability is None:
        st.text(_why_not(ctx, kind))
    else:
        # A probability is no promise: digits that it does not have are not shown.
        st.markdown(
            t(f"leaving.says_{kind}", probability=f"**{f.share(probability, 0)}**", days=days)
            + _average(ctx, kind)
        )
        _reasons(ctx, scores["churn_reasons"])


def _average(ctx: PageContext, kind: str) -> str:
    """Say what the average probability is, to who may know it: it is of the whole company."""
    card = loaders.card(ctx.settings, ctx.version, ctx.scope, f"churn_{kind}")
    if card is None or not card["scored"]:
        return ""
    share = ctx.formats.share(card["expected_left"] / card["scored"], 0)
    return " " + ctx.t("leaving.average", share=share, n=ctx.formats.count(card["scored"]))


def _reasons(ctx: PageContext, codes: str | None) -> None:
    """Draw what speaks for leaving, the strongest first."""
    found = json.loads(codes) if codes else []
    if not found:
        st.caption(ctx.t("leaving.no_reason"))
        return
    st.markdown(
        "\n".join(f"{n}. {plain(churn_reason(ctx.t, code))}" for n, code in enumerate(found, 1))
    )
    st.caption(ctx.t("leaving.reasons_note"))


def _why_not(ctx: PageContext, kind: str) -> str:
    card = loaders.card(ctx.settings, ctx.version, ctx.scope, f"churn_{kind}")
    if card is None or card["verdict"] == "useful":
        return ctx.t("leaving.not_known")
    return ctx.t(f"churn_model.verdict_{card['verdict']}")
