"""The view of saved segments: the list, the builder, and what is to be known of the one edited."""

import streamlit as st

from pages.customers.parts import (
    builder_conditions,
    builder_head,
    builder_known,
    builder_list,
    builder_save,
)
from ui import segment_actions as actions
from ui import segment_open as opened
from ui.context import PageContext
from ui.segment_draft import Draft
from ui.segment_templates import TEMPLATES


def render(ctx: PageContext) -> None:
    """Draw the view; the address says which segment is open."""
    saved = actions.saved(ctx)
    builder_list.listed(ctx, saved)
    asked = opened.asked()
    one = next((one for one in saved if one.segment_id == asked), None)
    if asked != opened.NEW and one is None:
        if asked:
            st.caption(ctx.t("builder.gone"))
        _begin(ctx)
        return
    draft = opened.draft_of(one)
    builder_head.head(ctx, draft, one)
    left, right = st.columns([8, 5], gap="medium")
    with left, st.container(border=True):
        _editor(ctx, draft)
    with right, st.container(border=True, height="stretch"):
        definition = builder_known.size_part(ctx, draft)
        builder_save.part(ctx, draft, definition)
    if definition:
        builder_known.more(ctx, draft, definition, saved)


def _begin(ctx: PageContext) -> None:
    """Offer a new segment, or a template to start from."""
    st.markdown(f"**{ctx.t('builder.start')}**")
    is_begun = opened.is_changed("")
    with st.container(horizontal=True, gap="small"):
        st.button(
            ctx.t("builder.go_on" if is_begun else "builder.new"), key="builder_new",
            type="primary", icon=":material/edit:" if is_begun else ":material/add:",
            on_click=opened.open_new,
        )  # fmt: skip
        for name, tree in TEMPLATES.items():
            st.button(
                ctx.t(f"builder.template_{name}"), key=f"builder_template_{name}",
                on_click=opened.open_new, args=(tree,),
            )  # fmt: skip


def _editor(ctx: PageContext, draft: Draft) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(ctx.t("builder.title"), anchor=False, help=ctx.t("builder.title_help"))
        st.space("stretch")
        st.button(
            ctx.t("builder.undo"), key="builder_undo", icon=":material/undo:", type="tertiary",
            disabled=not draft.done, on_click=draft.undo, shortcut="Ctrl+Z",
        )  # fmt: skip
        st.button(
            ctx.t("builder.redo"), key="builder_redo", icon=":material/redo:", type="tertiary",
            disabled=not draft.undone, on_click=draft.redo, shortcut="Ctrl+Y",
        )  # fmt: skip
    builder_conditions.group(ctx, draft)
