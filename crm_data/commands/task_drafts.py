"""What a task is to be, and what is stored of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal
from uuid import uuid4

from crm_data.app_db import TaskRow, naive_utc
from crm_data.errors import UsageError
from crm_data.task_codes import figures_json, storable

Status = Literal["open", "snoozed", "done"]
# The most particular first: what a task is about when it names several.
SUBJECTS = ("response_id", "opportunity_id", "lead_id", "ticket_id", "customer_id")
MAX_TITLE, MAX_NOTE, MAX_QUERY, MAX_MANY = 200, 1_000, 2_000, 2_000
_ORIGIN = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True)
class TaskDraft:
    """What a task is to be: words of a person, or a code of ``crm_data.task_codes`` and figures.

    Attributes
    ----------
    origin, origin_query : str
        Address of the page that raised it, and the query that shows that view again.
    owner_id : str or None
        Employee, or the name of a viewer; None is nobody yet.
    """

    due_on: date
    owner_id: str | None = None
    title: str = ""
    code: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    customer_id: str | None = None
    opportunity_id: str | None = None
    lead_id: str | None = None
    ticket_id: str | None = None
    response_id: str | None = None
    origin: str = "tasks"
    origin_query: str = ""
    note: str = ""

    @property
    def subject(self) -> str:
        """Return what it is about, as one text; the owner where it is about nothing else."""
        return subject_key({name: getattr(self, name) for name in (*SUBJECTS, "owner_id")})


@dataclass(frozen=True)
class Task:
    """A task as it is stored; instants are naive UTC."""

    task_id: str
    code: str | None
    figures: str
    title: str
    subject: str
    customer_id: str | None
    opportunity_id: str | None
    lead_id: str | None
    ticket_id: str | None
    response_id: str | None
    due_on: date
    owner_id: str | None
    created_by: str
    created_at: datetime
    origin: str
    origin_query: str
    status: Status
    snoozed_until: date | None
    done_at: datetime | None
    outcome: str | None
    note: str
    changed_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True)
class TaskChange:
    """A change of one task, which ``undo_change`` takes back."""

    action: str
    before: Task
    after: Task


@dataclass(frozen=True)
class Created:
    """What a request for tasks came to: those made, and open ones that said the same before."""

    made: tuple[Task, ...]
    known: tuple[Task, ...]


def subject_key(ids: Mapping[str, Any]) -> str:
    """Return what a task is about as one text: the most particular of its ids."""
    for name in SUBJECTS:
        if ids.get(name):
            return f"{name.removesuffix('_id')}:{ids[name]}"
    owner = ids.get("owner_id")
    return f"owner:{owner}" if owner else ""


def new_row(draft: TaskDraft, *, now: datetime, actor: str) -> TaskRow:
    """Return the row of a draft.

    Raises
    ------
    UsageError
        Neither words nor a code, both, or something that is too long.
    """
    if bool(draft.code) == bool(draft.title.strip()):
        raise UsageError("task_title", "A task needs a few words of what is to be done. Add them.")
    if not _ORIGIN.fullmatch(draft.origin) or len(draft.origin_query) > MAX_QUERY:
        raise UsageError("task_origin", "The view that this task comes from cannot be kept.")
    return TaskRow(
        task_id=uuid4().hex,
        code=draft.code or None,
        figures=figures_json(draft.code, draft.figures) if draft.code else "{}",
        title=title_of(draft.title) if draft.title else "",
        subject=draft.subject,
        **{name: getattr(draft, name) or None for name in (*SUBJECTS, "owner_id")},
        due_on=draft.due_on,
        created_by=actor,
        created_at=now,
        origin=draft.origin,
        origin_query=storable(draft.origin_query),
        status="open",
        snoozed_until=None,
        done_at=None,
        outcome=None,
        note=note_of(draft.note),
        changed_at=now,
        deleted_at=None,
    )


def title_of(text: str) -> str:
    """Return a title on one line; ``UsageError`` where it is empty or too long."""
    title = " ".join(storable(text).split())
    if not title:
        raise UsageError("task_title", "A task needs a few words of what is to be done. Add them.")
    return _short(title, MAX_TITLE)


def note_of(text: str) -> str:
    """Return a note as it is stored; ``UsageError`` where it is too long."""
    return _short(storable(text).strip(), MAX_NOTE)


def stored_task(row: TaskRow) -> Task:
    """Return a row of the app database as what it means."""
    found = {one.name: getattr(row, one.name) for one in fields(Task)}
    instants = ("created_at", "done_at", "changed_at", "deleted_at")
    utc = {name: found[name] and naive_utc(found[name]) for name in instants}
    return Task(**(found | utc))


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise UsageError(
            "task_long", f"This text has more than {most} characters. Shorten it.", most=most
        )
    return text
