"""The figures above the views of leads."""

from analytics.lead_flow import first_response
from ui import lead_loaders as load
from ui.context import PageContext
from ui.defined_tile import tiles
from ui.lead_figures import figures
from ui.lead_view import LeadView, behind, converted, leads, waiting_of


def part(ctx: PageContext, view: LeadView) -> None:
    """Draw them."""
    found = leads(ctx, view)
    waiting = load.total(ctx.settings, ctx.version, ctx.scope, waiting_of(view))
    shown = figures(ctx, view, found, first_response(found), converted(view, found), waiting)
    tiles(ctx, shown, behind(ctx, view))
