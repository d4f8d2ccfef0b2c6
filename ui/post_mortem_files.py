"""A frozen post-mortem as files to take along, each made when it is clicked."""

from collections.abc import Callable

import pandas as pd

from crm_data.campaign_plans import CampaignReview
from ui import rows
from ui.context import PageContext
from ui.downloads import Choice, offer
from ui.export import file_name
from ui.post_mortem_report import arms_shown, report_of
from ui.report import Report
from ui.report_html import html_bytes
from ui.report_pptx import pptx_bytes
from ui.report_xlsx import xlsx_bytes

_NAME = "post_mortem"
_OFFICE = "application/vnd.openxmlformats-officedocument."


def offer_review(ctx: PageContext, review: CampaignReview) -> None:
    """Draw a button for each kind of file."""
    t = ctx.t

    def choice(
        kind: str, label: str, icon: str, mime: str, write: Callable[[Report], bytes]
    ) -> Choice:
        def made(_: pd.DataFrame) -> bytes:
            return write(report_of(ctx, review))

        name = file_name(_NAME, ctx.today, review.version, kind)
        return Choice(f"{kind}_{_NAME}", t(label), icon, name, mime, made)

    choices = [
        choice("html", "forecast.report_html", ":material/description:", "text/html", html_bytes),
        choice("xlsx", "export.xlsx", ":material/table:", f"{_OFFICE}spreadsheetml.sheet",
               lambda report: xlsx_bytes(report, sheet=t("export.sheet"))),
        choice("pptx", "forecast.report_pptx", ":material/slideshow:",
               f"{_OFFICE}presentationml.presentation", pptx_bytes),
    ]  # fmt: skip
    name = review.plan.draft.campaign
    stamp = rows.stamp_of(ctx, subject=t("post.report_title", name=name), period="", filters="")
    offer(ctx, choices, what=_NAME, load=lambda: arms_shown(ctx, review.data), stamp=stamp)
