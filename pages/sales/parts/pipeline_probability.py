"""How likely is each open deal to be won, and how true have such chances been?"""

from pages.sales.parts import deal_model
from ui.context import PageContext
from ui.deal_view import DealView


def part(ctx: PageContext, view: DealView) -> None:
    """Draw the chances of the deals in view."""
    deal_model.part(ctx, view.cut)
