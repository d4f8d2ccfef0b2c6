"""Tasks: what somebody is to do by when, about whom, and which figure raised it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("task_id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Text),
        sa.Column("opportunity_id", sa.Text),
        sa.Column("lead_id", sa.Text),
        sa.Column("ticket_id", sa.Text),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("owner_id", sa.Text),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("origin_query", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("snoozed_until", sa.Date),
        sa.Column("done_at", sa.DateTime),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("deleted_at", sa.DateTime),
    )
    op.create_index("tasks_by_owner", "tasks", ["owner_id", "status"])
    op.create_index("tasks_by_customer", "tasks", ["customer_id"])
    is_living = sa.text("status <> 'done' AND deleted_at IS NULL")
    op.create_index(
        "tasks_open_once",
        "tasks",
        ["code", "subject"],
        unique=True,
        sqlite_where=is_living,
        postgresql_where=is_living,
    )
