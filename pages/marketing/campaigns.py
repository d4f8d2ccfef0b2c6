"""Campaigns: what did they cost, what came back, and how do we know?"""

from importlib import import_module

import streamlit as st

from ui.campaign_drawer import CAMPAIGN_DRAWER
from ui.campaign_figures import figures
from ui.campaign_view import behind, campaign_view, everything
from ui.choices import segmented
from ui.context import PageContext
from ui.defined_tile import tiles

VIEWS = ("table", "evidence", "groups", "fatigue")


def render(ctx: PageContext) -> None:
    """Draw choices and figures; each view is a part of its own."""
    st.title(ctx.t("page.campaigns"), anchor=False)
    view = campaign_view(ctx)
    if view is None:
        st.info(ctx.t("campaigns.no_data"), icon=":material/inbox:")
        return
    if not ctx.scope.is_everything:
        st.caption(ctx.t("campaigns.no_costs"))
    elif view.cut.among:
        st.caption(ctx.t("campaigns.no_costs_of_segment"))
    tiles(ctx, figures(ctx, view, everything(ctx, view.cut)), behind(ctx, view), per_row=4)
    name = segmented(ctx, "view", VIEWS, "campaigns.view")
    import_module(f"pages.marketing.parts.campaigns_{name}").part(ctx, view)
    CAMPAIGN_DRAWER.show_asked(ctx)
