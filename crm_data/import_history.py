"""Imports with who brought them in and who took them back."""

from dataclasses import dataclass

import sqlalchemy as sa

from crm_data.app_db import AuditRow, session
from crm_data.batches import Batch, ledger
from crm_data.settings import Settings


@dataclass(frozen=True)
class Imported:
    """A batch, and the names of who imported and who undid it (None: nobody)."""

    batch: Batch
    by: str | None
    undone_by: str | None


def import_history(settings: Settings) -> list[Imported]:
    """Return every batch in the order they were stored, undone ones included."""
    query = sa.select(AuditRow.subject, AuditRow.action, AuditRow.actor).where(
        AuditRow.action.in_(("import", "undo"))
    )
    found = ledger(settings)
    with session(settings) as db:
        who = {(row.subject, row.action): row.actor for row in db.execute(query)}
    return [
        Imported(b, who.get((b.batch_id, "import")), who.get((b.batch_id, "undo"))) for b in found
    ]
