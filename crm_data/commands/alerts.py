"""Alerts: rules made and removed, checks written down, alarms put aside. One audit row each.

A check is of the whole company: rules, states and alarms are for who sees every customer.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_data.alert_store import (
    Alert,
    AlertRule,
    RuleDraft,
    RuleState,
    after_quiet,
    alert_of,
    rule_of,
    state_of,
)
from crm_data.app_db import AlertRow, AlertRuleRow, AlertStateRow, AuditRow, session
from crm_data.commands.forecast_submissions import MAX_NOTE, plain_note
from crm_data.errors import UsageError
from crm_data.settings import Settings
from crm_data.task_codes import storable


def alert_rules(settings: Settings) -> list[AlertRule]:
    """Return the living rules, oldest first."""
    row = AlertRuleRow
    statement = sa.select(row).where(row.deleted_at.is_(None))
    with session(settings) as db:
        found = db.scalars(statement.order_by(row.created_at, row.metric, row.rule_id))
        return [rule_of(one) for one in found]


def has_had_rules(settings: Settings) -> bool:
    """Whether there is, or was, any rule: standard ones are made once only."""
    with session(settings) as db:
        return bool(db.scalar(sa.select(sa.func.count()).select_from(AlertRuleRow)))


def rule_states(settings: Settings) -> dict[str, RuleState]:
    """Return what the last check said, by rule."""
    with session(settings) as db:
        return {row.rule_id: state_of(row) for row in db.scalars(sa.select(AlertStateRow))}


def alarms(settings: Settings, *, is_running: bool = True) -> list[Alert]:
    """Return alarms of living rules, the newest first; those over too, if asked."""
    row = AlertRow
    statement = (
        sa.select(row)
        .join(AlertRuleRow, AlertRuleRow.rule_id == row.rule_id)
        .where(AlertRuleRow.deleted_at.is_(None))
        .order_by(row.raised_at.desc(), row.alert_id)
    )
    with session(settings) as db:
        found = [alert_of(one) for one in db.scalars(statement)]
    return [one for one in found if one.ended_at is None] if is_running else found


def add_rules(
    settings: Settings, drafts: Sequence[RuleDraft], *, now: datetime, actor: str
) -> list[AlertRule]:
    """Make rules. The caller has checked metric, kind and filters.

    Raises
    ------
    UsageError
        A note too long, a threshold that is no number.
    """
    with session(settings) as db:
        rows = [_row(draft, now) for draft in drafts]
        db.add_all(rows)
        for row, draft in zip(rows, drafts, strict=True):
            _audit(db, "alert_rule_add", row.metric, asdict(draft) | {"note": ""}, now, actor)
        return [rule_of(row) for row in rows]


def remove_rule(settings: Settings, rule_id: str, *, now: datetime, actor: str) -> AlertRule:
    """Take a rule off the list, with its alarms; ``UsageError`` where there is none of that id."""
    with session(settings) as db:
        row = db.get(AlertRuleRow, rule_id)
        if row is None or row.deleted_at is not None:
            raise UsageError(
                "no_such_alert_rule",
                f"There is no alert rule '{rule_id}'. `python -m cli alerts list` shows them.",
                rule=rule_id,
            )
        row.deleted_at = row.changed_at = now
        _audit(db, "alert_rule_remove", row.metric, {"rule_id": rule_id}, now, actor)
        return rule_of(row)


def record_check(
    settings: Settings, rule: AlertRule, state: RuleState, since: date | None, now: datetime
) -> bool:
    """Write down what a check said; return whether it raised an alarm that was not there.

    A run of periods on one side is one alarm: it is raised once, and put aside once. A verdict
    that cannot be told leaves what was known.
    """
    with session(settings) as db:
        db.merge(AlertStateRow(**asdict(state)))
        if state.verdict == "cannot_tell":
            return False
        running = db.scalars(
            sa.select(AlertRow).where(AlertRow.rule_id == rule.rule_id, AlertRow.ended_at.is_(None))
        ).first()
        is_alarm = state.verdict in ("above", "below")
        if running is not None and (not is_alarm or running.side != state.verdict):
            running.ended_at, running = now, None
        if not is_alarm or state.period_on is None or state.value is None:
            return False
        told = {
            name: getattr(state, name) for name in ("period_on", "value", "base", "low", "high")
        }
        if running is not None:
            for name, value in told.items():
                setattr(running, name, value)
            return False
        db.add(
            AlertRow(
                alert_id=uuid4().hex, rule_id=rule.rule_id, side=state.verdict,
                since_on=since or state.period_on, raised_at=now,
                shown_from=after_quiet(now, rule.quiet, settings.timezone), **told,
            )
        )  # fmt: skip
        return True


def acknowledge(settings: Settings, alert_id: str, *, now: datetime, actor: str) -> None:
    """Say that an alarm is known: it is shown no more while it runs."""
    with session(settings) as db:
        row = _alarm(db, alert_id)
        row.acknowledged_at, row.acknowledged_by = now, actor
        _audit(db, "alert_acknowledge", alert_id, {"rule_id": row.rule_id}, now, actor)


def snooze(settings: Settings, alert_id: str, until: date, *, now: datetime, actor: str) -> None:
    """Show an alarm again from a day on."""
    with session(settings) as db:
        row = _alarm(db, alert_id)
        row.snoozed_until = until
        details = {"rule_id": row.rule_id, "until": until.isoformat()}
        _audit(db, "alert_snooze", alert_id, details, now, actor)


def _alarm(db: Session, alert_id: str) -> AlertRow:
    row = db.get(AlertRow, alert_id)
    if row is None or row.ended_at is not None:
        raise UsageError(
            "no_such_alert",
            "This alarm is over. Reload the list to see what is running.",
        )
    return row


def _row(draft: RuleDraft, now: datetime) -> AlertRuleRow:
    if draft.threshold is not None and not math.isfinite(draft.threshold):
        raise UsageError("alert_threshold", "A threshold is a number. Give one.")
    if len(draft.note) > MAX_NOTE:
        raise UsageError(
            "task_long",
            f"This text has more than {MAX_NOTE} characters. Shorten it.",
            most=MAX_NOTE,
        )
    begins, ends = draft.quiet or (None, None)
    return AlertRuleRow(
        rule_id=uuid4().hex, metric=draft.metric, unit=draft.unit, kind=draft.kind,
        threshold=draft.threshold,
        filters=storable(json.dumps(list(draft.filters), ensure_ascii=False)),
        quiet_from=begins, quiet_to=ends, owner=storable(draft.owner),
        note=plain_note(draft.note), is_standard=draft.is_standard, created_at=now,
        changed_at=now, deleted_at=None,
    )  # fmt: skip


def _audit(
    db: Session, action: str, subject: str, details: Mapping[str, object], now: datetime, actor: str
) -> None:
    text = storable(json.dumps(details, ensure_ascii=False))
    db.add(AuditRow(happened_at=now, actor=actor, action=action, subject=subject, details=text))
