"""For whom the prediction is worse: segments by field, with intervals."""

import pandas as pd
import streamlit as st

from pages.customers.parts.table_export import table_export
from ui import churn_model_frames as frames
from ui import rows
from ui.churn_model_view import Card, is_outcome
from ui.context import PageContext
from ui.formats import plain
from ui.frames import records

_HIGHEST = 8  # sentences; the table has them all


def part(ctx: PageContext, card: Card) -> None:
    """Draw a sentence per segment that is told worse, and the table of all."""
    t = ctx.t
    st.subheader(t("churn_card.segments"), anchor=False, help=t("churn_card.segments_help"))
    frame = frames.segments(card)
    if frame.empty:
        st.info(t("churn_card.segments_none"), icon=":material/inbox:")
        return
    worse = frame[frame["remark"] != "none"]
    if worse.empty:
        st.markdown(t("churn_card.no_segment_worse"))
    else:
        st.markdown("\n".join(f"- {_worse(ctx, row)}" for row in records(worse.head(_HIGHEST))))
    with st.expander(t("churn_card.segments_table"), icon=":material/table:"):
        shown = rows.with_shares(ctx, frames.worded(ctx, frame, ("remark",)), *frames.RATES)
        rows.table(ctx, shown, key="churn_model_segments", digits=3, named=())
    st.caption(t(f"churn_card.segments_note{'_outcome' if is_outcome(card) else ''}"))
    table_export(
        ctx, frame, name="churn_model_segments", subject=t("churn_card.segments"),
        filters=t(f"churn.by_{card['kind']}"),
    )  # fmt: skip


def _worse(ctx: PageContext, row: Card) -> str:
    f = ctx.formats
    named = records(frames.worded(ctx, pd.DataFrame([row])))[0]
    who = ctx.t("churn_model.reason_value", field=named["feature"], value=named["segment"])
    p_value = ctx.t("churn_card.p_small") if row["p_value"] < 0.001 else f.number(row["p_value"], 3)
    return ctx.t(
        f"churn_card.worse_{row['remark']}",
        who=f"**{plain(who)}**",
        predicted=f.share(row["predicted_rate"]),
        observed=f.share(row["observed_rate"]),
        low=f.share(row["low"]),
        high=f.share(row["high"]),
        n=f.count(row["n"]),
        p=p_value,
        auc=f.number(row["auc"]),
        auc_high=f.number(row["auc_high"]),
    )
