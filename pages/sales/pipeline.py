"""Pipeline: what is open, how far deals come, how often and fast they are won, what is stuck."""

from importlib import import_module

import streamlit as st

from pages.sales.parts import stages_form
from ui import navigation
from ui.choices import segmented
from ui.context import PageContext
from ui.deal_drawer import DEALS
from ui.deal_figures import behind
from ui.deal_hindsight import hindsight_note
from ui.deal_tiles import figures
from ui.deal_view import PIPELINE, deal_view
from ui.defined_tile import tiles

VIEWS = ("funnel", "rates", "time", "probability", "attention", "losses")
_PER_ROW = 3


def render(ctx: PageContext) -> None:
    """Draw the page; each view is a part of its own."""
    st.title(ctx.t("page.pipeline"), anchor=False)
    view = deal_view(ctx)
    if view is None:
        return
    hindsight_note(ctx, view.cut)
    tiles(ctx, figures(ctx, view), behind(ctx, view), per_row=_PER_ROW)
    navigation.link(
        "movement", ctx.t("pipeline.movement_link"), icon=":material/waterfall_chart:",
        **{PIPELINE: view.pipeline},
    )  # fmt: skip
    name = segmented(ctx, "view", VIEWS, "pipeline.view")
    import_module(f"pages.sales.parts.pipeline_{name}").part(ctx, view)
    stages_form.part(ctx, view)
    DEALS.show_asked(ctx)
