"""What drives the prediction: how much of the order goes with each field."""

import streamlit as st

from pages.customers.parts.table_export import table_export
from ui import churn_model_frames as frames
from ui import rows
from ui.churn_model_view import Card
from ui.context import PageContext
from ui.formats import plain

_SAID = 3
_WHOLE, _HEIGHT = 8, 360  # rows shown whole; of more, a part


def part(ctx: PageContext, card: Card) -> None:
    """Draw the first fields in a sentence, and all of them with their spread."""
    t = ctx.t
    st.subheader(t("churn_card.drivers"), anchor=False, help=t("churn_card.drivers_help"))
    frame = frames.drivers(card)
    sure = frame[frame["is_sure"]].head(_SAID) if len(frame) else frame
    if sure.empty:
        st.markdown(t("churn_card.no_driver"))
    else:
        first = [
            f"**{plain(frames.feature_name(ctx, field))}** (−{ctx.formats.number(drop, 3)})"
            for field, drop in zip(sure["feature"], sure["auc_drop"], strict=True)
        ]
        listed = t("filter.separator").join(first)
        st.markdown(t("churn_card.says_drivers", fields=listed))
    if frame.empty:
        return
    shown = frames.worded(ctx, frame)
    config = rows.column_config(ctx, shown, 4)
    config["auc_drop"] = st.column_config.ProgressColumn(
        t("column.auc_drop"), format="%.4f", min_value=0.0,
        max_value=max(float(frame["auc_drop"].max()), 1e-6),
    )  # fmt: skip
    st.dataframe(
        shown, hide_index=True, height=_HEIGHT if len(shown) > _WHOLE else "content",
        column_config=config, key="churn_model_drivers", alt=t("churn_card.drivers"),
    )  # fmt: skip
    st.caption(t("churn_card.drivers_note"))
    table_export(
        ctx, frame, name="churn_model_drivers", subject=t("churn_card.drivers"),
        filters=t(f"churn.by_{card['kind']}"),
    )  # fmt: skip
