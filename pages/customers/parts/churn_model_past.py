"""The past days: how each prediction turned out, and which days were learnt from."""

import streamlit as st

from pages.customers.parts.table_export import table_export
from ui import churn_model_frames as frames
from ui import rows
from ui.churn_model_view import Card
from ui.context import PageContext


def turned_out(ctx: PageContext, card: Card) -> None:
    """Draw the judged days: expected to leave, and left."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("churn_card.turned_out"), anchor=False, help=t("churn_card.turned_out_help"))
    frame = frames.days(card)
    is_held = frame["predicted_rate"].between(frame["low"], frame["high"])
    st.markdown(
        t(
            "churn_card.held",
            held=f.count(int(is_held.sum())),
            days=f.count(len(frame)),
            expected=f.count(float(frame["expected_left"].sum())),
            left=f.count(int(frame["who_left"].sum())),
        )
    )
    missed = frames.total_miss(card)
    if missed is not None:
        said, factor = missed
        st.warning(
            t(f"churn_card.total_{said}", factor=f.number(factor)), icon=":material/straighten:"
        )
    rows.table(ctx, rows.with_shares(ctx, frame, *frames.RATES), key="churn_model_days", digits=0)
    st.caption(t("churn_card.turned_out_note"))
    table_export(
        ctx, frame, name="churn_model_days", subject=t("churn_card.turned_out"),
        filters=t(f"churn.by_{card['kind']}"),
    )  # fmt: skip


def asked(ctx: PageContext, card: Card) -> None:
    """Draw all days whose outcome is known, where there are any."""
    if not card.get("dates"):
        return
    t, frame = ctx.t, frames.asked_days(card)
    with st.expander(t("churn_card.all_days"), icon=":material/event:"):
        rows.table(ctx, frame, key="churn_model_all_days", named=("day_role",))
        st.caption(t("churn_card.all_days_note"))
        table_export(
            ctx, frame, name="churn_model_all_days", subject=t("churn_card.all_days"),
            filters=t(f"churn.by_{card['kind']}"),
        )  # fmt: skip
