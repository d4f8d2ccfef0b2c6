"""Which segment is open, whether it is saved, and the ways out: save, discard, close, a new one."""

import streamlit as st

from pages.customers.parts.builder_save import save
from ui import segment_draft as drafts
from ui import segment_open as opened
from ui.context import PageContext
from ui.errors import guarded
from ui.formats import plain
from ui.segment_actions import SavedSegment
from ui.segment_draft import Draft


def head(ctx: PageContext, draft: Draft, one: SavedSegment | None) -> None:
    """Draw the name, and a line that says what is not saved yet."""
    t = ctx.t
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        name = plain(one.name) if one else t("builder.new")
        st.markdown(t("builder.open", name=name), width="stretch")
        if one:
            st.button(
                t("builder.new"), key="builder_head_new", icon=":material/add:",
                on_click=opened.open_new,
            )  # fmt: skip
        st.button(
            t("builder.close"), key="builder_close", icon=":material/close:", type="tertiary",
            on_click=opened.close, help=t("builder.close_help"),
        )  # fmt: skip
    if draft.is_changed:
        guarded(t, _unsaved)(ctx, draft, one)
    elif one:
        changed_at = ctx.formats.instant(one.changed_at)
        st.caption(t("builder.is_saved", when=changed_at))


def _unsaved(ctx: PageContext, draft: Draft, one: SavedSegment | None) -> None:
    """Say that there are edits; save them, or go back to what is saved."""
    t = ctx.t
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="small",
        key="builder_unsaved",
    ):  # fmt: skip
        is_stale = one is not None and draft.saved != opened.saved(one)
        state = "stale" if is_stale else "unsaved" if one else "unsaved_new"
        st.markdown(f":orange[:material/edit:] {t(f'builder.{state}')}", width="stretch")
        definition, _ = drafts.checked(draft.tree)
        is_ready = bool(definition and draft.name.strip())
        hint = None if is_ready else t("builder.save_needs")
        if st.button(
            t("builder.save"), key="builder_save", type="primary", icon=":material/save:",
            disabled=not is_ready, help=hint,
        ):  # fmt: skip
            save(ctx, draft, draft.segment_id, definition)
        st.button(
            t("builder.discard"), key="builder_discard", icon=":material/undo:",
            on_click=draft.reset, args=(opened.saved(one) if one else None,),
            help=t("builder.discard_help" if one else "builder.discard_new_help"),
        )  # fmt: skip
