"""Value: what is each customer worth in the time to come, and how sure is that?"""

import streamlit as st

from ui.context import PageContext


def render(ctx: PageContext) -> None:
    """Draw the page."""
    st.title(ctx.t("page.value"), anchor=False)
