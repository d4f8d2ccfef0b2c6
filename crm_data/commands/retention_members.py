"""Members of retention lists: who is to be called, and what came of it. Every change is audited."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from crm_data.app_db import (
    AuditRow,
    RetentionListRow,
    RetentionMemberRow,
    naive_utc,
    session,
)
from crm_data.commands.retention_drafts import CONTACT
from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.retention_candidates import owners_of
from crm_data.scope import AccessScope
from crm_data.settings import Settings

# What happened, and the status that follows. Without an outcome a task is open.
STATUS_OF = {
    "no_answer": "open",
    "reached": "contacted",
    "call_again": "contacted",
    "refused": "declined",
    "gone": "declined",
    "accepted": "done",
    "solved": "done",
}
STATUSES = ("open", "contacted", "declined", "done")
MAX_NOTE = 1_000
RETENTION_MEMBERS = FrameSpec(
    "retention_members",
    "one row per list and customer, the largest value at stake first",
    ("list_id", "customer_id"),
    columns_of(
        "list_id:text list_name:text due_on:day outcome_on:day is_closed:flag customer_id:text "
        "arm:text value_at_stake:money reasons:json owner_id:text status:text "
        "contacted_at:instant outcome:text note:text changed_at:instant"
    ),
)


@dataclass(frozen=True)
class Logged:
    """What was written of a member."""

    owner_id: str | None
    status: str
    contacted_at: datetime | None
    outcome: str | None
    note: str


@dataclass(frozen=True)
class Change:
    """A change of one member, which ``undo_change`` takes back."""

    list_id: str
    customer_id: str
    before: Logged
    after: Logged


def members_of(settings: Settings, list_id: str) -> pd.DataFrame:
    """Return the members of a list, both arms: ``RETENTION_MEMBERS``."""
    return _read(settings, RetentionMemberRow.list_id == list_id)


def all_members(settings: Settings) -> pd.DataFrame:
    """Return the members of every list that is not deleted: ``RETENTION_MEMBERS``."""
    return _read(settings)


def open_tasks(settings: Settings) -> pd.DataFrame:
    """Return who is still to be contacted, of every open list: ``RETENTION_MEMBERS``.

    Never those who are held back.
    """
    member, of = RetentionMemberRow, RetentionListRow
    return _read(
        settings,
        member.arm == CONTACT,
        member.status.in_(("open", "contacted")),
        of.closed_at.is_(None),
    )


def memberships(settings: Settings, customer_id: str, *, on: date) -> pd.DataFrame:
    """Return the lists with a customer whose outcome day has not passed: ``RETENTION_MEMBERS``."""
    return _read(
        settings,
        RetentionMemberRow.customer_id == customer_id,
        RetentionListRow.outcome_on >= on,
    )


def busy_customers(settings: Settings, *, on: date) -> frozenset[str]:
    """Return the customers of lists whose outcome day has not passed, both arms.

    A list made on that day would leave them out.
    """
    member, of = RetentionMemberRow, RetentionListRow
    statement = (
        sa.select(member.customer_id)
        .join(of, of.list_id == member.list_id)
        .where(of.deleted_at.is_(None), of.outcome_on >= on)
    )
    with session(settings) as db:
        return frozenset(db.scalars(statement))


def log_contact(
    settings: Settings,
    conn: Connection,
    scope: AccessScope,
    list_id: str,
    customer_id: str,
    *,
    outcome: str | None,
    note: str = "",
    now: datetime,
    actor: str,
) -> Change:
    """Write down what came of a contact; the status follows from the outcome, None opens again.

    Raises
    ------
    UsageError
        An outcome that there is none of, a customer who is held back, not on the list or not
        visible to ``scope``, or a list that is closed.
    """
    if outcome is not None and outcome not in STATUS_OF:
        raise UsageError(
            "retention_outcome",
            f"There is no outcome '{outcome}'. Outcomes are: {', '.join(STATUS_OF)}.",
            outcome=outcome,
        )
    status = "open" if outcome is None else STATUS_OF[outcome]
    _require_visible(conn, scope, customer_id)
    with session(settings) as db:
        row = _row(db, list_id, customer_id)
        contacted = None if status == "open" else row.contacted_at or now
        after = Logged(row.owner_id, status, contacted, outcome, _note(note))
        return _written(db, row, after, "retention_log", actor, now)


def reassign(
    settings: Settings,
    conn: Connection,
    scope: AccessScope,
    list_id: str,
    customer_id: str,
    *,
    owner_id: str | None,
    now: datetime,
    actor: str,
) -> Change:
    """Give a task to somebody else, or to nobody; raises as ``log_contact`` does."""
    _require_visible(conn, scope, customer_id)
    with session(settings) as db:
        row = _row(db, list_id, customer_id)
        after = Logged(owner_id or None, row.status, row.contacted_at, row.outcome, row.note)
        return _written(db, row, after, "retention_reassign", actor, now)


def undo_change(
    settings: Settings,
    conn: Connection,
    scope: AccessScope,
    change: Change,
    *,
    now: datetime,
    actor: str,
) -> None:
    """Put a member back as it was; ``UsageError`` where somebody changed it since."""
    _require_visible(conn, scope, change.customer_id)
    with session(settings) as db:
        row = _row(db, change.list_id, change.customer_id)
        if _logged(row) != change.after:
            raise UsageError(
                "retention_changed_since",
                "Somebody has changed this customer since. Look at it again.",
            )
        _written(db, row, change.before, "retention_undo", actor, now)


def _read(settings: Settings, *where: Any) -> pd.DataFrame:
    member, of = RetentionMemberRow, RetentionListRow
    of_list = {
        "list_name": of.name,
        "due_on": of.due_on,
        "outcome_on": of.outcome_on,
        "is_closed": of.closed_at.is_not(None),
    }
    own = [c.name for c in RETENTION_MEMBERS.columns if c.name not in of_list]
    columns: list[Any] = [value.label(name) for name, value in of_list.items()]
    columns += [getattr(member, name) for name in own]
    statement = (
        sa.select(*columns)
        .join(of, of.list_id == member.list_id)
        .where(of.deleted_at.is_(None), *where)
        .order_by(member.value_at_stake.desc().nulls_last(), member.customer_id, member.list_id)
    )
    with session(settings) as db:
        rows = db.execute(statement)
        frame = pd.DataFrame.from_records(rows.fetchall(), columns=list(rows.keys()))
    return RETENTION_MEMBERS.conform(frame)


def _require_visible(conn: Connection, scope: AccessScope, customer_id: str) -> None:
    """Refuse customers of others; who sees everything may also log those who left the data."""
    if not scope.is_everything and owners_of(conn, scope, [customer_id]).empty:
        raise _unknown()


def _row(db: Session, list_id: str, customer_id: str) -> RetentionMemberRow:
    row = db.get(RetentionMemberRow, (list_id, customer_id))
    of = db.get(RetentionListRow, list_id)
    if row is None or of is None or of.deleted_at is not None:
        raise _unknown()
    if row.arm != CONTACT:
        raise UsageError(
            "retention_held_back",
            "This customer is held back, so that the effect can be measured. Do not contact it "
            "for this list.",
        )
    if of.closed_at is not None:
        raise UsageError("retention_closed", "The list is closed. Open it again first.")
    return row


def _unknown() -> UsageError:
    return UsageError(
        "retention_no_member",
        "The customer is not on this list, or not yours. Reload the page and choose again.",
    )


def _written(
    db: Session, row: RetentionMemberRow, after: Logged, action: str, actor: str, now: datetime
) -> Change:
    change = Change(row.list_id, row.customer_id, _logged(row), after)
    for name, value in asdict(after).items():
        setattr(row, name, value)
    row.changed_at = now
    # Free text may say anything about a person: the log says that it changed, not what it says.
    details = {
        "list_id": row.list_id,
        **{n: v for n, v in asdict(after).items() if n not in ("note", "contacted_at")},
        "before": {"status": change.before.status, "outcome": change.before.outcome,
                   "owner_id": change.before.owner_id},
        "note_changed": change.before.note != after.note,
    }  # fmt: skip
    db.add(
        AuditRow(
            happened_at=now,
            actor=actor,
            action=action,
            subject=row.customer_id,
            details=json.dumps(details, ensure_ascii=False),
        )
    )
    db.flush()
    return Change(change.list_id, change.customer_id, change.before, _logged(row))


def _logged(row: RetentionMemberRow) -> Logged:
    contacted = None if row.contacted_at is None else naive_utc(row.contacted_at)
    return Logged(row.owner_id, row.status, contacted, row.outcome, row.note)


def _note(text: str) -> str:
    if len(text) > MAX_NOTE:
        raise UsageError(
            "retention_note",
            f"The note has more than {MAX_NOTE} characters. Shorten it.",
            most=MAX_NOTE,
        )
    # What no store takes: NUL, and halves of surrogate pairs.
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()
