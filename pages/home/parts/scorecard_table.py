"""The tables of the scorecard: before and after, beside the year before and a comparison group."""

import streamlit as st

from ui import rows
from ui import scorecard_frames as frames
from ui import scorecard_words as words
from ui.context import PageContext
from ui.formats import plain
from ui.scorecard_answers import Measured
from ui.scorecard_view import ScorecardView


def part(ctx: PageContext, view: ScorecardView, found: list[Measured]) -> None:
    """Draw the tables with what to know when reading them."""
    t = ctx.t
    with st.container(border=True):
        st.subheader(t("scorecard.table_title"), anchor=False, help=t("scorecard.table_help"))
        widths = {"score_before": 100, "score_after": 100, "answer": 240}
        rows.table(ctx, frames.shown(ctx, found), key="scorecard_table", widths=widths)
        for note in (*words.notes(ctx, found), t("scorecard.caution"), t("scorecard.chance")):
            st.caption(note)
    if view.asked.other is None:
        st.caption(t("scorecard.no_versus"))
        return
    with st.container(border=True):
        title = t("scorecard.against_title", other=plain(view.versus_words))
        st.subheader(title, anchor=False, help=t("scorecard.against_help"))
        compared = frames.against_shown(ctx, found)
        if compared.empty:
            st.info(t("scorecard.against_nothing"), icon=":material/hourglass_empty:")
            return
        rows.table(ctx, compared, key="scorecard_against")
        st.caption(t("scorecard.against_caution"))
