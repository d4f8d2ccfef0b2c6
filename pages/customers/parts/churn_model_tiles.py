"""How good the prediction is in four numbers, each with what it would be without any skill."""

import streamlit as st

from ui.churn_model_view import Card
from ui.context import PageContext


def tiles(ctx: PageContext, card: Card) -> None:
    """Draw AUC, average precision, Brier skill and calibration error."""
    f = ctx.formats
    shown = {
        "auc": (
            f.number(card["auc"]),
            {"low": f.number(card["auc_low"]), "high": f.number(card["auc_high"])},
        ),
        "average_precision": (
            f.share(card["average_precision"]),
            {"rate": f.share(card["rate"])},
        ),
        "brier_skill": (f.share(card["brier_skill"]), {"brier": f.number(card["brier"], 4)}),
        "ece": (f.share(card["ece"]), {"rate": f.share(card["rate"])}),
    }
    with st.container(horizontal=True, gap="small"):
        for name, (value, parts) in shown.items():
            with st.container(border=True, key=f"tile_{name}", gap="xxsmall", height="stretch"):
                help_text = ctx.t(f"churn_card.{name}_help")
                st.metric(ctx.t(f"churn_card.{name}"), value, help=help_text)
                st.caption(ctx.t(f"churn_card.{name}_note", n=f.count(card["n"]), **parts))
