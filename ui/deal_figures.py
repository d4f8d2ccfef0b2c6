"""What the figures of the pipeline rest on, and how a share is written with its interval."""

from ui import deal_loaders as load
from ui.context import PageContext
from ui.customer_drawer import CustomersRequest
from ui.deal_drawer import DEALS
from ui.deal_view import DealView, filters_text
from ui.defined_tile import Behind
from ui.defined_tile import request as request_of
from ui.formats import is_missing


def behind(ctx: PageContext, view: DealView) -> Behind:
    """Return what every figure of a view rests on; without a period, on its day."""
    day = ctx.formats.day(view.as_of)
    filters = filters_text(ctx, view)
    return Behind(day, filters, view.as_of, view.last, DEALS, "pipeline.show_deals")


def request(
    ctx: PageContext, view: DealView, subject: str, period: str, pick: load.DealPick
) -> CustomersRequest:
    """Return the request for the deals behind a figure."""
    return request_of(ctx, behind(ctx, view), subject, period, pick)


def share_between(ctx: PageContext, share: float, low: float, high: float) -> str:
    """Return a share with its interval; without one where there is none."""
    f = ctx.formats
    if is_missing(share):
        return ctx.t("pipeline.not_told")
    if is_missing(low) or is_missing(high):
        return f.share(share)
    return ctx.t("pipeline.between", value=f.share(share), low=f.share(low), high=f.share(high))
