"""The figures above the views of the team: attained, pace, built, open, win rate."""

from ui.context import PageContext
from ui.defined_tile import tiles
from ui.team_figures import figures
from ui.team_view import TeamView, behind, quotas


def part(ctx: PageContext, view: TeamView) -> None:
    """Draw them."""
    tiles(ctx, figures(ctx, view, quotas(ctx, view)), behind(ctx, view))
