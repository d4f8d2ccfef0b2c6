"""Widgets for the values of one condition, by the kind of the field."""

from functools import partial
from typing import Any

import streamlit as st

from ui import segment_draft as drafts
from ui import segment_loaders as load
from ui.context import PageContext
from ui.segment_draft import Draft, Path
from ui.segment_words import value_text

_WHOLE = ("count",)
_DAYS = ("within_days", "before_days")


def values(
    ctx: PageContext, draft: Draft, path: Path, key: str, *, kind: str, event_kind: str
) -> None:
    """Draw the values of the condition at a path."""
    node = drafts.at(draft.tree, path)
    op, given = node["op"], list(node["values"])
    if op in ("is_missing", "is_known"):
        return
    if op in ("in", "not_in") and kind == "text":
        _several(ctx, draft, path, key, node["field"], event_kind)
        return
    for place, value in enumerate(given or [""]):
        _one(ctx, draft, path, f"{key}_v{place}", place, value, "days" if op in _DAYS else kind)


def _several(
    ctx: PageContext, draft: Draft, path: Path, key: str, name: str, event_kind: str
) -> None:
    chosen = [str(value) for value in drafts.at(draft.tree, path)["values"]]
    known = load.values_of(ctx.settings, ctx.version, ctx.scope, name, event_kind)
    st.multiselect(
        ctx.t("builder.values"),
        list(dict.fromkeys([*known, *chosen])),
        default=chosen,
        format_func=partial(value_text, ctx, name, event=event_kind),
        key=f"{key}_values",
        accept_new_options=True,
        placeholder=ctx.t("builder.values_hint"),
        on_change=_set_all,
        args=(draft, path, f"{key}_values"),
        select_all=False,
    )


def _one(
    ctx: PageContext, draft: Draft, path: Path, key: str, place: int, value: Any, kind: str
) -> None:
    changed: Any = {"key": key, "on_change": _set_one, "args": (draft, path, place, key)}
    label = ctx.t("builder.value")
    if kind == "flag":
        options = (True, False)
        st.selectbox(
            label, options, index=options.index(bool(value)), filter_mode=None, width=120,
            format_func=partial(value_text, ctx, ""), **changed,
        )  # fmt: skip
    elif kind == "days":
        st.number_input(ctx.t("builder.days"), 0, 36_500, int(value), width=130, **changed)
    elif kind in _WHOLE:
        st.number_input(label, value=int(value), step=1, width=150, **changed)
    elif kind in ("money", "number", "share"):
        st.number_input(label, value=float(value), width=150, **changed)
    else:
        st.text_input(label, str(value), width=180, placeholder=_hint(kind), **changed)


def _hint(kind: str) -> str:
    return "2025-01-31" if kind in ("day", "instant") else ""


def _set_one(draft: Draft, path: Path, place: int, key: str) -> None:
    node = dict(drafts.at(draft.tree, path))
    given = list(node["values"]) or [None]
    value = st.session_state[key]
    given[place] = value.strip() if isinstance(value, str) else value
    draft.change(drafts.put(draft.tree, path, node | {"values": given}), redraws=False)


def _set_all(draft: Draft, path: Path, key: str) -> None:
    node = dict(drafts.at(draft.tree, path)) | {"values": list(st.session_state[key])}
    draft.change(drafts.put(draft.tree, path, node), redraws=False)
