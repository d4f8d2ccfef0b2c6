"""Who was held back at earlier exports of the segment: how many, when, and the list."""

import pandas as pd
import streamlit as st

from ui import rows
from ui import segment_reach as reach
from ui.context import PageContext
from ui.people import person


def part(ctx: PageContext, segment_id: str, name: str, definition: str) -> None:
    """Draw it; nothing where nobody whom the viewer may see was held back."""
    t, f = ctx.t, ctx.formats
    exports, held = reach.held_before(ctx, segment_id, definition)
    if not exports:
        return
    days = dict.fromkeys(f.day(one.exported_at.date()) for one in exports)
    customers = f.count(held["customer_id"].nunique())
    st.markdown(t("builder.held_before", n=customers, days=t("builder.words_list").join(days)))
    with st.expander(t("builder.held_each", n=f.count(len(exports))), icon=":material/history:"):
        counts = held["export_id"].value_counts()
        table = pd.DataFrame(
            {
                "exported_at": [pd.Timestamp(one.exported_at) for one in exports],
                "exported_by": [person(ctx, one.exported_by) for one in exports],
                "export_channel": [t(f"builder.channel_{one.channel}") for one in exports],
                "holdout_share": [f.share(one.holdout_share, 0) for one in exports],
                "seed": [one.seed for one in exports],
                "held_back": [int(counts[one.export_id]) for one in exports],
                "same_conditions": [one.definition == definition for one in exports],
            }
        )
        rows.table(ctx, table, key="segment_held_table")
        stamp = rows.stamp_of(ctx, subject=name, period=t("period.all_time"),
                              filters=t("builder.held_list"))  # fmt: skip
        written = held.drop(columns="export_id").assign(arm=t("builder.arm_held_back"))
        rows.download(ctx, written, name="segment_held_back", stamp=stamp, is_worded=True)
