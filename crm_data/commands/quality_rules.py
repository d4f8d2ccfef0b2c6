"""Rules about data that the company adds: made and removed. One transaction, one audit row."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from crm_data.app_db import AuditRow, QualityRuleRow, session
from crm_data.commands.segments import MAX_NAME
from crm_data.errors import UsageError
from crm_data.segments import parse, to_json
from crm_data.settings import Settings
from crm_data.task_codes import storable


@dataclass(frozen=True)
class QualityRule:
    """A rule: customers who meet ``definition`` (conditions as segments have them) are at fault."""

    rule_id: str
    name: str
    definition: str
    created_by: str
    created_at: datetime


def quality_rules(settings: Settings) -> list[QualityRule]:
    """Return the living rules by name."""
    row = QualityRuleRow
    statement = sa.select(row).where(row.deleted_at.is_(None)).order_by(row.name, row.rule_id)
    with session(settings) as db:
        return [_rule(one) for one in db.scalars(statement)]


def add_quality_rule(
    settings: Settings, *, name: str, definition: str, now: datetime, actor: str
) -> QualityRule:
    """Add a rule.

    Raises
    ------
    UsageError
        A name that is empty, too long or taken, or conditions that cannot be read.
    """
    called = storable(name).strip()
    if not called or len(called) > MAX_NAME:
        raise UsageError(
            "quality_rule_name",
            f"Name the rule with 1 to {MAX_NAME} characters.",
            most=MAX_NAME,
        )
    row = QualityRuleRow(
        rule_id=uuid4().hex, name=called, definition=to_json(parse(definition)), created_by=actor,
        created_at=now, deleted_at=None,
    )  # fmt: skip
    with session(settings) as db:
        taken = sa.select(QualityRuleRow.rule_id).where(
            QualityRuleRow.name == called, QualityRuleRow.deleted_at.is_(None)
        )
        if db.scalar(taken) is not None:
            raise UsageError(
                "quality_rule_taken", f"There is a rule '{called}' already.", name=called
            )
        db.add(row)
        db.add(_audit("quality_rule_add", row.rule_id, called, row.definition, now, actor))
        return _rule(row)


def remove_quality_rule(settings: Settings, name: str, *, now: datetime, actor: str) -> QualityRule:
    """Remove a rule by its name or id; ``UsageError`` where there is none."""
    with session(settings) as db:
        row = db.scalars(
            sa.select(QualityRuleRow)
            .where(
                QualityRuleRow.deleted_at.is_(None),
                sa.or_(QualityRuleRow.name == name, QualityRuleRow.rule_id == name),
            )
            .order_by(QualityRuleRow.rule_id)
        ).first()
        if row is None:
            raise UsageError(
                "unknown_quality_rule",
                f"There is no rule '{name}'. `quality list` names them.",
                name=name,
            )
        row.deleted_at = now
        db.add(_audit("quality_rule_remove", row.rule_id, row.name, row.definition, now, actor))
        return _rule(row)


def _rule(row: QualityRuleRow) -> QualityRule:
    return QualityRule(row.rule_id, row.name, row.definition, row.created_by, row.created_at)


def _audit(
    action: str, rule_id: str, name: str, definition: str, now: datetime, actor: str
) -> AuditRow:
    details = json.dumps({"name": name, "definition": definition}, ensure_ascii=False)
    return AuditRow(happened_at=now, actor=actor, action=action, subject=rule_id, details=details)
