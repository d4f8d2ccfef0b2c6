"""The view 'faults' of the page Quality: which rules rows break, and the rows."""

from typing import Any

import streamlit as st

from ui import quality_frames as frames
from ui import quality_loaders as load
from ui import rows
from ui.context import PageContext
from ui.defined_tile import request
from ui.quality_view import FAULTY, behind, picked


def part(ctx: PageContext) -> None:
    """Draw the view."""
    t = ctx.t
    with st.container(border=True):
        st.subheader(t("quality.faults_title"), anchor=False, help=t("quality.faults_help"))
        found = load.broken(ctx.settings, ctx.version, ctx.scope)
        if found.empty:
            st.success(t("quality.no_faults"), icon=":material/check_circle:")
            return
        st.caption(t("quality.faults_hint"))
        table = frames.fault_rows(ctx, found)
        chosen: Any = rows.table(
            ctx, table, key="quality_faults", named=(), on_select="rerun",
            selection_mode="single-row", widths={"rule": 330},
        )  # fmt: skip
        place = chosen.selection.rows if chosen is not None else []
        if place and place[0] < len(found) and place != st.session_state.get("_fault_shown"):
            row = found.iloc[place[0]]
            check = load.check_of(str(row["rule"]), str(row["table_name"]), str(row["field"]))
            words = table.iloc[place[0]]
            subject = f"{picked(ctx, check)} · {words['table']} · {words['field']}"
            FAULTY.ask(request(ctx, behind(ctx), subject, "", check))
        st.session_state["_fault_shown"] = place
        stamp = rows.stamp_of(ctx, subject=t("quality.faults_title"), period="", filters="")
        rows.download(ctx, found, name="quality_faults", stamp=stamp)
