"""Saving, renaming and deleting the segment that is edited; its conditions as JSON."""

import streamlit as st

from ui import segment_actions as actions
from ui import segment_draft as drafts
from ui import urls
from ui.context import PageContext
from ui.errors import guarded, told
from ui.segment_draft import Draft

_EDITED = "edit"


def part(ctx: PageContext, draft: Draft, definition: str) -> None:
    """Draw name, note and buttons; a refusal is one sentence below them."""
    guarded(ctx.t, _form)(ctx, draft, definition)
    with st.expander(ctx.t("builder.json"), icon=":material/data_object:"):
        _json(ctx, draft)


def _form(ctx: PageContext, draft: Draft, definition: str) -> None:
    key = f"builder_{draft.segment_id or 'new'}"
    name = st.text_input(ctx.t("builder.name"), draft.name, max_chars=80, key=f"{key}_name")
    note = st.text_area(
        ctx.t("builder.note"), draft.note, max_chars=1_000, height=80, key=f"{key}_note"
    )
    is_ready = bool(definition and name.strip())
    with st.container(horizontal=True, gap="small"):
        save = st.button(
            ctx.t("builder.save"), key="builder_save", type="primary", icon=":material/save:",
            disabled=not is_ready,
        )  # fmt: skip
        copy = bool(draft.segment_id) and st.button(
            ctx.t("builder.save_as"), key="builder_save_as", disabled=not is_ready,
            help=ctx.t("builder.save_as_help"),
        )  # fmt: skip
        drop = bool(draft.segment_id) and st.button(
            ctx.t("builder.delete"), key="builder_delete", type="tertiary",
            icon=":material/delete:",
        )  # fmt: skip
    if drop:
        actions.delete(ctx, draft.segment_id)
        urls.write({}, clears=(_EDITED,))
        st.rerun()
    if save or copy:
        _save(ctx, draft, "" if copy else draft.segment_id, name, note, definition)


def _save(
    ctx: PageContext, draft: Draft, segment_id: str, name: str, note: str, definition: str
) -> None:
    saved = actions.save(ctx, segment_id, name=name, note=note, definition=definition)
    draft.segment_id, draft.name, draft.note = saved.segment_id, saved.name, saved.note
    urls.write({_EDITED: [saved.segment_id]})
    st.toast(ctx.t("builder.was_saved"), icon=":material/check:")
    st.rerun()


def _json(ctx: PageContext, draft: Draft) -> None:
    """Show the conditions as text, and take others."""
    text, error = drafts.checked(draft.tree)
    st.code(text or drafts.raw(draft.tree), language="json", wrap_lines=True)
    pasted = st.text_area(ctx.t("builder.paste"), key=f"builder_paste_{draft.revision}", height=80)
    if st.button(ctx.t("builder.take"), key="builder_take", disabled=not pasted.strip()):
        tree, error = drafts.read(pasted)
        if error is None:
            draft.change(tree)
            st.rerun()
        st.error(told(ctx.t, error), icon=":material/error:")
