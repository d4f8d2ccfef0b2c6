"""The call list as a file: who is still open and may be reached by the channel."""

import pandas as pd
import streamlit as st

from ui import action_lists as lists
from ui import action_loaders as load
from ui import action_words as words
from ui import rows
from ui.context import PageContext


def part(ctx: PageContext, of: lists.RetentionList) -> None:
    """Draw the button; channel, who is left out and the file are behind it."""
    t, f = ctx.t, ctx.formats
    opened = st.popover(
        t("actions.export"), icon=":material/download:", key="actions_export", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        channel = st.selectbox(
            t("builder.channel"), load.CHANNELS, key="actions_channel", filter_mode=None,
            format_func=lambda one: t(f"builder.channel_{one}"),
        )  # fmt: skip
        key = (ctx.settings, ctx.version, ctx.scope, of.list_id, channel)
        found = load.calls(*key)
        left = [t(f"builder.left_{why}", n=f.count(n)) for why, n in found.left_out.items()]
        st.markdown("\n- ".join([t("actions.callable", n=f.count(len(found.frame))), *left]))
        stamp = rows.stamp_of(
            ctx,
            subject=of.name,
            period=t("period.all_time"),
            filters=t("actions.export_filters", name=of.name,
                      channel=t(f"builder.channel_{channel}")),
        )  # fmt: skip

        def file() -> pd.DataFrame:
            people = load.people(ctx.settings, ctx.version, ctx.scope)
            frame = load.calls(*key).frame.rename(columns={"address": "contact_address"})
            frame = frame.rename(columns={"owner_id": "task_owner"})
            frame["task_owner"] = [words.person(people, one) for one in frame["task_owner"]]
            return frame.drop(columns="contact_address") if channel == "none" else frame

        if not found.frame.empty:
            rows.download(ctx, file, name="call_list", stamp=stamp)
        st.caption(t("actions.export_note"))
