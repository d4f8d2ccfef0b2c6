"""The view 'arrival' of the page Quality: does every table still get news as it used to?"""

import streamlit as st

from ui import quality_frames as frames
from ui import quality_loaders as load
from ui import rows
from ui.context import PageContext


def part(ctx: PageContext) -> None:
    """Draw the view."""
    t = ctx.t
    with st.container(border=True):
        st.subheader(t("quality.arrival_title"), anchor=False, help=t("quality.arrival_help"))
        found = load.rhythm(ctx.settings, ctx.version, ctx.scope, ctx.today)
        if found.empty:
            st.info(t("quality.no_days"), icon=":material/event_busy:")
            return
        late = found[found["rhythm"].isin(["late", "later_than_ever"])]
        if late.empty:
            st.success(t("quality.none_late"), icon=":material/check_circle:")
        else:
            names = ", ".join(frames.called(ctx, "table", one) for one in late["table_name"])
            st.warning(t("quality.some_late", tables=names), icon=":material/schedule:")
        rows.table(ctx, frames.rhythm_rows(ctx, found), key="quality_arrival", named=())
        stamp = rows.stamp_of(ctx, subject=t("quality.arrival_title"), period="", filters="")
        rows.download(ctx, found, name="quality_arrival", stamp=stamp)
