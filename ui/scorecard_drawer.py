"""The rows behind a number of the scorecard, in a drawer."""

from ui import scorecard_loaders as load
from ui.context import PageContext
from ui.customer_drawer import CustomerDrawer
from ui.defined_tile import Behind
from ui.loaders import horizon
from ui.scorecard_view import ScorecardView

ROWS = CustomerDrawer(
    name="scorecard_rows",
    title="rows.title",
    nobody="rows.none",
    named=("survey_kind", "answer_step"),
    total=load.total,
    some=load.some,
    everyone=load.everyone,
)


def behind(ctx: PageContext, view: ScorecardView) -> Behind:
    """Return what every figure rests on."""
    known = horizon(ctx.settings, ctx.version)
    last = known.watermark if known else view.last
    return Behind("", view.filters, last, last, ROWS, "definition.rows")
