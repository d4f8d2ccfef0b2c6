"""Retention: do customers come back, and do newer ones come back more often?"""

import streamlit as st

from ui.context import PageContext


def render(ctx: PageContext) -> None:
    """Draw the page."""
    st.title(ctx.t("page.retention"), anchor=False)
