"""Editing one condition of a segment: what happened, how often, and when."""

import streamlit as st

from pages.customers.parts.builder_leaf import condition
from ui import segment_draft as drafts
from ui.context import PageContext
from ui.segment_draft import Draft, Node, Path
from ui.segment_fields import COUNTS, EVENTS, TIMELESS, TIMES, event_names


def event(ctx: PageContext, draft: Draft, path: Path, key: str) -> None:
    """Draw what happened, how often, when, and which ones count."""
    node = drafts.at(draft.tree, path)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _choice(ctx, draft, path, key, "event", EVENTS, node["event"])
        _choice(ctx, draft, path, key, "count", COUNTS, node.get("count", "at_least"))
        _number(ctx, draft, path, key, "n", int(node.get("n", 1)))
        if node["event"] not in TIMELESS:
            time = "within_days" if node.get("within_days") is not None else "ever"
            _choice(ctx, draft, path, key, "time", TIMES, "since" if node.get("since") else time)
        if node.get("within_days") is not None:
            _number(ctx, draft, path, key, "within_days", int(node["within_days"]))
        if node.get("since"):
            st.text_input(
                ctx.t("builder.since"), node["since"], key=f"{key}_since", width=140,
                placeholder="2025-01-31", on_change=_since, args=(draft, path, f"{key}_since"),
            )  # fmt: skip
    for place, _ in enumerate(node.get("filters", [])):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            condition(ctx, draft, (*path, "filters", place), f"{key}_f{place}", node["event"])
            st.button(
                ctx.t("builder.remove"), key=f"{key}_f{place}_remove", icon=":material/close:",
                type="tertiary", on_click=_drop_filter, args=(draft, path, place),
            )  # fmt: skip
    st.button(
        ctx.t("builder.add_filter"), key=f"{key}_filter", icon=":material/filter_alt:",
        type="tertiary", on_click=_add_filter, args=(draft, path),
    )  # fmt: skip


def _choice(
    ctx: PageContext, draft: Draft, path: Path, key: str, name: str, options: tuple[str, ...],
    value: str,
) -> None:  # fmt: skip
    st.selectbox(
        ctx.t(f"builder.{name}"), options, index=options.index(value), key=f"{key}_{name}",
        format_func=lambda one: ctx.t(f"{'event' if name == 'event' else 'builder'}.{one}"),
        on_change=_set, args=(draft, path, name, f"{key}_{name}"), width=160, filter_mode=None,
    )  # fmt: skip


def _number(ctx: PageContext, draft: Draft, path: Path, key: str, name: str, value: int) -> None:
    st.number_input(
        ctx.t(f"builder.{name}"), 0, 36_500, value, key=f"{key}_{name}", width=130,
        on_change=_set, args=(draft, path, name, f"{key}_{name}"),
    )  # fmt: skip


def _set(draft: Draft, path: Path, name: str, key: str) -> None:
    node: Node = dict(drafts.at(draft.tree, path))
    value = st.session_state[key]
    if name == "time":
        node |= {"within_days": 90 if value == "within_days" else None}
        node |= {"since": "2025-01-01" if value == "since" else None}
    else:
        node[name] = value
    if name == "event":
        node["filters"] = []
        if value in TIMELESS:
            node |= {"within_days": None, "since": None}
    redraws = name in ("event", "time")
    draft.change(drafts.put(draft.tree, path, node), redraws=redraws)


def _since(draft: Draft, path: Path, key: str) -> None:
    node = dict(drafts.at(draft.tree, path)) | {"since": st.session_state[key].strip() or "-"}
    draft.change(drafts.put(draft.tree, path, node), redraws=False)


def _add_filter(draft: Draft, path: Path) -> None:
    node = dict(drafts.at(draft.tree, path))
    fresh = drafts.first_condition(event_names(node["event"])[0], node["event"])
    node["filters"] = [*node.get("filters", []), fresh]
    draft.change(drafts.put(draft.tree, path, node))


def _drop_filter(draft: Draft, path: Path, place: int) -> None:
    node = dict(drafts.at(draft.tree, path))
    node["filters"] = [one for at, one in enumerate(node["filters"]) if at != place]
    draft.change(drafts.put(draft.tree, path, node))
