"""Segments: which groups of customers are there, how large, and what sets them apart?"""

import streamlit as st

from ui.context import PageContext


def render(ctx: PageContext) -> None:
    """Draw the page."""
    st.title(ctx.t("page.segments"), anchor=False)
