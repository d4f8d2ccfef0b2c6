"""Writes about retention lists that pages may start, and what is read of the app database."""

from datetime import date

import pandas as pd
import streamlit as st

from crm_data.commands import retention_lists as lists
from crm_data.commands import retention_members as members
from crm_data.commands.retention_drafts import (
    CONTACT,
    DEFAULT_SHARE,
    HOLD_BACK,
    KEPT,
    Kept,
    ListDraft,
    RetentionList,
)
from crm_data.commands.retention_members import STATUS_OF, Change
from crm_data.errors import StorageError
from ui.context import PageContext
from ui.loaders import reading

__all__ = [
    "CONTACT",
    "DEFAULT_SHARE",
    "HOLD_BACK",
    "KEPT",
    "STATUS_OF",
    "Change",
    "Kept",
    "ListDraft",
    "RetentionList",
]
_DELETED, _CHANGED = "_deleted_retention_list", "_retention_change"


def saved(ctx: PageContext) -> list[RetentionList]:
    """Return the lists, the newest first."""
    return lists.retention_lists(ctx.settings)


def everybody(ctx: PageContext) -> pd.DataFrame:
    """Return the members of every list: ``RETENTION_MEMBERS``."""
    return members.all_members(ctx.settings)


def members_of(ctx: PageContext, list_id: str) -> pd.DataFrame:
    """Return the members of a list: ``RETENTION_MEMBERS``."""
    return members.members_of(ctx.settings, list_id)


def tasks(ctx: PageContext) -> pd.DataFrame:
    """Return every open task: ``RETENTION_MEMBERS``."""
    return members.open_tasks(ctx.settings)


def memberships(ctx: PageContext, customer_id: str, on: date) -> pd.DataFrame:
    """Return the running lists with a customer; none where their database is not there."""
    try:
        return members.memberships(ctx.settings, customer_id, on=on)
    except StorageError:
        return members.RETENTION_MEMBERS.conform(
            pd.DataFrame(columns=members.RETENTION_MEMBERS.column_names)
        )


def create(ctx: PageContext, frame: pd.DataFrame, draft: ListDraft) -> RetentionList:
    """Draw the arms of a new list and save it."""
    with reading(ctx.settings, ctx.version) as conn:
        return lists.create_list(
            ctx.settings, conn, ctx.scope, frame, draft, now=ctx.now, actor=ctx.viewer
        )


def close(ctx: PageContext, list_id: str) -> None:
    """End the tasks of a list."""
    lists.close_list(ctx.settings, ctx.scope, list_id, now=ctx.now, actor=ctx.viewer)


def reopen(ctx: PageContext, list_id: str) -> None:
    """Give a closed list its tasks back."""
    lists.reopen_list(ctx.settings, ctx.scope, list_id, now=ctx.now, actor=ctx.viewer)


def delete(ctx: PageContext, list_id: str) -> None:
    """Delete a list; ``undo_delete`` brings it back in this session."""
    lists.delete_list(ctx.settings, ctx.scope, list_id, now=ctx.now, actor=ctx.viewer)
    st.session_state[_DELETED] = list_id


def deleted() -> str:
    """Return the list that was deleted last in this session; empty without one."""
    return str(st.session_state.get(_DELETED, ""))


def undo_delete(ctx: PageContext) -> None:
    """Bring back the list that was deleted last."""
    lists.restore_list(ctx.settings, ctx.scope, deleted(), now=ctx.now, actor=ctx.viewer)
    st.session_state.pop(_DELETED)


def is_changed_since(list_id: str, customer_id: str, changed_at: pd.Timestamp) -> bool:
    """Return whether a member was changed since this session last drew it, as it now does.

    A form that was filled in over what is no longer there must not be sent.
    """
    key = f"_retention_drawn_{list_id}_{customer_id}"
    before = st.session_state.get(key)
    st.session_state[key] = changed_at
    return before is not None and before != changed_at


def log(ctx: PageContext, list_id: str, customer_id: str, outcome: str, note: str) -> None:
    """Write down what came of a contact; an empty outcome makes the task open again."""
    with reading(ctx.settings, ctx.version) as conn:
        st.session_state[_CHANGED] = members.log_contact(
            ctx.settings,
            conn,
            ctx.scope,
            list_id,
            customer_id,
            outcome=outcome or None,
            note=note,
            now=ctx.now,
            actor=ctx.viewer,
        )


def reassign(ctx: PageContext, list_id: str, customer_id: str, owner_id: str) -> None:
    """Give a task to somebody else; empty is nobody."""
    with reading(ctx.settings, ctx.version) as conn:
        st.session_state[_CHANGED] = members.reassign(
            ctx.settings,
            conn,
            ctx.scope,
            list_id,
            customer_id,
            owner_id=owner_id or None,
            now=ctx.now,
            actor=ctx.viewer,
        )


def changed(list_id: str) -> Change | None:
    """Return the last change of a member of a list in this session."""
    change: Change | None = st.session_state.get(_CHANGED)
    return change if change is not None and change.list_id == list_id else None


def undo_change(ctx: PageContext) -> None:
    """Take the last change of a member back."""
    change: Change = st.session_state.pop(_CHANGED)
    with reading(ctx.settings, ctx.version) as conn:
        members.undo_change(ctx.settings, conn, ctx.scope, change, now=ctx.now, actor=ctx.viewer)
