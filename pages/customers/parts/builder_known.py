"""What is known of the segment that is edited: size, history, portrait, overlap, customers."""

import streamlit as st

from pages.customers.parts import (
    builder_export,
    builder_history,
    builder_overlap,
    compare_segments,
    portrait,
)
from pages.customers.parts.cluster_members import members
from ui import segment_draft as drafts
from ui import segment_loaders as load
from ui import urls
from ui.context import PageContext
from ui.errors import sentence
from ui.formats import plain
from ui.segment_actions import SavedSegment
from ui.segment_draft import Draft
from ui.segment_fields import decided_by
from ui.segment_words import described

_TABS = ("portrait", "history", "customers", "overlap", "compare", "export")
_TAB = "known"


def size_part(ctx: PageContext, draft: Draft) -> str:
    """Draw size and value while editing; return the conditions, empty where incomplete."""
    t, f = ctx.t, ctx.formats
    definition, error = drafts.checked(draft.tree)
    if error is not None:
        st.info(t("builder.incomplete", reason=sentence(t, error)), icon=":material/edit:")
        return ""
    found = load.size(ctx.settings, ctx.version, ctx.scope, definition)
    every = load.size(ctx.settings, ctx.version, ctx.scope, load.EVERYBODY)
    with st.container(horizontal=True, gap="small"):
        for name, value, whole in (
            ("customers", f.count(found.customers), _share(found.customers, every.customers)),
            (
                "net_amount",
                f.value_short(found.net_amount, "money"),
                _share(found.net_amount, every.net_amount),
            ),
        ):
            with st.container(border=True, key=f"size_{name}", gap="xxsmall"):
                st.metric(t(f"builder.{name}"), value, help=t(f"builder.{name}_help"))
                st.caption(t("builder.of_all", share=f.share(whole)))
    recent = f.value_short(found.net_amount_365d, "money")
    st.caption(t("builder.recent", value=recent, n=f.count(found.customers_with_orders)))
    st.markdown(t("builder.in_words", words=plain(described(ctx, draft.tree))))
    return definition


def more(ctx: PageContext, draft: Draft, definition: str, saved: list[SavedSegment]) -> None:
    """Draw what else is known, one thing at a time."""
    chosen = urls.choice(_TAB, _TABS)
    st.segmented_control(
        ctx.t("builder.more"),
        _TABS,
        format_func=lambda name: ctx.t(f"builder.tab_{name}"),
        key=_TAB,
        required=True,
        label_visibility="collapsed",
        on_change=urls.write_choice,
        args=(_TAB,),
    )
    others = [one for one in saved if one.segment_id != draft.segment_id]
    is_own = draft.name not in ("", *(one.name for one in others))
    name = draft.name if is_own else ctx.t("builder.this")
    if chosen == "portrait":
        own = decided_by(definition)
        portrait.part(ctx, definition, own=own, key="segment_portrait")
    elif chosen == "history":
        builder_history.part(ctx, draft.segment_id, definition)
    elif chosen == "export":
        builder_export.part(ctx, draft.segment_id, name, definition)
    elif chosen == "customers":
        members(ctx, definition, subject=name)
    else:
        picked = builder_overlap.pick(ctx, others)
        segments = ((name, definition), *((one.name, one.definition) for one in picked))
        draw = builder_overlap.part if chosen == "overlap" else compare_segments.part
        draw(ctx, segments)


def _share(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None
