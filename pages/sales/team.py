"""Team: who is on the way to the quota, who stands out beyond chance, and what was handed over?"""

from importlib import import_module

import streamlit as st

from pages.sales.parts import team_tiles
from ui import deal_loaders
from ui import team_loaders as load
from ui.choices import segmented
from ui.context import PageContext
from ui.deal_drawer import DEALS
from ui.deal_hindsight import hindsight_note
from ui.sales_filters import sales_filters
from ui.sales_periods import TEAM_PERIODS
from ui.team_view import FILTERS, team_view

VIEWS = ("quota", "rates", "activity", "handovers")


def render(ctx: PageContext) -> None:
    """Draw choices and figures; each view is a part of its own."""
    st.title(ctx.t("page.team"), anchor=False)
    options = load.options(ctx.settings, ctx.version, ctx.scope)
    if options.empty:
        st.info(ctx.t("team.no_data"), icon=":material/inbox:")
        return
    known = deal_loaders.known_days(ctx.settings, ctx.version)
    chosen = sales_filters(
        ctx, options, periods=TEAM_PERIODS, names=FILTERS, known=known, note="team.as_of_note"
    )
    view = team_view(ctx, chosen)
    hindsight_note(ctx, view.cut)
    team_tiles.part(ctx, view)
    name = segmented(ctx, "view", VIEWS, "team.view")
    import_module(f"pages.sales.parts.team_{name}").part(ctx, view)
    DEALS.show_asked(ctx)
