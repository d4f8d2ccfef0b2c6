"""Making tasks: one, or many at once. One transaction and one audit row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm_data.app_db import AuditRow, TaskRow, session
from crm_data.commands.task_drafts import (
    MAX_MANY,
    SUBJECTS,
    Created,
    Task,
    TaskDraft,
    new_row,
    stored_task,
)
from crm_data.commands.tasks import audit_row, require_owner
from crm_data.errors import UsageError
from crm_data.queries.task_subjects import task_subjects
from crm_data.queries.tasks import task_visible_to
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.task_codes import storable


def create_task(
    settings: Settings,
    conn: Connection,
    scope: AccessScope,
    draft: TaskDraft,
    *,
    now: datetime,
    actor: str,
) -> Created:
    """Make a task, or return the open one with the same code and subject."""
    return create_tasks(settings, conn, scope, [draft], now=now, actor=actor)


def create_tasks(
    settings: Settings,
    conn: Connection,
    scope: AccessScope,
    drafts: Sequence[TaskDraft],
    *,
    now: datetime,
    actor: str,
) -> Created:
    """Make tasks, all or none; where one with the same code and subject is open, that stays.

    Parameters
    ----------
    conn : Connection
        To the version in which the subjects are.

    Raises
    ------
    UsageError
        Too many, a subject or owner outside ``scope``, a draft that cannot be, or something that
        is open with somebody whose tasks ``scope`` does not show.
    """
    if len(drafts) > MAX_MANY:
        raise UsageError(
            "task_many", f"More than {MAX_MANY} tasks at once. Choose fewer.", most=MAX_MANY
        )
    whole = _with_customers(conn, scope, drafts)
    for draft in whole:
        require_owner(scope, draft.owner_id, actor)
    made: dict[tuple[str, str], TaskRow] = {}
    known: list[Task] = []
    with session(settings) as db:
        for at, draft in enumerate(whole):
            row = new_row(draft, now=now, actor=actor)
            other = _same(db, row)
            if other is not None:
                known.append(_shown(db, scope, actor, other))
            else:
                made.setdefault((row.code or f"#{at}", row.subject), row)
        if made:
            _insert(db, list(made.values()))
            db.add(_audit_of_new(list(made.values()), now, actor))
        return Created(tuple(stored_task(row) for row in made.values()), tuple(known))


def _with_customers(
    conn: Connection, scope: AccessScope, drafts: Sequence[TaskDraft]
) -> list[TaskDraft]:
    """Return drafts that name the customer too; refuse what ``scope`` may not see."""
    asked = {
        (name.removesuffix("_id"), storable(str(getattr(draft, name))))
        for draft in drafts
        for name in SUBJECTS
        if getattr(draft, name)
    }
    found = task_subjects(conn, scope, sorted(asked))
    customers = dict(
        zip(zip(found["kind"], found["subject_id"], strict=True), found["customer_id"], strict=True)
    )
    if asked - set(customers):
        raise UsageError(
            "task_subject", "What the task is about is not in the data, or not yours. Check it."
        )
    whole = []
    for draft in drafts:
        owned = [
            customers[name.removesuffix("_id"), str(getattr(draft, name))]
            for name in SUBJECTS
            if getattr(draft, name)
        ]
        named = next((str(one) for one in owned if isinstance(one, str)), None)
        whole.append(replace(draft, customer_id=draft.customer_id or named))
    return whole


def _same(db: Session, row: TaskRow) -> TaskRow | None:
    if row.code is None:
        return None
    same = sa.select(TaskRow).where(
        TaskRow.code == row.code,
        TaskRow.subject == row.subject,
        TaskRow.status != "done",
        TaskRow.deleted_at.is_(None),
    )
    return db.scalar(same)


def _shown(db: Session, scope: AccessScope, actor: str, other: TaskRow) -> Task:
    """Return the open task about the same, where the viewer may see it."""
    visible = sa.select(TaskRow.task_id).where(
        TaskRow.task_id == other.task_id, task_visible_to(scope, actor)
    )
    if db.scalar(visible) is None:
        raise UsageError(
            "task_with_others", "Somebody else has an open task about the same. Ask them."
        )
    return stored_task(other)


def _insert(db: Session, rows: Sequence[TaskRow]) -> None:
    try:
        db.add_all(rows)
        db.flush()
    except IntegrityError as error:  # somebody was faster by a moment
        raise UsageError(
            "task_open_already", "There is an open task about the same. Finish that one first."
        ) from error


def _audit_of_new(rows: Sequence[TaskRow], now: datetime, actor: str) -> AuditRow:
    details: dict[str, Any] = {
        "tasks": [
            {"task_id": r.task_id, "code": r.code, "subject": r.subject, "owner_id": r.owner_id,
             "due_on": r.due_on.isoformat(), "origin": r.origin}
            for r in rows
        ]
    }  # fmt: skip
    subject = rows[0].subject if len(rows) == 1 else str(len(rows))
    return audit_row("task_create", subject, details, now, actor)
