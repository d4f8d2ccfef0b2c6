"""Segments: which groups of customers are there, how large, and what sets them apart?"""

from importlib import import_module

import streamlit as st

from ui import urls
from ui.context import PageContext

VIEWS = ("rfm", "lifecycle", "saved", "clusters")
_VIEW = "view"


def render(ctx: PageContext) -> None:
    """Draw the page; each view is a part of its own."""
    st.title(ctx.t("page.segments"), anchor=False)
    view = urls.choice(_VIEW, VIEWS)
    st.segmented_control(
        ctx.t("segments.view"),
        VIEWS,
        format_func=lambda name: ctx.t(f"segments.view_{name}"),
        key=_VIEW,
        required=True,
        label_visibility="collapsed",
        on_change=urls.write_choice,
        args=(_VIEW,),
    )
    import_module(f"pages.customers.parts.segments_{view}").render(ctx)
