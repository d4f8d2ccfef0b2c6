"""Retention lists and their members: whom to contact, whom to leave alone, what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "retention_lists",
        sa.Column("list_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("assigned_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("outcome_on", sa.Date, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("hold_back_share", sa.Float, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("offer_cost", sa.Float, nullable=False),
        sa.Column("save_rate_guess", sa.Float, nullable=False),
        sa.Column("outcome_rule", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("deleted_at", sa.DateTime),
    )
    op.create_table(
        "retention_members",
        sa.Column("list_id", sa.Text, sa.ForeignKey("retention_lists.list_id"), primary_key=True),
        sa.Column("customer_id", sa.Text, primary_key=True),
        sa.Column("arm", sa.Text, nullable=False),
        sa.Column("value_at_stake", sa.Float),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("contacted_at", sa.DateTime),
        sa.Column("outcome", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
    )
    op.create_index("retention_members_by_customer", "retention_members", ["customer_id"])
    op.create_index("retention_members_by_owner", "retention_members", ["owner_id", "status"])
