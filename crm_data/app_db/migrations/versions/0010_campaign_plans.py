"""Plans of campaigns, which stay as they are once locked, and frozen post-mortems."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_WHY = {
    "campaign_plans": "a locked plan is kept as it is",
    "campaign_reviews": "frozen post-mortems are kept as they are",
}


def upgrade() -> None:
    op.create_table(
        "campaign_plans",
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("campaign_id", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.Column("locked_by", sa.Text, nullable=False),
        sa.Column("locked_at", sa.DateTime),
    )
    op.create_index("campaign_plans_by_campaign", "campaign_plans", ["campaign_id"], unique=True)
    op.create_table(
        "campaign_reviews",
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("data_hash", sa.Text, nullable=False),
        sa.Column("lessons", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("frozen_by", sa.Text, nullable=False),
        sa.Column("frozen_at", sa.DateTime, nullable=False),
    )
    _keep("campaign_plans", "OLD.locked_at IS NOT NULL")
    _keep("campaign_reviews", "")


def _keep(table: str, when: str) -> None:
    """Refuse updates and deletions, of the rows that a condition names."""
    only = f" WHEN ({when})" if when else ""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_WHY[table]}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW{only} "
            f"EXECUTE FUNCTION {table}_kept()"
        )
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}{only} "
            f"BEGIN SELECT RAISE(ABORT, '{_WHY[table]}'); END"
        )
