"""The most valuable customers of a group, one click from their profile, and all as a file."""

import streamlit as st

from ui import navigation, rows
from ui import portrait_loaders as load
from ui.context import PageContext

_SHOWN = 15


def members(ctx: PageContext, among: str, *, subject: str, filters: str = "") -> None:
    """Draw the table and the export."""
    t = ctx.t
    st.subheader(t("clusters.members"), anchor=False)
    key = (ctx.settings, ctx.version, ctx.scope, among)
    found = load.members(*key, _SHOWN)
    chosen = rows.table(
        ctx, found, key="cluster_members", on_select="rerun", selection_mode="single-row"
    )
    picked = chosen.selection.rows
    if picked and picked[0] < len(found):
        navigation.go_to("customer", customer=str(found["customer_id"].iloc[picked[0]]))
    st.caption(t("clusters.members_note", n=ctx.formats.count(_SHOWN)))
    stamp = rows.stamp_of(ctx, subject=subject, period=t("period.all_time"), filters=filters)
    rows.download(ctx, lambda: load.all_members(*key), name="cluster_members", stamp=stamp)
