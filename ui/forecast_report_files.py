"""The review report as files to take along, each made when it is clicked."""

import streamlit as st

from ui.context import PageContext
from ui.downloads import offer
from ui.forecast_answers import Answer
from ui.forecast_choices import in_words
from ui.forecast_frames import ahead_table
from ui.forecast_report import report_of, report_stamp
from ui.forecast_view import ForecastView
from ui.report_files import report_choices

_NAME = "forecast_report"


def offer_report(ctx: PageContext, view: ForecastView, answer: Answer) -> None:
    """Draw a button for each kind of file."""
    t = ctx.t
    st.subheader(t("forecast.report"), anchor=False, help=t("forecast.report_help"))
    stamp = report_stamp(ctx, view, in_words(ctx, view))
    choices = report_choices(ctx, _NAME, ctx.version, lambda: report_of(ctx, view, answer, stamp))
    offer(ctx, choices, what=_NAME, load=lambda: ahead_table(answer), stamp=stamp)
