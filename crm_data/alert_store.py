"""Rules and alarms as they are kept: plain values, and when quiet hours are over."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_data.app_db import AlertRow, AlertRuleRow, AlertStateRow

_DAY = 24 * 60


@dataclass(frozen=True)
class RuleDraft:
    """A rule to be made; see ``AlertRuleRow``."""

    metric: str
    kind: str
    threshold: float | None = None
    unit: str = "month"
    filters: tuple[str, ...] = ()
    quiet: tuple[int, int] | None = None
    owner: str = ""
    note: str = ""
    is_standard: bool = False


@dataclass(frozen=True)
class AlertRule:
    """A living rule."""

    rule_id: str
    metric: str
    kind: str
    threshold: float | None
    unit: str
    filters: tuple[str, ...]
    quiet: tuple[int, int] | None
    owner: str
    note: str
    is_standard: bool


@dataclass(frozen=True)
class RuleState:
    """What the last check said of a rule: ``verdict`` of ``period_on``, and its past."""

    rule_id: str
    version: str
    checked_at: datetime
    period_on: date | None
    verdict: str
    value: float | None
    base: float | None
    low: float | None
    high: float | None
    alarms: int
    periods: int


@dataclass(frozen=True)
class Alert:
    """An alarm; ``since_on`` is the first period of its run, ``period_on`` the last so far."""

    alert_id: str
    rule_id: str
    side: str
    since_on: date
    period_on: date
    value: float
    base: float | None
    low: float | None
    high: float | None
    raised_at: datetime
    shown_from: datetime
    ended_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    snoozed_until: date | None

    def is_due(self, now: datetime, today: date) -> bool:
        """Whether it is to be shown: still running, out of quiet hours, not put aside."""
        return (
            self.ended_at is None
            and self.acknowledged_at is None
            and self.shown_from <= now
            and (self.snoozed_until is None or self.snoozed_until <= today)
        )


def rule_of(row: AlertRuleRow) -> AlertRule:
    """Return a stored rule."""
    has_quiet = row.quiet_from is not None and row.quiet_to is not None
    return AlertRule(
        row.rule_id, row.metric, row.kind, row.threshold, row.unit,
        tuple(json.loads(row.filters)),
        (row.quiet_from or 0, row.quiet_to or 0) if has_quiet else None,
        row.owner, row.note, row.is_standard,
    )  # fmt: skip


def state_of(row: AlertStateRow) -> RuleState:
    """Return a stored state."""
    return RuleState(**{name: getattr(row, name) for name in RuleState.__dataclass_fields__})


def alert_of(row: AlertRow) -> Alert:
    """Return a stored alarm."""
    return Alert(**{name: getattr(row, name) for name in Alert.__dataclass_fields__})


def after_quiet(now: datetime, quiet: tuple[int, int] | None, timezone: str) -> datetime:
    """Return the first instant (naive UTC) from ``now`` on that is outside quiet hours.

    Hours from 22:00 to 7:00 go over midnight; equal ends are no quiet hours.
    """
    if quiet is None or quiet[0] == quiet[1]:
        return now
    zone = ZoneInfo(timezone)
    local = now.replace(tzinfo=UTC).astimezone(zone)
    minute = local.hour * 60 + local.minute
    begins, ends = quiet
    is_over_midnight = begins > ends
    inside = (minute >= begins or minute < ends) if is_over_midnight else begins <= minute < ends
    if not inside:
        return now
    day = local.date() + timedelta(days=1 if is_over_midnight and minute >= begins else 0)
    at = time((ends % _DAY) // 60, ends % 60)
    day += timedelta(days=ends // _DAY)
    return datetime.combine(day, at, zone).astimezone(UTC).replace(tzinfo=None)
