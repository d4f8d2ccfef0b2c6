"""Key customers: on how few customers does revenue rest, and are they safe?"""

import streamlit as st

from ui.context import PageContext


def render(ctx: PageContext) -> None:
    """Draw the page."""
    st.title(ctx.t("page.key_customers"), anchor=False)
