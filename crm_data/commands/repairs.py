"""Accepting and undoing repairs: one transaction, audited. The next build follows."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import sqlalchemy as sa

from crm_data.app_db import AuditRow, RepairRow, session
from crm_data.batch_rows import Correction
from crm_data.errors import UsageError
from crm_data.repairs import TARGETS, WORDS, Repair, repair_of
from crm_data.settings import Settings

CHOSEN = "chosen"  # kind of a repair that nobody suggested


@dataclass(frozen=True)
class Suggestion:
    """A value, what was probably meant, and the evidence (``marts.REPAIR_CANDIDATES``)."""

    suggestion_id: str
    table: str
    field: str
    value: str
    target: str
    rows: int
    target_rows: int
    similarity: float
    kind: str
    is_known: bool
    worth: float | None

    @property
    def correction(self) -> Correction:
        """What a build does with it."""
        return Correction(self.table, self.field, self.value, self.target)


def suggestion_id(table: str, field: str, value: str) -> str:
    """Return a short name of a suggestion, the same in every version."""
    return hashlib.sha256(f"{table}\n{field}\n{value}".encode()).hexdigest()[:8]


def suggestions(found: pd.DataFrame, accepted: Sequence[Repair] = ()) -> list[Suggestion]:
    """Return the rows of ``repair_candidates``, without those that were accepted meanwhile."""
    known = {(r.table, r.field, r.value) for r in accepted}
    return [
        Suggestion(
            suggestion_id(row["table_name"], row["field"], row["value"]),
            row["table_name"], row["field"], row["value"], row["target"], int(row["rows"]),
            int(row["target_rows"]), float(row["similarity"]), row["kind"], bool(row["is_known"]),
            None if pd.isna(row["worth"]) else float(row["worth"]),
        )
        for row in found.to_dict("records")
        if (row["table_name"], row["field"], row["value"]) not in known
    ]  # fmt: skip


def accept_repairs(
    settings: Settings, chosen: Sequence[Suggestion], *, now: datetime, actor: str
) -> list[Repair]:
    """Store repairs, all or none; the next build puts the targets in place of the values.

    Raises
    ------
    UsageError
        A field cannot be repaired, or a value of it has a repair already.
    """
    with session(settings) as db:
        rows = []
        for one in chosen:
            _refuse_field(one)
            taken = db.scalar(
                sa.select(RepairRow).where(
                    RepairRow.table_name == one.table, RepairRow.field == one.field,
                    RepairRow.value == one.value, RepairRow.undone_at.is_(None),
                )
            )  # fmt: skip
            if taken is not None:
                raise UsageError(
                    "repair_known",
                    f"'{one.value}' in {one.table}.{one.field} is repaired already, to "
                    f"'{taken.target}'. Undo repair {taken.repair_id} first.",
                    value=one.value,
                    target=taken.target,
                    repair=taken.repair_id,
                )
            row = RepairRow(
                table_name=one.table, field=one.field, value=one.value, target=one.target,
                kind=one.kind, row_count=one.rows, similarity=one.similarity,
                accepted_by=actor, accepted_at=now,
            )  # fmt: skip
            db.add(row)
            db.flush()
            rows.append(row)
            db.add(_audit(now, actor, "repair", row))
        return [repair_of(row) for row in rows]


def undo_repairs(
    settings: Settings, ids: Sequence[int], *, now: datetime, actor: str
) -> list[Repair]:
    """Take repairs back, all or none; the next build reads what the files say.

    Raises
    ------
    UsageError
        One of them does not exist, or is undone already.
    """
    with session(settings) as db:
        rows = []
        for repair_id in dict.fromkeys(ids):
            row = db.get(RepairRow, repair_id)
            if row is None or row.undone_at is not None:
                raise UsageError(
                    "no_repair",
                    f"There is no repair {repair_id} to undo. `python -m cli repairs list` shows "
                    "those that are accepted.",
                    repair=repair_id,
                )
            row.undone_at, row.undone_by = now, actor
            db.add(_audit(now, actor, "repair_undo", row))
            rows.append(row)
        db.flush()
        return [repair_of(row) for row in rows]


def _refuse_field(one: Suggestion) -> None:
    if (one.table, one.field) not in {*TARGETS, *WORDS}:
        raise UsageError(
            "repair_field",
            f"Values of {one.table}.{one.field} cannot be repaired; only columns of words and "
            "columns that name a row of another table can.",
            table=one.table,
            field=one.field,
        )


def _audit(now: datetime, actor: str, action: str, row: RepairRow) -> AuditRow:
    return AuditRow(
        happened_at=now,
        actor=actor,
        action=action,
        subject=f"{row.table_name}.{row.field}",
        details=f"{row.value} -> {row.target} ({row.row_count} rows)",
    )
