"""Which segment is open, and what was edited in this session: a draft for each, until it is saved.

The address names the open one. Drafts are kept when another is opened, so that nothing is lost.
"""

import streamlit as st

from ui import segment_draft as drafts
from ui import urls
from ui.segment_actions import SavedSegment
from ui.segment_draft import Draft, Node, Saved

EDITED, NEW = "edit", "new"
_DRAFTS = "_segment_drafts"


def asked() -> str:
    """Return the id of the open segment, ``new`` for one that is not saved; empty without any."""
    return st.query_params.get(EDITED, "")


def draft_of(one: SavedSegment | None) -> Draft:
    """Return the draft of a saved segment, or of the new one.

    What somebody else has saved meanwhile is taken where nothing was edited here.
    """
    key = one.segment_id if one else ""
    found = _kept().get(key)
    if found is None:
        found = _kept()[key] = Draft(segment_id=key)
        if one:
            tree = drafts.group_of(one.definition)
            found.name, found.note, found.tree, found.saved = one.name, one.note, tree, saved(one)
    elif one and found.saved != saved(one) and not found.is_changed:
        found.reset(saved(one))
    return found


def saved(one: SavedSegment) -> Saved:
    """Return what a segment says, as drafts compare it."""
    return Saved(one.name, one.note, drafts.text_of(drafts.group_of(one.definition)))


def is_changed(segment_id: str) -> bool:
    """Whether a segment has edits that are not saved; of the new one where the id is empty."""
    found = _kept().get(segment_id)
    return found is not None and found.is_changed


def open_one(segment_id: str) -> None:
    """Open a saved segment."""
    urls.write({EDITED: [segment_id]})


def open_new(tree: Node | None = None) -> None:
    """Open the new segment as it was left, or with conditions to start from (``undo`` works)."""
    draft = draft_of(None)
    if tree is not None:
        draft.change(tree)
    urls.write({EDITED: [NEW]})


def close() -> None:
    """Close what is open; edits are kept."""
    urls.write({}, clears=(EDITED,))


def forget(segment_id: str) -> None:
    """Drop the edits of a segment."""
    _kept().pop(segment_id, None)


def keep_as(draft: Draft, one: SavedSegment) -> None:
    """Take a draft as saved: it is that segment now."""
    forget(draft.segment_id)
    draft.segment_id, draft.name, draft.note = one.segment_id, one.name, one.note
    draft.saved = saved(one)
    _kept()[one.segment_id] = draft
    open_one(one.segment_id)


def _kept() -> dict[str, Draft]:
    found: dict[str, Draft] = st.session_state.setdefault(_DRAFTS, {})
    return found
