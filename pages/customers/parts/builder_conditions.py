"""Editing the conditions of a segment: groups, and what is in them."""

import streamlit as st

from pages.customers.parts.builder_event import event
from pages.customers.parts.builder_leaf import condition
from ui import segment_draft as drafts
from ui.context import PageContext
from ui.segment_draft import Draft, Node, Path

_DEEPEST = 3
_NEW: dict[str, Node] = {
    "field": {"field": "orders", "op": "ge", "values": [2]},
    "event": {"event": "order", "filters": [], "count": "at_least", "n": 2, "within_days": 90},
    "group": {"any": []},
}
_ICONS = {
    "field": ":material/tune:",
    "event": ":material/event:",
    "group": ":material/account_tree:",
}


def group(ctx: PageContext, draft: Draft, path: Path = (), depth: int = 1) -> None:
    """Draw a group: whether all or any must hold, its items, and buttons to add more."""
    node = drafts.at(draft.tree, path)
    key = _key(draft, path)
    kind = "all" if "all" in node else "any"
    st.segmented_control(
        ctx.t("builder.join"),
        ("all", "any"),
        default=kind,
        format_func=lambda name: ctx.t(f"builder.join_{name}"),
        key=f"{key}_join",
        required=True,
        label_visibility="collapsed",
        on_change=_join,
        args=(draft, path, f"{key}_join"),
    )
    for place in range(len(drafts.items(node))):
        _item(ctx, draft, (*path, place), depth)
    with st.container(horizontal=True, gap="small"):
        for name, fresh in _NEW.items():
            if name != "group" or depth < _DEEPEST:
                st.button(
                    ctx.t(f"builder.add_{name}"),
                    key=f"{key}_add_{name}",
                    icon=_ICONS[name],
                    on_click=_add,
                    args=(draft, path, fresh),
                )


def _item(ctx: PageContext, draft: Draft, path: Path, depth: int) -> None:
    node = drafts.at(draft.tree, path)
    key = _key(draft, path)
    is_negated = "not" in node
    inner = (*path, "not") if is_negated else path
    within = drafts.at(draft.tree, inner)
    with st.container(border=True, key=f"{key}_box"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.toggle(
                ctx.t("builder.not"),
                value=is_negated,
                key=f"{key}_not",
                on_change=_negate,
                args=(draft, path),
                help=ctx.t("builder.not_help"),
            )
            st.space("stretch")
            st.button(
                ctx.t("builder.remove"),
                key=f"{key}_remove",
                icon=":material/close:",
                type="tertiary",
                on_click=_remove,
                args=(draft, path),
            )
        if "field" in within:
            condition(ctx, draft, inner, _key(draft, inner))
        elif "event" in within:
            event(ctx, draft, inner, _key(draft, inner))
        elif "not" in within:  # not not: only from JSON that was pasted
            st.caption(ctx.t("builder.twice_negated"))
        else:
            group(ctx, draft, inner, depth + 1)


def _key(draft: Draft, path: Path) -> str:
    return f"builder_{draft.revision}_" + "_".join(map(str, path))


def _join(draft: Draft, path: Path, key: str) -> None:
    node = drafts.at(draft.tree, path)
    fresh = {st.session_state[key]: drafts.items(node)}
    draft.change(drafts.put(draft.tree, path, fresh), redraws=False)


def _add(draft: Draft, path: Path, node: Node) -> None:
    draft.change(drafts.added(draft.tree, path, node))


def _negate(draft: Draft, path: Path) -> None:
    draft.change(drafts.put(draft.tree, path, drafts.negated(drafts.at(draft.tree, path))))


def _remove(draft: Draft, path: Path) -> None:
    draft.change(drafts.removed(draft.tree, path))
