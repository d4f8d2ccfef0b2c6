"""Saved comparisons of scenarios: save, change, delete, restore. One audit row each.

Totals are of the customers whom the saver saw. Who does not see all of these is not given them.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm_data.app_db import AuditRow, SavedScenarioRow, session
from crm_data.commands.forecast_submissions import MAX_NOTE, plain_note
from crm_data.errors import NotPermittedError, UsageError
from crm_data.saved_scenarios import ComparisonDraft, SavedComparison, saved_of, scope_json, written
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.task_codes import storable

MAX_NAME = 80


def saved_comparisons(settings: Settings, scope: AccessScope) -> list[SavedComparison]:
    """Return the living comparisons, the newest first, each with what ``scope`` may see of it."""
    row = SavedScenarioRow
    statement = sa.select(row).where(row.deleted_at.is_(None))
    with session(settings) as db:
        found = db.scalars(statement.order_by(row.saved_at.desc(), row.comparison_id))
        return [saved_of(one, scope) for one in found]


def comparison_named(settings: Settings, scope: AccessScope, name: str) -> SavedComparison:
    """Return a living comparison by its name or id; ``UsageError`` listing names for another."""
    living = saved_comparisons(settings, scope)
    for one in living:
        if name == one.comparison_id or _key(name) == _key(one.name):
            return one
    names = ", ".join(one.name for one in living) or "none yet"
    raise UsageError(
        "unknown_comparison",
        f"There is no saved comparison '{name}'. Saved are: {names}.",
        name=name,
        names=names,
    )


def save_comparison(
    settings: Settings,
    scope: AccessScope,
    draft: ComparisonDraft,
    *,
    name: str,
    note: str = "",
    now: datetime,
    actor: str,
) -> SavedComparison:
    """Save a comparison, owned by ``actor``, with the totals that ``scope`` saw.

    Raises
    ------
    UsageError
        No scenario, a name that is empty, too long or taken, a note too long.
    StorageError
        The app database cannot be written.
    """
    row = SavedScenarioRow(
        comparison_id=uuid4().hex, owner=actor, note=_note(note), changed_at=now, deleted_at=None,
    )  # fmt: skip
    _put_name(row, name)
    _put_draft(row, scope, draft, now)
    with session(settings) as db:
        db.add(row)
        _flush(db, row.name)
        _audit(db, row, "scenarios_save", actor, now)
        return saved_of(row, scope)


def change_comparison(
    settings: Settings,
    scope: AccessScope,
    comparison_id: str,
    *,
    name: str | None = None,
    note: str | None = None,
    draft: ComparisonDraft | None = None,
    now: datetime,
    actor: str,
) -> SavedComparison:
    """Change what is given of a living comparison; a draft replaces question and totals.

    Raises what ``save_comparison`` does, and ``NotPermittedError`` unless ``may_change``.
    """
    with session(settings) as db:
        row = _own_row(db, scope, actor, comparison_id, is_deleted=False)
        if name is not None:
            _put_name(row, name)
        if note is not None:
            row.note = _note(note)
        if draft is not None:
            _put_draft(row, scope, draft, now)
        row.changed_at = now
        _flush(db, row.name)
        _audit(db, row, "scenarios_change", actor, now)
        return saved_of(row, scope)


def delete_comparison(
    settings: Settings, scope: AccessScope, comparison_id: str, *, now: datetime, actor: str
) -> None:
    """Take a comparison off the list; ``restore_comparison`` brings it back."""
    with session(settings) as db:
        row = _own_row(db, scope, actor, comparison_id, is_deleted=False)
        row.deleted_at = now
        _audit(db, row, "scenarios_delete", actor, now)


def restore_comparison(
    settings: Settings, scope: AccessScope, comparison_id: str, *, now: datetime, actor: str
) -> SavedComparison:
    """Bring a deleted comparison back; ``UsageError`` where its name is taken meanwhile."""
    with session(settings) as db:
        row = _own_row(db, scope, actor, comparison_id, is_deleted=True)
        row.deleted_at = None
        row.changed_at = now
        _flush(db, row.name)
        _audit(db, row, "scenarios_restore", actor, now)
        return saved_of(row, scope)


def may_change(scope: AccessScope, actor: str, owner: str) -> bool:
    """Return whether somebody may change or delete a comparison: owner, or who sees everybody."""
    return scope.is_everything or actor == owner


def _own_row(
    db: Session, scope: AccessScope, actor: str, comparison_id: str, *, is_deleted: bool
) -> SavedScenarioRow:
    row = db.get(SavedScenarioRow, comparison_id)
    if row is None or (row.deleted_at is not None) != is_deleted:
        raise UsageError(
            "no_such_comparison",
            "The saved comparison is not there (any more). Reload the list and choose again.",
        )
    if not may_change(scope, actor, row.owner):
        raise NotPermittedError(
            "comparison_of_another",
            f"The comparison '{row.name}' is {row.owner}'s. Only its owner, or who sees every "
            "customer, can change or delete it. Save yours under another name.",
            name=row.name,
            owner=row.owner,
        )
    return row


def _flush(db: Session, name: str) -> None:
    """Write; the index on living names refuses one that is taken, whoever was first."""
    try:
        db.flush()
    except IntegrityError as error:
        raise UsageError(
            "comparison_name_taken",
            f"There is a saved comparison '{name}' already. Choose another name.",
            name=name,
        ) from error


def _put_name(row: SavedScenarioRow, text: str) -> None:
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise UsageError(
            "comparison_name",
            f"A comparison needs a name of 1 to {MAX_NAME} characters. Give one.",
            most=MAX_NAME,
        )
    row.name, row.name_key = name, _key(name)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _put_draft(
    row: SavedScenarioRow, scope: AccessScope, draft: ComparisonDraft, now: datetime
) -> None:
    if len(draft.totals) < 2:  # the forecast alone
        raise UsageError(
            "comparison_empty",
            "There is no scenario to compare the forecast with. Add one, then save.",
        )
    row.question = _json({name: list(values) for name, values in draft.question.items()})
    row.totals = _json(written(draft.totals))
    row.owner_ids = scope_json(scope)
    row.among, row.frequency = draft.among, draft.frequency
    row.period_start, row.period_end = draft.period_start, draft.period_end
    row.as_of, row.version, row.saved_at = draft.as_of, draft.version, now


def _note(text: str) -> str:
    if len(text) > MAX_NOTE:
        raise UsageError(
            "task_long",
            f"This text has more than {MAX_NOTE} characters. Shorten it.",
            most=MAX_NOTE,
        )
    return plain_note(text)


def _audit(db: Session, row: SavedScenarioRow, action: str, actor: str, now: datetime) -> None:
    """Say what was saved; a note may say anything about a person."""
    details = {
        "comparison_id": row.comparison_id, "question": json.loads(row.question),
        "period_start": row.period_start.isoformat(), "period_end": row.period_end.isoformat(),
        "totals": json.loads(row.totals), "version": row.version,
    }  # fmt: skip
    db.add(
        AuditRow(
            happened_at=now, actor=actor, action=action, subject=row.name, details=_json(details)
        )
    )


def _json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return storable(json.dumps(value, ensure_ascii=False, allow_nan=False))
