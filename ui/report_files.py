"""The buttons of a report: a file of each kind, made when it is clicked."""

from collections.abc import Callable

import pandas as pd

from ui.context import PageContext
from ui.downloads import Choice
from ui.export import file_name
from ui.report import Report
from ui.report_html import html_bytes
from ui.report_pdf import browser, pdf_bytes
from ui.report_pptx import pptx_bytes
from ui.report_xlsx import xlsx_bytes

_OFFICE = "application/vnd.openxmlformats-officedocument."


def report_choices(
    ctx: PageContext, name: str, version: str, made: Callable[[], Report]
) -> list[Choice]:
    """Return HTML, PDF (where a Chromium is installed to print it), Excel and slides.

    Parameters
    ----------
    name : str
        Of the files.
    version : str
        That the report is of.
    made : callable
        Makes the report.
    """
    t = ctx.t

    def choice(
        kind: str, label: str, icon: str, mime: str, write: Callable[[Report], bytes]
    ) -> Choice:
        def written(_: pd.DataFrame) -> bytes:
            return write(made())

        target = file_name(name, ctx.today, version, kind)
        return Choice(f"{kind}_{name}", t(label), f":material/{icon}:", target, mime, written)

    choices = [
        choice("html", "forecast.report_html", "description", "text/html", html_bytes),
        choice("xlsx", "export.xlsx", "table", f"{_OFFICE}spreadsheetml.sheet",
               lambda report: xlsx_bytes(report, sheet=t("export.sheet"))),
        choice("pptx", "forecast.report_pptx", "slideshow",
               f"{_OFFICE}presentationml.presentation", pptx_bytes),
    ]  # fmt: skip
    if browser(ctx.settings) is not None:
        printed = choice(
            "pdf", "forecast.report_pdf", "picture_as_pdf", "application/pdf",
            lambda report: pdf_bytes(ctx.settings, html_bytes(report), report.made_at),
        )  # fmt: skip
        choices.insert(1, printed)
    return choices
