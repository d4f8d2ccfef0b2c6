"""Decisions on records that may be the same: merge, keep apart, undo.

One transaction and one audit row each. They are applied at the next build (``merged_records``);
tasks go along at once.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm_data.app_db import AuditRow, IdentityDecisionRow, TaskRow, naive_utc, session
from crm_data.errors import UsageError
from crm_data.merged_records import KINDS, survivor
from crm_data.queries.duplicates import visible_records
from crm_data.scope import AccessScope
from crm_data.settings import Settings

MERGE, APART = "merge", "apart"
_MOST = 20_000  # decided in one go
_TASK_IDS = {"customers": "customer_id", "leads": "lead_id"}


def merge_records(
    settings: Settings,
    conn: sa.Connection,
    scope: AccessScope,
    kind: str,
    pairs: Sequence[tuple[str, str]],
    *,
    now: datetime,
    actor: str,
) -> list[str]:
    """Make the first record of each pair go on as the second; return the decisions' ids.

    Where one of them is merged already, what it goes on as is meant; a pair that is one already
    is left out.

    Raises
    ------
    UsageError
        No such kind or record, none that the viewer may see, a record with itself, or too many.
    """
    _require(conn, scope, kind, pairs)
    with session(settings) as db:
        onward = _onward(db, kind)
        together, made = uuid4().hex, []
        for record, other in pairs:
            merged, kept = (survivor(onward, kind, one) for one in (record, other))
            if merged == kept:
                continue
            onward[kind, merged] = kept
            moved = _move_tasks(db, kind, merged, kept)
            made.append(_row(together, kind, MERGE, (merged, kept), moved, now, actor))
        db.add_all(made)
        db.add(_audit(MERGE, kind, made, now, actor))
        return [row.decision_id for row in made]


def keep_apart(
    settings: Settings,
    conn: sa.Connection,
    scope: AccessScope,
    kind: str,
    pairs: Sequence[tuple[str, str]],
    *,
    now: datetime,
    actor: str,
) -> list[str]:
    """Say that the two records of each pair are not the same; return the decisions' ids.

    Raises
    ------
    UsageError
        As ``merge_records``, and where the two are merged: undo that first.
    """
    _require(conn, scope, kind, pairs)
    with session(settings) as db:
        onward = _onward(db, kind)
        for record, other in pairs:
            if survivor(onward, kind, record) == survivor(onward, kind, other):
                raise UsageError(
                    "identity_merged",
                    f"'{record}' and '{other}' are merged. Undo the merge first.",
                    record=record,
                    other=other,
                )
        together = uuid4().hex
        made = [
            _row(together, kind, APART, (min(pair), max(pair)), [], now, actor)
            for pair in dict.fromkeys(pairs)
        ]
        db.add_all(made)
        db.add(_audit(APART, kind, made, now, actor))
        return [row.decision_id for row in made]


def undo_decisions(
    settings: Settings,
    conn: sa.Connection,
    scope: AccessScope,
    decision_ids: Iterable[str],
    *,
    now: datetime,
    actor: str,
) -> None:
    """Take decisions back, all or none; tasks that went along go back.

    Raises
    ------
    UsageError
        One does not stand (any more), or is of records that the viewer may not see.
    """
    with session(settings) as db:
        rows = [_standing(db, decision_id) for decision_id in dict.fromkeys(decision_ids)]
        for row in rows:
            _require(conn, scope, row.kind, [(row.record_id, row.other_id)])
            row.undone_by, row.undone_at = actor, now
            column = _TASK_IDS.get(row.kind)
            for task_id in json.loads(row.moved):
                _rename(db, task_id, str(column), row.other_id, row.record_id)
        if rows:
            db.add(_audit("undo", rows[0].kind, rows, now, actor))


def _require(
    conn: sa.Connection, scope: AccessScope, kind: str, pairs: Sequence[tuple[str, str]]
) -> None:
    if kind not in KINDS:
        raise UsageError(
            "identity_kind",
            f"Records of '{kind}' cannot be merged. Use one of: {', '.join(KINDS)}.",
            kind=kind,
        )
    if len(pairs) > _MOST:
        raise UsageError("identity_many", f"Decide on {_MOST} pairs at most in one go.", n=_MOST)
    asked = {record for pair in pairs for record in pair}
    unknown = sorted(asked - visible_records(conn, kind, sorted(asked), scope=scope))
    if unknown:
        raise UsageError(
            "identity_unknown",
            f"There is no record '{unknown[0]}' of {kind}, or it is not yours.",
            record=unknown[0],
            kind=kind,
        )
    if any(record == other for record, other in pairs):
        raise UsageError("identity_self", "A record cannot be merged with itself.")


def _onward(db: Session, kind: str) -> dict[tuple[str, str], str]:
    row = IdentityDecisionRow
    found = db.execute(
        sa.select(row.record_id, row.other_id).where(
            row.kind == kind, row.action == MERGE, row.undone_at.is_(None)
        )
    )
    return {(kind, record): other for record, other in found}


def _standing(db: Session, decision_id: str) -> IdentityDecisionRow:
    row = db.get(IdentityDecisionRow, decision_id)
    if row is None or row.undone_at is not None:
        raise UsageError(
            "identity_no_decision",
            f"There is no decision '{decision_id}' that stands. `duplicates list --decided` "
            "shows them.",
            decision=decision_id,
        )
    return row


def _row(
    together: str,
    kind: str,
    action: str,
    pair: tuple[str, str],
    moved: list[str],
    now: datetime,
    actor: str,
) -> IdentityDecisionRow:
    return IdentityDecisionRow(
        decision_id=uuid4().hex,
        together=together,
        kind=kind,
        action=action,
        record_id=pair[0],
        other_id=pair[1],
        moved=json.dumps(moved),
        decided_by=actor,
        decided_at=naive_utc(now),
        undone_by=None,
        undone_at=None,
    )


def _move_tasks(db: Session, kind: str, merged: str, kept: str) -> list[str]:
    """Make tasks about a record tasks about its survivor; return their ids."""
    column = _TASK_IDS.get(kind)
    if column is None:
        return []
    found = list(
        db.scalars(
            sa.select(TaskRow.task_id).where(getattr(TaskRow, column) == merged).order_by("task_id")
        )
    )
    return [task_id for task_id in found if _rename(db, task_id, column, merged, kept)]


def _rename(db: Session, task_id: str, column: str, old: str, new: str) -> bool:
    """Rename what a task is about; False where the same is open about the other already."""
    row = db.get(TaskRow, task_id)
    if row is None or getattr(row, column) != old:
        return False
    subject = f"{column.removesuffix('_id')}:"
    try:
        with db.begin_nested():
            setattr(row, column, new)
            if row.subject == subject + old:
                row.subject = subject + new
            db.flush()
    except IntegrityError:
        db.refresh(row)
        return False
    return True


def _audit(
    action: str, kind: str, rows: Sequence[IdentityDecisionRow], now: datetime, actor: str
) -> AuditRow:
    pairs = [[row.action, row.record_id, row.other_id] for row in rows[:100]]
    return AuditRow(
        happened_at=now,
        actor=actor,
        action=f"identity_{action}",
        subject=kind,
        details=json.dumps({"pairs": len(rows), "first": pairs}, ensure_ascii=False),
    )
