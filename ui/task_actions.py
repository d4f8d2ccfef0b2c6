"""Writes about tasks that pages may start; each can be taken back in the session that made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from crm_data.commands import task_create
from crm_data.commands import tasks as commands
from crm_data.commands.task_drafts import Created, Task, TaskChange, TaskDraft, subject_key
from crm_data.task_codes import RETENTION_CALL
from ui import urls
from ui.context import PageContext
from ui.loaders import reading

__all__ = ["RETENTION_CALL", "Created", "TaskDraft", "subject_key"]

_LAST = "_last_task_change"


@dataclass(frozen=True)
class Last:
    """What was done last in this session: a change of one task, or tasks that were made."""

    action: str
    change: TaskChange | None = None
    made: tuple[Task, ...] = ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks that it is about, as they were left."""
        return self.made if self.change is None else (self.change.after,)


def view_query() -> str:
    """Return the query of the address without the language: it shows this view again."""
    return urlencode({k: v for k, v in urls.query().items() if k != urls.LANGUAGE}, doseq=True)


def make(ctx: PageContext, drafts: Sequence[TaskDraft]) -> Created:
    """Make tasks; where one with the same code and subject is open, that stays."""
    with reading(ctx.settings, ctx.version) as conn:
        created = task_create.create_tasks(
            ctx.settings, conn, ctx.scope, drafts, now=ctx.now, actor=ctx.viewer
        )
    if created.made:
        st.session_state[_LAST] = Last("task_create", made=created.made)
    return created


def complete(ctx: PageContext, row: dict[str, Any], outcome: str = "") -> None:
    """Mark a row of ``TASKS`` as done, with what came of it."""
    _keep(commands.complete_task(*_of(ctx, row), outcome=outcome, **_by(ctx, row)))


def reopen(ctx: PageContext, row: dict[str, Any]) -> None:
    """Make a row of ``TASKS`` open again."""
    _keep(commands.reopen_task(*_of(ctx, row), **_by(ctx, row)))


def snooze(ctx: PageContext, row: dict[str, Any], until: date) -> None:
    """Put a row of ``TASKS`` away until a day."""
    _keep(commands.snooze_task(*_of(ctx, row), until=until, today=ctx.today, **_by(ctx, row)))


def edit(
    ctx: PageContext, row: dict[str, Any], *, due_on: date, owner_id: str, note: str, title: str
) -> None:
    """Change a row of ``TASKS``; an empty owner is nobody, an empty title is left as it is."""
    _keep(
        commands.edit_task(
            *_of(ctx, row), due_on=due_on, owner_id=owner_id, note=note, title=title or None,
            **_by(ctx, row),
        )
    )  # fmt: skip


def delete(ctx: PageContext, row: dict[str, Any]) -> None:
    """Take a row of ``TASKS`` away."""
    _keep(commands.delete_task(*_of(ctx, row), **_by(ctx, row)))


def last() -> Last | None:
    """Return what was done last in this session and was not taken back."""
    found: Last | None = st.session_state.get(_LAST)
    return found


def undo(ctx: PageContext) -> None:
    """Take back what was done last."""
    done: Last = st.session_state.pop(_LAST)
    if done.change is None:
        commands.undo_created(ctx.settings, ctx.scope, done.made, now=ctx.now, actor=ctx.viewer)
    else:
        commands.undo_change(ctx.settings, ctx.scope, done.change, now=ctx.now, actor=ctx.viewer)


def _keep(change: TaskChange) -> None:
    st.session_state[_LAST] = Last(change.action, change)


def _of(ctx: PageContext, row: dict[str, Any]) -> tuple[Any, Any, str]:
    return ctx.settings, ctx.scope, str(row["task_id"])


def _by(ctx: PageContext, row: dict[str, Any]) -> dict[str, Any]:
    seen = pd.Timestamp(row["changed_at"]).to_pydatetime()
    return {"seen": seen, "now": ctx.now, "actor": ctx.viewer}
