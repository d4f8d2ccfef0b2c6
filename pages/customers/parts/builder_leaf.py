"""Editing one condition of a segment: a field, an operator, values."""

from functools import partial

import streamlit as st

from pages.customers.parts.builder_values import values
from ui import segment_draft as drafts
from ui import segment_loaders as load
from ui.context import PageContext
from ui.segment_draft import Draft, Path
from ui.segment_fields import FIELDS, about, event_names, shown_ops
from ui.segment_words import field_label


def condition(ctx: PageContext, draft: Draft, path: Path, key: str, event_kind: str = "") -> None:
    """Draw field, operator and values."""
    node = drafts.at(draft.tree, path)
    own = load.attributes(ctx.settings, ctx.version, event_kind)
    options = [*(event_names(event_kind) if event_kind else FIELDS), *own]
    if node["field"] not in options:
        options.append(node["field"])  # an attribute, from JSON
    found = about(node["field"], event_kind)
    ops = shown_ops(found.ops, node["op"])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            ctx.t("builder.field"),
            options,
            index=options.index(node["field"]),
            format_func=partial(field_label, ctx, event=event_kind),
            key=f"{key}_field",
            on_change=_pick_field,
            args=(draft, path, f"{key}_field", event_kind),
            width=240,
        )
        st.selectbox(
            ctx.t("builder.op"),
            ops,
            index=ops.index(node["op"]),
            format_func=lambda op: ctx.t(f"op.{op}"),
            key=f"{key}_op",
            on_change=_pick_op,
            args=(draft, path, f"{key}_op", found.kind),
            width=170,
            filter_mode=None,
        )
        values(ctx, draft, path, key, kind=found.kind, event_kind=event_kind)


def _pick_field(draft: Draft, path: Path, key: str, event_kind: str) -> None:
    node = drafts.first_condition(st.session_state[key], event_kind)
    draft.change(drafts.put(draft.tree, path, node))


def _pick_op(draft: Draft, path: Path, key: str, kind: str) -> None:
    node = drafts.fitted(drafts.at(draft.tree, path), st.session_state[key], kind)
    draft.change(drafts.put(draft.tree, path, node))
