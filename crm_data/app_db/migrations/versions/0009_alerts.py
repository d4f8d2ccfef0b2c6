"""Alerts: rules on metrics, what the last check said of each, and alarms raised."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("rule_id", sa.Text, primary_key=True),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("threshold", sa.Float),
        sa.Column("filters", sa.Text, nullable=False),
        sa.Column("quiet_from", sa.Integer),
        sa.Column("quiet_to", sa.Integer),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("is_standard", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("deleted_at", sa.DateTime),
    )
    op.create_table(
        "alert_states",
        sa.Column("rule_id", sa.Text, sa.ForeignKey("alert_rules.rule_id"), primary_key=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("checked_at", sa.DateTime, nullable=False),
        sa.Column("period_on", sa.Date),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("value", sa.Float),
        sa.Column("base", sa.Float),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
        sa.Column("alarms", sa.Integer, nullable=False),
        sa.Column("periods", sa.Integer, nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.Text, primary_key=True),
        sa.Column("rule_id", sa.Text, sa.ForeignKey("alert_rules.rule_id"), nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("since_on", sa.Date, nullable=False),
        sa.Column("period_on", sa.Date, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("base", sa.Float),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
        sa.Column("raised_at", sa.DateTime, nullable=False),
        sa.Column("shown_from", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("acknowledged_at", sa.DateTime),
        sa.Column("acknowledged_by", sa.Text),
        sa.Column("snoozed_until", sa.Date),
    )
    op.create_index("alerts_by_rule", "alerts", ["rule_id", "ended_at"])
