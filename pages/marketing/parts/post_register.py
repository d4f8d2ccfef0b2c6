"""The register of lessons on the page Post-mortems: frozen ones, searched by words."""

import streamlit as st

from ui import post_mortem_actions as act
from ui import rows
from ui.context import PageContext


def part(ctx: PageContext) -> None:
    """Draw the register; nothing where nothing is frozen yet."""
    t = ctx.t
    if not act.reviews(ctx):
        st.caption(t("post.none_frozen"))
        return
    st.subheader(t("post.register"), anchor=False)
    words = st.text_input(
        t("post.search"), key="q", bind="query-params", icon=":material/search:", width=460
    )
    found = act.register(ctx, words)
    if found.empty:
        st.info(t("post.none_found"), icon=":material/search_off:")
        return
    rows.table(ctx, found, key="post_register", widths={"lessons": 420})
    stamp = rows.stamp_of(ctx, subject=t("post.register"), period="", filters=words)
    rows.download(ctx, found, name="campaign_lessons", stamp=stamp)
