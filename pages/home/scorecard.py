"""Scorecard: did satisfaction, churn, value and campaign return move at a date?"""

import streamlit as st

from pages.home.parts import scorecard_measure, scorecard_table
from ui import scorecard_frames as frames
from ui.context import PageContext
from ui.defined_tile import tiles
from ui.scorecard_answers import scorecard
from ui.scorecard_drawer import ROWS, behind
from ui.scorecard_files import offer_report
from ui.scorecard_view import known_months, scorecard_view


def render(ctx: PageContext) -> None:
    """Draw choices, a figure for each measure, the tables, one measure by month, and files."""
    st.title(ctx.t("page.scorecard"), anchor=False)
    known = known_months(ctx)
    if known is None:
        st.info(ctx.t("scorecard.no_data"), icon=":material/inbox:")
        return
    view = scorecard_view(ctx, *known)
    found = scorecard(ctx.settings, ctx.version, ctx.scope, view.asked)
    day = ctx.formats.day(view.asked.day)
    st.caption(ctx.t("scorecard.about", day=day, months=ctx.formats.count(view.asked.months)))
    if all(one.state in ("nothing", "part") for one in found):
        st.info(ctx.t("scorecard.nobody"), icon=":material/filter_alt_off:")
        return
    tiles(ctx, frames.figures(ctx, view, found), behind(ctx, view), per_row=4)
    scorecard_table.part(ctx, view, found)
    scorecard_measure.part(ctx, view, found)
    offer_report(ctx, view, found)
    ROWS.show_asked(ctx)
