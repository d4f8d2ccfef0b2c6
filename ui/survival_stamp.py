"""What an export of lifetimes says of itself."""

from ui import rows
from ui.attribute_filters import described
from ui.context import PageContext
from ui.export import Stamp
from ui.survival_view import Lasted, SurvivalView


def stamp_of(ctx: PageContext, found: Lasted, view: SurvivalView, subject: str) -> Stamp:
    """Return subject, days and filters of an export."""
    period = ctx.t("survival.until", day=ctx.formats.day(found.last_day))
    return rows.stamp_of(
        ctx, subject=subject, period=period, filters=described(ctx, view.where, view.among)
    )
