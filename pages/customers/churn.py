"""Churn: how many customers are lost, how much revenue with them, and how sure is that?"""

from importlib import import_module

import streamlit as st

from ui import navigation, urls
from ui.context import PageContext

VIEWS = ("rates", "decline", "survival", "list")
_VIEW = "view"


def render(ctx: PageContext) -> None:
    """Draw the page; each view is a part of its own."""
    st.title(ctx.t("page.churn"), anchor=False)
    if ctx.scope.is_everything:  # the proof is of the whole company
        kept = {name: values[0] for name, values in urls.query().items() if name == "churn"}
        navigation.link("churn_model", ctx.t("churn_card.link"), icon=":material/rule:", **kept)
    view = urls.choice(_VIEW, VIEWS)
    st.segmented_control(
        ctx.t("churn.view"),
        VIEWS,
        format_func=lambda name: ctx.t(f"churn.view_{name}"),
        key=_VIEW,
        required=True,
        label_visibility="collapsed",
        on_change=urls.write_choice,
        args=(_VIEW,),
    )
    import_module(f"pages.customers.parts.churn_{view}").render(ctx)
