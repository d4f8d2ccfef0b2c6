"""Whom to contact as a file, and as a segment that campaigns and plans can use."""

import pandas as pd
import streamlit as st

from ui import response_loaders as load
from ui import rows
from ui.context import PageContext
from ui.errors import guarded
from ui.export import Stamp
from ui.formats import plain
from ui.response_segment import MOST_SAVED, saved_as_segment
from ui.response_view import Response


def part(ctx: PageContext, seen: Response, number: int) -> None:
    """Draw both; the file holds all that are contacted, and writing it is audited."""
    most = min(number, load.MOST_EXPORTED)

    def everyone() -> pd.DataFrame:
        found = load.everyone(ctx.settings, ctx.version, ctx.scope, seen.ask, limit=most)
        return found.rename(columns={"score": "response_score"})

    with st.container(horizontal=True, gap="small"):
        rows.download(ctx, everyone, name="response_contacts", stamp=stamp(ctx, seen))
        with st.popover(ctx.t("response.save"), icon=":material/group_add:"):
            guarded(ctx.t, _form)(ctx, seen, number)


def stamp(ctx: PageContext, seen: Response) -> Stamp:
    """Return what an export of this view is."""
    return rows.stamp_of(ctx, subject=ctx.t("page.response"), period="", filters=seen.filters)


def _form(ctx: PageContext, seen: Response, number: int) -> None:
    t = ctx.t
    st.caption(t("response.save_help"))
    if number > MOST_SAVED:
        st.caption(t("response.save_most", n=ctx.formats.count(MOST_SAVED)))
        return
    name = st.text_input(t("builder.name"), max_chars=80, key="response_segment_name")
    if st.button(t("response.save_now"), key="response_save", disabled=not name.strip()):
        found = load.everyone(ctx.settings, ctx.version, ctx.scope, seen.ask, limit=number)
        one = saved_as_segment(ctx, name, found["customer_id"].tolist(), seen.filters)
        st.success(t("response.saved", name=plain(one.name)), icon=":material/check:")
