"""The prediction beside the simplest rules."""

import streamlit as st

from pages.customers.parts.table_export import table_export
from ui import churn_model_frames as frames
from ui import rows
from ui.churn_model_view import Card
from ui.context import PageContext


def part(ctx: PageContext, card: Card) -> None:
    """Draw the model beside each baseline."""
    t = ctx.t
    st.subheader(t("churn_card.baselines"), anchor=False, help=t("churn_card.baselines_help"))
    frame = frames.baselines(card)
    shares = ("average_precision", "ece")
    rows.table(
        ctx, rows.with_shares(ctx, frame, *shares), key="churn_model_baselines",
        digits=4, named=("baseline",),
    )  # fmt: skip
    st.caption(t("churn_card.baselines_note"))
    table_export(
        ctx, frame, name="churn_model_baselines", subject=t("churn_card.baselines"),
        filters=t(f"churn.by_{card['kind']}"),
    )  # fmt: skip
