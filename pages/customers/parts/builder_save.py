"""Name and note of the open segment, saving and deleting it; its conditions as JSON."""

import streamlit as st

from ui import segment_actions as actions
from ui import segment_draft as drafts
from ui import segment_open as opened
from ui.context import PageContext
from ui.errors import guarded, told
from ui.segment_draft import Draft


def part(ctx: PageContext, draft: Draft, definition: str) -> None:
    """Draw name, note and buttons; a refusal is one sentence below them."""
    guarded(ctx.t, _form)(ctx, draft, definition)
    with st.expander(ctx.t("builder.json"), icon=":material/data_object:"):
        _json(ctx, draft)


def save(ctx: PageContext, draft: Draft, segment_id: str, definition: str) -> None:
    """Save the draft as the segment of an id, or as a new one where that is empty."""
    one = actions.save(ctx, segment_id, name=draft.name, note=draft.note, definition=definition)
    opened.keep_as(draft, one)
    st.toast(ctx.t("builder.was_saved"), icon=":material/check:")
    st.rerun()


def _form(ctx: PageContext, draft: Draft, definition: str) -> None:
    key = f"builder_{draft.segment_id or 'new'}_{draft.renewed}"
    st.text_input(
        ctx.t("builder.name"), draft.name, max_chars=80, key=f"{key}_name",
        on_change=_write, args=(draft, "name", f"{key}_name"),
    )  # fmt: skip
    st.text_area(
        ctx.t("builder.note"), draft.note, max_chars=1_000, height=80, key=f"{key}_note",
        on_change=_write, args=(draft, "note", f"{key}_note"),
    )  # fmt: skip
    if not draft.segment_id:
        return
    with st.container(horizontal=True, gap="small"):
        if st.button(
            ctx.t("builder.save_as"), key="builder_save_as",
            disabled=not (definition and draft.name.strip()), help=ctx.t("builder.save_as_help"),
        ):  # fmt: skip
            save(ctx, draft, "", definition)
        if not actions.may_change(ctx, draft.segment_id):
            st.caption(ctx.t("builder.of_another"))
            return
        with st.popover(ctx.t("builder.delete"), icon=":material/delete:", type="tertiary"):
            st.markdown(ctx.t("builder.delete_ask"))
            if st.button(ctx.t("builder.delete_yes"), key="builder_delete", type="primary"):
                _delete(ctx, draft)


def _write(draft: Draft, name: str, key: str) -> None:
    setattr(draft, name, st.session_state[key])


def _delete(ctx: PageContext, draft: Draft) -> None:
    actions.delete(ctx, draft.segment_id)
    opened.forget(draft.segment_id)
    opened.close()
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
