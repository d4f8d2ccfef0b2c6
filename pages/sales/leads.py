"""Leads: how many came, how soon were they answered, which became customers, and who waits?"""

from importlib import import_module

import streamlit as st

from pages.sales.parts import leads_tiles
from ui import lead_loaders as load
from ui.choices import segmented
from ui.context import PageContext
from ui.lead_drawer import LEADS
from ui.lead_view import FILTERS, lead_view
from ui.sales_filters import sales_filters
from ui.sales_periods import LEAD_PERIODS

VIEWS = ("flow", "conversion", "score", "waiting")


def render(ctx: PageContext) -> None:
    """Draw choices and figures; each view is a part of its own."""
    st.title(ctx.t("page.leads"), anchor=False)
    options = load.options(ctx.settings, ctx.version, ctx.scope)
    if options.empty:
        st.info(ctx.t("leads.no_data"), icon=":material/inbox:")
        return
    known = load.known_days(ctx.settings, ctx.version)
    chosen = sales_filters(
        ctx, options, periods=LEAD_PERIODS, names=FILTERS, known=known, note="leads.as_of_note"
    )
    view = lead_view(ctx, chosen)
    leads_tiles.part(ctx, view)
    name = segmented(ctx, "view", VIEWS, "leads.view")
    import_module(f"pages.sales.parts.leads_{name}").part(ctx, view)
    LEADS.show_asked(ctx)
