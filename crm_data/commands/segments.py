"""Saved segments: created, changed, deleted and brought back, each with one audit row."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_data.app_db import AuditRow, SegmentRow, session
from crm_data.errors import UsageError
from crm_data.segments import parse, to_json
from crm_data.settings import Settings

MAX_NAME, MAX_NOTE = 80, 1_000


@dataclass(frozen=True)
class SavedSegment:
    """A saved segment; ``definition`` is its conditions as canonical JSON."""

    segment_id: str
    name: str
    note: str
    owner: str
    definition: str
    created_at: datetime
    changed_at: datetime


def saved_segments(settings: Settings) -> list[SavedSegment]:
    """Return the segments that are not deleted, by name."""
    wanted = sa.select(SegmentRow).where(SegmentRow.deleted_at.is_(None))
    with session(settings) as db:
        found = [_saved(row) for row in db.scalars(wanted)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.segment_id))


def segment_named(settings: Settings, name: str) -> SavedSegment:
    """Return the segment of a name; ``UsageError`` listing the names there are."""
    known = saved_segments(settings)
    for one in known:
        if one.name == name.strip():
            return one
    names = ", ".join(f"'{one.name}'" for one in known) or "none yet"
    raise UsageError(
        "segment_unknown",
        f"There is no segment '{name[:MAX_NAME]}'. Saved segments: {names}.",
        name=name[:MAX_NAME],
        names=names,
    )


def create_segment(
    settings: Settings,
    *,
    name: str,
    definition: str,
    note: str = "",
    owner: str,
    now: datetime,
) -> SavedSegment:
    """Save a new segment.

    Raises
    ------
    UsageError
        A name that is empty, too long or taken, or conditions that cannot be read.
    """
    row = SegmentRow(
        segment_id=uuid4().hex[:12],
        name=_name(name),
        note=_note(note),
        owner=owner,
        definition=to_json(parse(definition)),
        created_at=now,
        changed_at=now,
        deleted_at=None,
    )
    with session(settings) as db:
        _refuse_taken(db, row.name, row.segment_id)
        db.add(row)
        _audit(db, "segment_created", row, actor=owner, now=now)
        return _saved(row)


def change_segment(
    settings: Settings,
    segment_id: str,
    *,
    name: str,
    definition: str,
    note: str,
    actor: str,
    now: datetime,
) -> SavedSegment:
    """Change name, conditions and note of a segment; its owner stays."""
    text = to_json(parse(definition))
    with session(settings) as db:
        row = _living(db, segment_id)
        _refuse_taken(db, _name(name), segment_id)
        row.name, row.note, row.definition = _name(name), _note(note), text
        row.changed_at = now
        _audit(db, "segment_changed", row, actor=actor, now=now)
        return _saved(row)


def delete_segment(settings: Settings, segment_id: str, *, actor: str, now: datetime) -> None:
    """Take a segment out of every list; ``restore_segment`` brings it back."""
    with session(settings) as db:
        row = _living(db, segment_id)
        row.deleted_at = now
        _audit(db, "segment_deleted", row, actor=actor, now=now)


def restore_segment(
    settings: Settings, segment_id: str, *, actor: str, now: datetime
) -> SavedSegment:
    """Bring back a deleted segment, under another name if its own was taken meanwhile."""
    with session(settings) as db:
        row = db.get(SegmentRow, segment_id)
        if row is None:
            raise _gone()
        taken = {one.name for one in db.scalars(_living_rows()) if one.segment_id != segment_id}
        name, number = row.name, 2
        while name in taken:
            name, number = f"{row.name[: MAX_NAME - 5]} ({number})", number + 1
        row.name, row.deleted_at = name, None
        _audit(db, "segment_restored", row, actor=actor, now=now)
        return _saved(row)


def _living_rows() -> sa.Select[SegmentRow]:
    return sa.select(SegmentRow).where(SegmentRow.deleted_at.is_(None))


def _living(db: Session, segment_id: str) -> SegmentRow:
    row = db.get(SegmentRow, segment_id)
    if row is None or row.deleted_at is not None:
        raise _gone()
    return row


def _gone() -> UsageError:
    return UsageError(
        "segment_gone", "This segment does not exist any more. Choose another, or save it anew."
    )


def _refuse_taken(db: Session, name: str, segment_id: str) -> None:
    for row in db.scalars(_living_rows()):
        if row.name.casefold() == name.casefold() and row.segment_id != segment_id:
            raise UsageError(
                "segment_taken",
                f"There is a segment '{row.name}' already. Take another name, or change that one.",
                name=row.name,
            )


def _name(text: str) -> str:
    name = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not 0 < len(name) <= MAX_NAME:
        raise UsageError(
            "segment_name", f"A segment needs a name of 1 to {MAX_NAME} characters.", most=MAX_NAME
        )
    return name


def _note(text: str) -> str:
    note = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
    if len(note) > MAX_NOTE:
        raise UsageError(
            "segment_note", f"A note has at most {MAX_NOTE} characters.", most=MAX_NOTE
        )
    return note


def _audit(db: Session, action: str, row: SegmentRow, *, actor: str, now: datetime) -> None:
    details = {"name": row.name, "definition": row.definition, "note": row.note}
    db.add(
        AuditRow(
            happened_at=now,
            actor=actor,
            action=action,
            subject=row.segment_id,
            details=json.dumps(details, ensure_ascii=False),
        )
    )


def _saved(row: SegmentRow) -> SavedSegment:
    return SavedSegment(
        row.segment_id, row.name, row.note, row.owner, row.definition, row.created_at,
        row.changed_at,
    )  # fmt: skip
