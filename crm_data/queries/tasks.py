"""Tasks of the app database, of a viewer's scope."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement

from crm_data.app_db import AuditRow, TaskRow, session
from crm_data.frames import FrameSpec, columns_of
from crm_data.scope import AccessScope, visible_to
from crm_data.settings import Settings

State = Literal["open", "snoozed", "done"]
STATES: tuple[State, ...] = ("open", "snoozed", "done")
TASKS = FrameSpec(
    "tasks",
    "one row per task, what is due first first",
    ("task_id",),
    columns_of(
        "task_id:text code:text figures:json title:text subject:text customer_id:text "
        "opportunity_id:text lead_id:text ticket_id:text response_id:text due_on:day "
        "owner_id:text created_by:text "
        "created_at:instant origin:text origin_query:text status:text snoozed_until:day "
        "done_at:instant outcome:text note:text changed_at:instant"
    ),
)

RAISED = FrameSpec(
    "raised_tasks",
    "one row per task that a page raised and that is not done, what is due first first",
    ("task_id",),
    columns_of(
        "task_id:text code:text subject:text opportunity_id:text due_on:day owner_id:text "
        "changed_at:instant"
    ),
)
# due is when: overdue, today, week (later in it), later.
TASK_COUNTS = FrameSpec(
    "task_counts",
    "one row per owner, code, page and time that some open task is of",
    ("owner_id", "code", "origin", "due"),
    columns_of("owner_id:text code:text origin:text due:text tasks:count"),
)


@dataclass(frozen=True)
class DueCounts:
    """How many tasks are past their day, and how many are due on it."""

    overdue: int
    today: int

    @property
    def total(self) -> int:
        """Return both together."""
        return self.overdue + self.today


def task_visible_to(scope: AccessScope, viewer: str) -> ColumnElement[bool]:
    """Return the WHERE clause of tasks that a viewer may see: of the scope's owners, or own."""
    return sa.or_(
        visible_to(scope, cast("ColumnElement[str]", TaskRow.owner_id)),
        TaskRow.created_by == viewer,
        TaskRow.owner_id == viewer,
    )


def tasks(
    settings: Settings,
    scope: AccessScope,
    viewer: str,
    *,
    state: State,
    on: date,
    limit: int | None = None,
) -> pd.DataFrame:
    """Return the stored tasks that a viewer may see: ``TASKS``.

    Parameters
    ----------
    state : str
        ``open`` (those snoozed until ``on`` or before included), ``snoozed`` (still), or ``done``
        (the last one first).
    on : date
        The viewer's day.
    """
    order: tuple[Any, ...] = (TaskRow.due_on, TaskRow.created_at, TaskRow.task_id)
    if state == "done":
        order = (TaskRow.done_at.desc(), *order)
    statement = _select(scope, viewer, _is_in(state, on)).order_by(*order).limit(limit)
    return _read(settings, statement)


def raised(settings: Settings, scope: AccessScope, viewer: str) -> pd.DataFrame:
    """Return what buttons need of the tasks with a code that are not done: ``RAISED``."""
    statement = _select(
        scope, viewer, TaskRow.status != "done", TaskRow.code.is_not(None), spec=RAISED
    )
    return _read(settings, statement.order_by(TaskRow.due_on, TaskRow.task_id), RAISED)


@dataclass(frozen=True)
class TaskPart:
    """Which of the open tasks: of owners, with columns equal to a value, due between two days.

    Attributes
    ----------
    among : frozenset of str or None
        Owners; None is everybody.
    equal : tuple of column and value
        A value of None is missing.
    first, last : date or None
        Days that they are due on, both included; None is no limit.
    """

    among: frozenset[str] | None = None
    equal: tuple[tuple[str, str | None], ...] = ()
    first: date | None = None
    last: date | None = None

    def kept(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return its rows of ``TASKS``."""
        keep = pd.Series(data=True, index=frame.index)
        if self.among is not None:
            keep &= frame["owner_id"].isin(self.among)
        for name, value in self.equal:
            keep &= frame[name].isna() if value is None else frame[name].eq(value).fillna(False)
        if self.first is not None:
            keep &= frame["due_on"] >= pd.Timestamp(self.first)
        if self.last is not None:
            keep &= frame["due_on"] <= pd.Timestamp(self.last)
        return frame[keep]

    @property
    def where(self) -> list[ColumnElement[bool]]:
        """Return the conditions on stored tasks."""
        found: list[ColumnElement[bool]] = [
            getattr(TaskRow, name).is_(None) if value is None else getattr(TaskRow, name) == value
            for name, value in self.equal
        ]
        if self.among is not None:
            found.append(TaskRow.owner_id.in_(sorted(self.among)))
        if self.first is not None:
            found.append(TaskRow.due_on >= self.first)
        if self.last is not None:
            found.append(TaskRow.due_on <= self.last)
        return found


def open_counts(
    settings: Settings, scope: AccessScope, viewer: str, *, on: date, week_end: date
) -> pd.DataFrame:
    """Return how many stored tasks are open on a day: ``TASK_COUNTS``."""
    day = TaskRow.due_on
    due = sa.case(
        (day < on, "overdue"), (day == on, "today"), (day <= week_end, "week"), else_="later"
    )
    # Within a part of its own: PostgreSQL takes two equal expressions with values for different.
    of = (
        sa.select(TaskRow.owner_id, TaskRow.code, TaskRow.origin, due.label("due"))
        .where(TaskRow.deleted_at.is_(None), task_visible_to(scope, viewer), _is_in("open", on))
        .subquery()
    )
    statement = sa.select(*of.c, sa.func.count()).group_by(*of.c)
    with session(settings) as db:
        rows = db.connection().execute(statement).fetchall()
    return TASK_COUNTS.conform(pd.DataFrame(list(rows), columns=TASK_COUNTS.column_names))


def open_page(
    settings: Settings, scope: AccessScope, viewer: str, part: TaskPart, *, on: date, limit: int
) -> pd.DataFrame:
    """Return the first stored open tasks of a part, at most ``limit``: ``TASKS``."""
    order = (TaskRow.due_on, TaskRow.created_at, TaskRow.task_id)
    statement = _select(scope, viewer, _is_in("open", on), *part.where)
    return _read(settings, statement.order_by(*order).limit(limit))


def tasks_of_customer(
    settings: Settings, scope: AccessScope, viewer: str, customer_id: str
) -> pd.DataFrame:
    """Return what is not done yet about a customer and its deals: ``TASKS``."""
    statement = _select(
        scope, viewer, TaskRow.customer_id == customer_id, TaskRow.status != "done"
    ).order_by(TaskRow.due_on, TaskRow.created_at, TaskRow.task_id)
    return _read(settings, statement)


def stored_due(
    settings: Settings, scope: AccessScope, viewer: str, owners: frozenset[str] | None, *, on: date
) -> DueCounts:
    """Count the stored open tasks that are overdue or due on a day; of ``owners`` where given."""
    where = [_is_in("open", on), TaskRow.deleted_at.is_(None), task_visible_to(scope, viewer)]
    if owners is not None:
        where.append(TaskRow.owner_id.in_(sorted(owners)))
    late = sa.func.sum(sa.case((TaskRow.due_on < on, 1), else_=0))
    statement = sa.select(late, sa.func.count()).where(*where, TaskRow.due_on <= on)
    with session(settings) as db:
        overdue, both = db.execute(statement).one()
    return DueCounts(int(overdue or 0), int(both) - int(overdue or 0))


def change_stamp(settings: Settings) -> int:
    """Return a number that grows with every change of the app database, for cache keys."""
    with session(settings) as db:
        return int(db.scalar(sa.select(sa.func.max(AuditRow.audit_id))) or 0)


def _is_in(state: State, on: date) -> ColumnElement[bool]:
    if state == "done":
        return TaskRow.status == "done"
    sleeps = sa.and_(TaskRow.status == "snoozed", TaskRow.snoozed_until > on)
    if state == "snoozed":
        return sleeps
    return sa.and_(TaskRow.status != "done", sa.not_(sleeps))


def _select(
    scope: AccessScope, viewer: str, *where: ColumnElement[bool], spec: FrameSpec = TASKS
) -> sa.Select[Any]:
    columns = [getattr(TaskRow, name) for name in spec.column_names]
    return sa.select(*columns).where(
        TaskRow.deleted_at.is_(None), task_visible_to(scope, viewer), *where
    )


def _read(settings: Settings, statement: sa.Select[Any], spec: FrameSpec = TASKS) -> pd.DataFrame:
    with session(settings) as db:
        # Rows of the connection, and columns for pandas: both would look at every row by itself.
        rows = db.connection().execute(statement).fetchall()
    columns = zip(*rows, strict=True) if rows else [()] * len(spec.columns)
    return spec.conform(pd.DataFrame(dict(zip(spec.column_names, columns, strict=True))))
