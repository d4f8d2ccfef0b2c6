"""Attribution: what each rule credits each channel with, how far they disagree, and the paths."""

from importlib import import_module

import streamlit as st

from ui.attribution_view import chosen
from ui.choices import segmented
from ui.context import PageContext

VIEWS = ("credits", "paths", "journeys")


def render(ctx: PageContext) -> None:
    """Draw the choices; each view is a part of its own."""
    st.title(ctx.t("page.attribution"), anchor=False)
    seen = chosen(ctx)
    if seen is None:
        st.info(ctx.t("attribution.no_data"), icon=":material/inbox:")
        return
    name = segmented(ctx, "view", VIEWS, "attribution.view")
    import_module(f"pages.marketing.parts.attribution_{name}").part(ctx, seen)
