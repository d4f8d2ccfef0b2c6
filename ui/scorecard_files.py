"""The scorecard as files to take along: the table, and the report in each kind."""

import streamlit as st

from ui import rows
from ui import scorecard_frames as frames
from ui.context import PageContext
from ui.downloads import offer
from ui.report_files import report_choices
from ui.scorecard_answers import Measured
from ui.scorecard_report import report_of, report_stamp
from ui.scorecard_view import ScorecardView

_NAME = "scorecard_report"


def offer_report(ctx: PageContext, view: ScorecardView, found: list[Measured]) -> None:
    """Draw a button for each kind of file."""
    t = ctx.t
    stamp = report_stamp(ctx, view)
    st.subheader(t("scorecard.report"), anchor=False, help=t("scorecard.report_help"))
    rows.download(ctx, frames.table(found), name="scorecard", stamp=stamp)
    choices = report_choices(ctx, _NAME, ctx.version, lambda: report_of(ctx, view, found, stamp))
    offer(ctx, choices, what=_NAME, load=lambda: frames.table(found), stamp=stamp)
