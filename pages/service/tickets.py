"""Tickets: how many come and when, how long they wait, what becomes of them, what lies open?"""

from importlib import import_module

import streamlit as st

from ui import ticket_loaders as load
from ui.choices import segmented
from ui.context import PageContext
from ui.defined_tile import tiles
from ui.ticket_drawer import TICKETS
from ui.ticket_figures import figures
from ui.ticket_view import behind, ticket_view

VIEWS = ("volume", "times", "outcomes", "backlog", "agents")


def render(ctx: PageContext) -> None:
    """Draw choices and figures; each view is a part of its own."""
    st.title(ctx.t("page.tickets"), anchor=False)
    if load.options(ctx.settings, ctx.version, ctx.scope).empty:
        st.info(ctx.t("tickets.no_data"), icon=":material/inbox:")
        return
    view = ticket_view(ctx)
    tiles(ctx, figures(ctx, view), behind(ctx, view))
    name = segmented(ctx, "view", VIEWS, "tickets.view")
    import_module(f"pages.service.parts.tickets_{name}").part(ctx, view)
    TICKETS.show_asked(ctx)
