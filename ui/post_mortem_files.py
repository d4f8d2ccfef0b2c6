"""A frozen post-mortem as files to take along, each made when it is clicked."""

from crm_data.campaign_plans import CampaignReview
from ui import rows
from ui.context import PageContext
from ui.downloads import offer
from ui.post_mortem_report import arms_shown, report_of
from ui.report_files import report_choices

_NAME = "post_mortem"


def offer_review(ctx: PageContext, review: CampaignReview) -> None:
    """Draw a button for each kind of file."""
    name = review.plan.draft.campaign
    choices = report_choices(ctx, _NAME, review.version, lambda: report_of(ctx, review))
    stamp = rows.stamp_of(ctx, subject=ctx.t("post.report_title", name=name), period="", filters="")
    offer(ctx, choices, what=_NAME, load=lambda: arms_shown(ctx, review.data), stamp=stamp)
