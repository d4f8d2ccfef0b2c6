"""Writes about segments that pages may start; each is a command of the command line, too."""

import streamlit as st

from crm_data.commands import segments as commands
from crm_data.commands.segments import SavedSegment
from ui.context import PageContext

__all__ = ["SavedSegment", "delete", "deleted", "may_change", "save", "saved", "undo_delete"]

_DELETED = "_deleted_segment"


def saved(ctx: PageContext) -> list[SavedSegment]:
    """Return the saved segments, by name."""
    return commands.saved_segments(ctx.settings)


def may_change(ctx: PageContext, segment_id: str) -> bool:
    """Return whether the viewer may change or delete a saved segment."""
    owners = [one.owner for one in saved(ctx) if one.segment_id == segment_id]
    return all(commands.may_change(ctx.scope, ctx.viewer, owner) for owner in owners)


def save(
    ctx: PageContext, segment_id: str, *, name: str, note: str, definition: str
) -> SavedSegment:
    """Save a new segment, or the changes of one that there is."""
    if not segment_id:
        return commands.create_segment(
            ctx.settings, name=name, definition=definition, note=note, actor=ctx.viewer, now=ctx.now
        )
    return commands.change_segment(
        ctx.settings,
        ctx.scope,
        segment_id,
        name=name,
        definition=definition,
        note=note,
        actor=ctx.viewer,
        now=ctx.now,
    )


def delete(ctx: PageContext, segment_id: str) -> None:
    """Delete a segment; ``undo_delete`` brings it back in this session."""
    commands.delete_segment(ctx.settings, ctx.scope, segment_id, actor=ctx.viewer, now=ctx.now)
    st.session_state[_DELETED] = segment_id


def deleted() -> str:
    """Return the segment that was deleted last in this session; empty without one."""
    return str(st.session_state.get(_DELETED, ""))


def undo_delete(ctx: PageContext) -> SavedSegment:
    """Bring back the segment that was deleted last."""
    key = st.session_state.pop(_DELETED)
    return commands.restore_segment(ctx.settings, ctx.scope, key, actor=ctx.viewer, now=ctx.now)
