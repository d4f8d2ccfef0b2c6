"""The review report as files to take along, each made when it is clicked."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from ui.context import PageContext
from ui.downloads import Choice, offer
from ui.export import file_name
from ui.forecast_answers import Answer
from ui.forecast_choices import in_words
from ui.forecast_frames import ahead_table
from ui.forecast_report import report_of, report_stamp
from ui.forecast_view import ForecastView
from ui.report import Report
from ui.report_html import html_bytes
from ui.report_pptx import pptx_bytes
from ui.report_xlsx import xlsx_bytes

_NAME = "forecast_report"
_OFFICE = "application/vnd.openxmlformats-officedocument."


def offer_report(ctx: PageContext, view: ForecastView, answer: Answer) -> None:
    """Draw a button for each kind of file."""
    t = ctx.t
    st.subheader(t("forecast.report"), anchor=False, help=t("forecast.report_help"))
    stamp = report_stamp(ctx, view, in_words(ctx, view))

    def choice(
        kind: str, label: str, icon: str, mime: str, write: Callable[[Report], bytes]
    ) -> Choice:
        def made(_: pd.DataFrame) -> bytes:
            return write(report_of(ctx, view, answer, stamp))

        name = file_name(_NAME, ctx.today, ctx.version, kind)
        return Choice(f"{kind}_{_NAME}", t(label), icon, name, mime, made)

    choices = [
        choice("html", "forecast.report_html", ":material/description:", "text/html", html_bytes),
        choice("xlsx", "export.xlsx", ":material/table:", f"{_OFFICE}spreadsheetml.sheet",
               lambda report: xlsx_bytes(report, sheet=t("export.sheet"))),
        choice("pptx", "forecast.report_pptx", ":material/slideshow:",
               f"{_OFFICE}presentationml.presentation", pptx_bytes),
    ]  # fmt: skip
    offer(ctx, choices, what=_NAME, load=lambda: ahead_table(answer), stamp=stamp)
