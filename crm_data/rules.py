"""Rules that a company sets for itself: borders, horizons, rates, as JSON in the app database."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm_data.app_db import AuditRow, RuleRow, session
from crm_data.settings import Settings


def stored_rules(settings: Settings) -> dict[str, Any]:
    """Return every rule set that was changed, by name; what is absent is at its default."""
    with session(settings) as db:
        rows = db.scalars(sa.select(RuleRow))
        return {row.name: json.loads(row.value) for row in rows}


def save_rules(
    settings: Settings,
    name: str,
    value: Mapping[str, Any] | None,
    *,
    now: datetime,
    actor: str,
) -> None:
    """Store a rule set, or with None go back to the default. Scores follow at the next refresh."""
    text = None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
    with session(settings) as db:
        db.execute(sa.delete(RuleRow).where(RuleRow.name == name))
        if text is not None:
            db.add(RuleRow(name=name, value=text, changed_by=actor, changed_at=now))
        db.add(
            AuditRow(
                happened_at=now,
                actor=actor,
                action="rules",
                subject=name,
                details=text or "default",
            )
        )


def last_change(settings: Settings, name: str) -> tuple[str, datetime] | None:
    """Return who changed a rule set last and when (UTC), back to the default included."""
    with session(settings) as db:
        row = db.execute(
            sa.select(AuditRow.actor, AuditRow.happened_at)
            .where(AuditRow.action == "rules", AuditRow.subject == name)
            .order_by(AuditRow.happened_at.desc())
            .limit(1)
        ).first()
    return None if row is None else (row[0], row[1])
