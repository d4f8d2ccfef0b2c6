"""The view 'saved' of the Segments page."""

from ui.context import PageContext


def render(ctx: PageContext) -> None:
    """Draw the view."""
    del ctx
