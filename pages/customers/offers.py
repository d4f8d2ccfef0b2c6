"""Offers: what is a customer likely to buy next?"""

import streamlit as st

from ui.context import PageContext


def render(ctx: PageContext) -> None:
    """Draw the page."""
    st.title(ctx.t("page.offers"), anchor=False)
