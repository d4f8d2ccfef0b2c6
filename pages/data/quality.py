"""Quality: what is missing, wrong, double or late in the data, and how far it moves the numbers?"""

from importlib import import_module

import streamlit as st

from ui.choices import segmented
from ui.context import PageContext
from ui.defined_tile import tiles
from ui.quality_view import FAULTY, MATCHING, behind, figures
from ui.segment_filter import not_filtered

VIEWS = ("faults", "fields", "arrival", "effects", "rules")


def render(ctx: PageContext) -> None:
    """Draw figures and choices; each view is a part of its own."""
    st.title(ctx.t("page.quality"), anchor=False)
    st.caption(ctx.t("quality.question"))
    not_filtered(ctx)
    if not ctx.scope.is_everything:
        # How many rows are wrong, and which, is about everybody's customers.
        st.info(ctx.t("quality.not_yours"), icon=":material/lock:")
        return
    tiles(ctx, figures(ctx), behind(ctx))
    name = segmented(ctx, "view", VIEWS, "quality.view")
    import_module(f"pages.data.parts.quality_{name}").part(ctx)
    FAULTY.show_asked(ctx)
    MATCHING.show_asked(ctx)
