"""What is shown while nothing is published: how to get data in, on one screen."""

import streamlit as st

from ui import actions
from ui.context import PageContext
from ui.progress import progress_bar
from ui.upload import command_lines, upload_form

DEMO_SIZES = (1_000, 5_000, 20_000, 100_000)


def render(ctx: PageContext) -> None:
    """Draw the page."""
    t = ctx.t
    st.title(t("first.title"), anchor=False)
    if not ctx.scope.is_everything:
        st.info(t("first.not_yours"), icon=":material/lock:")
        return
    st.markdown(t("first.lead"))
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.subheader(t("first.demo_title"), anchor=False)
        st.markdown(t("first.demo_text"))
        size = st.selectbox(
            t("first.demo_size"),
            DEMO_SIZES,
            index=1,
            format_func=ctx.formats.count,
            width=200,
            filter_mode=None,
        )
        if st.button(t("first.demo_button"), type="primary", icon=":material/storefront:"):
            with progress_bar(ctx) as report:
                actions.build_demo(ctx, customers=size, progress=report)
            st.rerun()
    with right, st.container(border=True, height="stretch"):
        st.subheader(t("first.own_title"), anchor=False)
        st.markdown(t("first.own_text"))
        upload_form(ctx)
        command_lines(ctx)
    st.caption(t("first.versions", page=t("page.imports")))
