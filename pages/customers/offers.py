"""Offers: what is a customer likely to buy next?"""

from importlib import import_module

import streamlit as st

from pages.customers.parts import offers_verdict
from ui import loaders, urls
from ui import offer_loaders as load
from ui.context import PageContext
from ui.segment_filter import not_filtered

VIEWS = ("proof", "product", "customer", "pairs", "white_space")
_VIEW = "view"
_OF_EVERYBODY = ("proof", "pairs")


def render(ctx: PageContext) -> None:
    """Draw the page: whether offers can be believed first, then what they are."""
    st.title(ctx.t("page.offers"), anchor=False)
    if ctx.scope.owner_ids is not None and not ctx.scope.owner_ids:
        st.info(ctx.t("offers.none_visible"), icon=":material/lock:")
        return
    if loaders.horizon(ctx.settings, ctx.version) is None:
        st.info(ctx.t("offers.no_lines"), icon=":material/inbox:")
        return
    if load.rule(ctx.settings, ctx.version) is None:
        st.info(ctx.t("offers.not_scored"), icon=":material/inbox:")
        return
    if load.products(ctx.settings, ctx.version, ctx.scope).empty:
        st.info(ctx.t("offers.no_lines"), icon=":material/inbox:")
        return
    offers_verdict.summary(ctx)
    view = urls.choice(_VIEW, VIEWS)
    st.segmented_control(
        ctx.t("offers.view"),
        VIEWS,
        format_func=lambda name: ctx.t(f"offers.view_{name}"),
        key=_VIEW,
        required=True,
        label_visibility="collapsed",
        on_change=urls.write_choice,
        args=(_VIEW,),
    )
    if view in _OF_EVERYBODY:
        not_filtered(ctx)
    import_module(f"pages.customers.parts.offers_{view}").render(ctx)
