"""What an export of a view of deals is."""

from ui import rows
from ui.context import PageContext
from ui.deal_view import DealView, filters_text
from ui.export import Stamp


def stamp_of(ctx: PageContext, view: DealView, subject: str, period: str = "") -> Stamp:
    """Return the stamp: subject, period (or all days), filters and the day as of which it is."""
    known = ctx.t("pipeline.known_at", day=ctx.formats.day(view.as_of))
    filters = ctx.t("filter.joiner").join((filters_text(ctx, view), known))
    return rows.stamp_of(
        ctx, subject=subject, period=period or ctx.t("period.all_time"), filters=filters
    )
