"""Tables about alerts: rules on metrics, what the last check said of each, and alarms raised."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_data.app_db.models import Base


class AlertRuleRow(Base):
    """A rule: a metric by calendar unit, what it must not do, and when it stays quiet.

    ``filters`` is JSON, a list of ``field=value``. Quiet hours are minutes after midnight of the
    company's day; both missing: none. ``is_standard``: made by the app.
    """

    __tablename__ = "alert_rules"

    rule_id: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str]
    unit: Mapped[str]
    kind: Mapped[str]
    threshold: Mapped[float | None]
    filters: Mapped[str]
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    owner: Mapped[str]
    note: Mapped[str]
    is_standard: Mapped[bool]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class AlertStateRow(Base):
    """What the last check said of a rule, and what the rule would have done in the past."""

    __tablename__ = "alert_states"

    rule_id: Mapped[str] = mapped_column(ForeignKey("alert_rules.rule_id"), primary_key=True)
    version: Mapped[str]
    checked_at: Mapped[datetime]
    period_on: Mapped[date | None]
    verdict: Mapped[str]
    value: Mapped[float | None]
    base: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    alarms: Mapped[int]
    periods: Mapped[int]


class AlertRow(Base):
    """An alarm: a run of periods on one side. It ends with the first check that is quiet again."""

    __tablename__ = "alerts"

    alert_id: Mapped[str] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(ForeignKey("alert_rules.rule_id"))
    side: Mapped[str]
    since_on: Mapped[date]
    period_on: Mapped[date]
    value: Mapped[float]
    base: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    raised_at: Mapped[datetime]
    shown_from: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    snoozed_until: Mapped[date | None]

    __table_args__ = (Index("alerts_by_rule", "rule_id", "ended_at"),)
