"""Have customers, or their probabilities, become others than those that were learnt from?"""

import streamlit as st

from pages.customers.parts.table_export import table_export
from ui import churn_model_frames as frames
from ui import rows
from ui.churn_model_view import Card
from ui.context import PageContext
from ui.formats import plain


def part(ctx: PageContext, card: Card) -> None:
    """Draw what has shifted in a sentence, and the table."""
    t = ctx.t
    st.subheader(t("churn_card.drift"), anchor=False, help=t("churn_card.drift_help"))
    frame = frames.drifts(card)
    if frame.empty:
        st.info(t("churn_card.drift_nobody"), icon=":material/inbox:")
        return
    verdict = frame["drift_verdict"].iloc[0]
    psi = ctx.formats.number(float(frame["psi"].iloc[0]), 3)
    lines = [t(f"churn_card.score_{verdict}", psi=psi)]
    fields = frame.iloc[1:]
    shifted = fields.loc[fields["drift_verdict"] == "shifted", "feature"]
    if shifted.empty:
        lines.append(t("churn_card.no_field_shifted"))
    else:
        names = [f"**{plain(frames.feature_name(ctx, field))}**" for field in shifted]
        listed = t("filter.separator").join(names)
        lines.append(t("churn_card.fields_shifted", names=listed))
    st.markdown("\n".join(f"- {line}" for line in lines))
    shown = frames.worded(ctx, frame, ("drift_verdict",))
    with st.expander(t("churn_card.as_table"), icon=":material/table:"):
        rows.table(
            ctx, rows.with_shares(ctx, shown, "missing_then", "missing_now"),
            key="churn_model_drift", digits=3, named=(),
        )  # fmt: skip
    st.caption(t("churn_card.drift_note"))
    table_export(
        ctx, frame, name="churn_model_drift", subject=t("churn_card.drift"),
        filters=t(f"churn.by_{card['kind']}"),
    )  # fmt: skip
