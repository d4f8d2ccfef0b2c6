"""Tasks: done, opened again, snoozed, changed, deleted. One transaction and one audit row each.

Whoever changes a task says which state of it was seen (``seen``, its ``changed_at``): what somebody
else has changed since is not written over.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm_data.app_db import AuditRow, TaskRow, naive_utc, session
from crm_data.commands.task_drafts import (
    Task,
    TaskChange,
    note_of,
    stored_task,
    title_of,
)
from crm_data.errors import UsageError
from crm_data.queries.tasks import task_visible_to
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.task_codes import require_outcome

MAX_OWNER = 200


def complete_task(
    settings: Settings, scope: AccessScope, task_id: str, *, seen: datetime, now: datetime,
    actor: str, outcome: str = "",
) -> TaskChange:  # fmt: skip
    """Mark a task as done, with what came of it where its kind asks for that.

    Raises
    ------
    UsageError
        An outcome that there is not, among what every change is refused for.
    """
    require_outcome(outcome)
    values = {"status": "done", "done_at": now, "outcome": outcome or None, "snoozed_until": None}
    return _change(settings, scope, task_id, "task_done", values, seen=seen, now=now, actor=actor)


def reopen_task(
    settings: Settings, scope: AccessScope, task_id: str, *, seen: datetime, now: datetime,
    actor: str,
) -> TaskChange:  # fmt: skip
    """Make a task open again that was done or snoozed."""
    values = {"status": "open", "done_at": None, "outcome": None, "snoozed_until": None}
    return _change(settings, scope, task_id, "task_reopen", values, seen=seen, now=now, actor=actor)


def snooze_task(
    settings: Settings, scope: AccessScope, task_id: str, *, until: date, today: date,
    seen: datetime, now: datetime, actor: str,
) -> TaskChange:  # fmt: skip
    """Put a task away until a day; it is back on that day, due when it was due.

    Raises
    ------
    UsageError
        A day that is not after ``today``.
    """
    if until <= today:
        raise UsageError("task_snooze", "Snooze until a day after today. Choose a later one.")
    values = {"status": "snoozed", "done_at": None, "outcome": None, "snoozed_until": until}
    return _change(settings, scope, task_id, "task_snooze", values, seen=seen, now=now, actor=actor)


def edit_task(
    settings: Settings, scope: AccessScope, task_id: str, *, seen: datetime, now: datetime,
    actor: str, due_on: date | None = None, owner_id: str | None = None, note: str | None = None,
    title: str | None = None,
) -> TaskChange:  # fmt: skip
    """Change what is given: due day, owner (empty is nobody), note, title of one without a code."""
    values: dict[str, Any] = {}
    if due_on is not None:
        values["due_on"] = due_on
    if owner_id is not None:
        values["owner_id"] = owner_id or None
    if note is not None:
        values["note"] = note_of(note)
    if title is not None:
        values["title"] = title_of(title)
    return _change(settings, scope, task_id, "task_edit", values, seen=seen, now=now, actor=actor)


def delete_task(
    settings: Settings, scope: AccessScope, task_id: str, *, seen: datetime, now: datetime,
    actor: str,
) -> TaskChange:  # fmt: skip
    """Take a task away; ``undo_change`` brings it back."""
    values = {"deleted_at": now}
    return _change(settings, scope, task_id, "task_delete", values, seen=seen, now=now, actor=actor)


def undo_created(
    settings: Settings, scope: AccessScope, tasks: Sequence[Task], *, now: datetime, actor: str
) -> None:
    """Take tasks away that were just made, all or none; ``UsageError`` where one was changed."""
    with session(settings) as db:
        changes = [
            _written(db, scope, task.task_id, {"deleted_at": now}, task.changed_at, now, actor)
            for task in tasks
        ]
        subject = changes[0][0].subject if len(changes) == 1 else str(len(changes))
        details = {"tasks": [before.task_id for before, _after in changes]}
        db.add(audit_row("task_undo", subject, details, now, actor))


def undo_change(
    settings: Settings, scope: AccessScope, change: TaskChange, *, now: datetime, actor: str
) -> TaskChange:
    """Put a task back as it was; ``UsageError`` where somebody changed it since."""
    names = (
        "due_on", "owner_id", "note", "title", "status", "snoozed_until", "done_at", "outcome",
        "deleted_at",
    )  # fmt: skip
    values = {name: getattr(change.before, name) for name in names}
    return _change(
        settings, scope, change.after.task_id, "task_undo", values, seen=change.after.changed_at,
        now=now, actor=actor, is_deleted=change.after.deleted_at is not None,
    )  # fmt: skip


def require_owner(scope: AccessScope, owner_id: str | None, actor: str) -> None:
    """Refuse to give a task to somebody outside the scope; to oneself or nobody is allowed."""
    if not owner_id or owner_id == actor:
        return
    if len(owner_id) > MAX_OWNER or not (scope.owner_ids is None or owner_id in scope.owner_ids):
        raise UsageError("task_owner", "A task cannot be given to this person. Choose another.")


def audit_row(
    action: str, subject: str, details: dict[str, Any], now: datetime, actor: str
) -> AuditRow:
    """Return what the audit log says of a change of tasks."""
    return AuditRow(
        happened_at=now,
        actor=actor,
        action=action,
        subject=subject,
        details=json.dumps(details, ensure_ascii=False),
    )


def _change(
    settings: Settings, scope: AccessScope, task_id: str, action: str, values: dict[str, Any], *,
    seen: datetime, now: datetime, actor: str, is_deleted: bool = False,
) -> TaskChange:  # fmt: skip
    with session(settings) as db:
        before, after = _written(
            db, scope, task_id, values, seen, now, actor, is_deleted=is_deleted
        )
        db.add(audit_row(action, before.subject, _details(before, after), now, actor))
        return TaskChange(action, before, after)


def _written(
    db: Session, scope: AccessScope, task_id: str, values: dict[str, Any], seen: datetime,
    now: datetime, actor: str, *, is_deleted: bool = False,
) -> tuple[Task, Task]:  # fmt: skip
    """Write values where the task is still as it was seen; return it before and after."""
    row = db.scalar(
        sa.select(TaskRow).where(TaskRow.task_id == task_id, task_visible_to(scope, actor))
    )
    if row is None or (row.deleted_at is not None) != is_deleted:
        raise UsageError(
            "no_such_task", "The task is not there (any more), or not yours. Reload the page."
        )
    before = stored_task(row)
    if "owner_id" in values and values["owner_id"] != before.owner_id:
        require_owner(scope, values["owner_id"], actor)
    if "title" in values and before.code is not None and values["title"] != before.title:
        raise UsageError("task_words", "The words of this task come from its figures.")
    # Two changes in the same instant are still two: each has an instant of its own.
    changed = max(naive_utc(now), before.changed_at + timedelta(microseconds=1))
    statement = (
        sa.update(TaskRow)
        .where(TaskRow.task_id == task_id, TaskRow.changed_at == naive_utc(seen))
        .values(**values, changed_at=changed)
    )
    try:
        found: Any = db.execute(statement, execution_options={"synchronize_session": False})
    except IntegrityError as error:
        raise UsageError(
            "task_open_already", "There is an open task about the same. Finish that one first."
        ) from error
    if found.rowcount != 1:
        raise UsageError(
            "task_changed_since", "Somebody has changed this task since. Look at it again."
        )
    db.refresh(row)
    return before, stored_task(row)


def _details(before: Task, after: Task) -> dict[str, Any]:
    """Return what changed. Free text may say anything about a person: only that it changed."""
    names = ("status", "owner_id", "due_on", "snoozed_until", "outcome")
    changed = {
        name: [_text(getattr(one, name)) for one in (before, after)]
        for name in names
        if getattr(before, name) != getattr(after, name)
    }
    words = (before.note, before.title) != (after.note, after.title)
    return {"task_id": before.task_id, "code": before.code, "changed": changed,
            "text_changed": words}  # fmt: skip


def _text(value: object) -> str | None:
    return None if value is None else str(value)
