"""Saved segments: create, change, delete, restore. One transaction and one audit row each."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_data.app_db import AuditRow, SegmentRow, session
from crm_data.errors import NotPermittedError, UsageError
from crm_data.scope import AccessScope
from crm_data.segments import parse, to_json
from crm_data.settings import Settings

MAX_NAME, MAX_NOTE = 80, 2000


@dataclass(frozen=True)
class SavedSegment:
    """A saved segment; ``definition`` is its condition tree in the one form of ``to_json``."""

    segment_id: str
    name: str
    note: str
    owner: str
    definition: str
    created_at: datetime
    changed_at: datetime
    is_deleted: bool


def saved_segments(settings: Settings, *, with_deleted: bool = False) -> list[SavedSegment]:
    """Return the segments by name; deleted ones only where asked for."""
    statement = sa.select(SegmentRow).order_by(SegmentRow.name, SegmentRow.segment_id)
    if not with_deleted:
        statement = statement.where(SegmentRow.deleted_at.is_(None))
    with session(settings) as db:
        return [_saved(row) for row in db.scalars(statement)]


def segment_named(settings: Settings, name: str) -> SavedSegment:
    """Return a living segment by its name or id; ``UsageError`` listing the names for another."""
    living = saved_segments(settings)
    for segment in living:
        if name in (segment.name, segment.segment_id):
            return segment
    names = ", ".join(segment.name for segment in living) or "none yet"
    raise UsageError(
        "unknown_segment",
        f"There is no segment '{name}'. Segments are: {names}.",
        name=name,
        names=names,
    )


def create_segment(
    settings: Settings, *, name: str, definition: str, note: str = "", now: datetime, actor: str
) -> SavedSegment:
    """Save a new segment, owned by ``actor``.

    Raises
    ------
    UsageError
        A tree that cannot be read, a name that is empty, too long or taken, a note too long.
    StorageError
        The app database cannot be written.
    """
    row = SegmentRow(
        segment_id=uuid4().hex,
        name=_name(name),
        note=_note(note),
        owner=actor,
        definition=to_json(parse(definition)),
        created_at=now,
        changed_at=now,
        deleted_at=None,
    )
    with session(settings) as db:
        db.add(row)
        _require_name_is_free(db, row)
        _audit(db, row, "segment_create", actor, now)
        return _saved(row)


def change_segment(
    settings: Settings,
    scope: AccessScope,
    segment_id: str,
    *,
    name: str | None = None,
    definition: str | None = None,
    note: str | None = None,
    now: datetime,
    actor: str,
) -> SavedSegment:
    """Change what is given of a living segment; raises as ``create_segment`` does.

    Raises
    ------
    NotPermittedError
        It is somebody else's, and the actor does not see every customer.
    """
    with session(settings) as db:
        row = _own_row(db, scope, actor, segment_id, is_deleted=False)
        row.name = row.name if name is None else _name(name)
        row.note = row.note if note is None else _note(note)
        row.definition = row.definition if definition is None else to_json(parse(definition))
        row.changed_at = now
        _require_name_is_free(db, row)
        _audit(db, row, "segment_change", actor, now)
        return _saved(row)


def delete_segment(
    settings: Settings, scope: AccessScope, segment_id: str, *, now: datetime, actor: str
) -> None:
    """Take a segment off every list; sizes stay, and ``restore_segment`` brings it back."""
    with session(settings) as db:
        row = _own_row(db, scope, actor, segment_id, is_deleted=False)
        row.deleted_at = now
        _audit(db, row, "segment_delete", actor, now)


def restore_segment(
    settings: Settings, scope: AccessScope, segment_id: str, *, now: datetime, actor: str
) -> SavedSegment:
    """Bring a deleted segment back; ``UsageError`` where its name is taken meanwhile."""
    with session(settings) as db:
        row = _own_row(db, scope, actor, segment_id, is_deleted=True)
        row.deleted_at = None
        row.changed_at = now
        _require_name_is_free(db, row)
        _audit(db, row, "segment_restore", actor, now)
        return _saved(row)


def may_change(scope: AccessScope, actor: str, owner: str) -> bool:
    """Return whether somebody may change or delete a segment: its owner, or who sees everybody.

    Every page of everybody may be filtered by it, and lists of customers are made from it.
    """
    return scope.is_everything or actor == owner


def _own_row(
    db: Session, scope: AccessScope, actor: str, segment_id: str, *, is_deleted: bool
) -> SegmentRow:
    row = _row(db, segment_id, is_deleted=is_deleted)
    if not may_change(scope, actor, row.owner):
        raise NotPermittedError(
            "segment_of_another",
            f"The segment '{row.name}' is {row.owner}'s. Only its owner, or who sees every "
            "customer, can change or delete it. Save it under another name instead.",
            name=row.name,
            owner=row.owner,
        )
    return row


def _row(db: Session, segment_id: str, *, is_deleted: bool) -> SegmentRow:
    row = db.get(SegmentRow, segment_id)
    if row is None or (row.deleted_at is not None) != is_deleted:
        raise UsageError(
            "no_such_segment",
            "The segment is not there (any more). Reload the list and choose again.",
        )
    return row


def _require_name_is_free(db: Session, row: SegmentRow) -> None:
    """Check after writing: the writer's lock makes two who save at once wait for each other."""
    db.flush()
    living = sa.select(SegmentRow.name).where(
        SegmentRow.deleted_at.is_(None), SegmentRow.segment_id != row.segment_id
    )
    if row.name.casefold() in {name.casefold() for name in db.scalars(living)}:
        raise UsageError(
            "segment_name_taken",
            f"There is a segment '{row.name}' already. Choose another name.",
            name=row.name,
        )


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise UsageError(
            "segment_name",
            f"A segment needs a name of 1 to {MAX_NAME} characters. Give one.",
            most=MAX_NAME,
        )
    return name


def _note(text: str) -> str:
    if len(text) > MAX_NOTE:
        raise UsageError(
            "segment_note",
            f"The note has more than {MAX_NOTE} characters. Shorten it.",
            most=MAX_NOTE,
        )
    # What no store takes: NUL, and halves of surrogate pairs.
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()


def _audit(db: Session, row: SegmentRow, action: str, actor: str, now: datetime) -> None:
    details = {"segment_id": row.segment_id, "note": row.note, "definition": row.definition}
    db.add(
        AuditRow(
            happened_at=now,
            actor=actor,
            action=action,
            subject=row.name,
            details=json.dumps(details, ensure_ascii=False),
        )
    )


def _saved(row: SegmentRow) -> SavedSegment:
    return SavedSegment(
        row.segment_id,
        row.name,
        row.note,
        row.owner,
        row.definition,
        row.created_at,
        row.changed_at,
        row.deleted_at is not None,
    )
