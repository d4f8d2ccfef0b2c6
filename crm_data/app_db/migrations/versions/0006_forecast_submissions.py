"""Forecast submissions: who said when what would be won. Rows stay as they were written."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_WHY = "forecast submissions are kept as they are"


def upgrade() -> None:
    op.create_table(
        "forecast_submissions",
        sa.Column("submission_id", sa.Text, primary_key=True),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("period_start", sa.Date, nullable=False),
        sa.Column("period_end", sa.Date, nullable=False),
        sa.Column("commit_amount", sa.Numeric(18, 4), nullable=False),
        sa.Column("best_amount", sa.Numeric(18, 4)),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("submitted_by", sa.Text, nullable=False),
        sa.Column("submitted_at", sa.DateTime, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
    )
    op.create_index(
        "forecast_submissions_by_period", "forecast_submissions", ["period_end", "level", "subject"]
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION forecast_submissions_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_WHY}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER forecast_submissions_kept BEFORE UPDATE OR DELETE ON "
            "forecast_submissions FOR EACH ROW EXECUTE FUNCTION forecast_submissions_kept()"
        )
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER forecast_submissions_no_{what.lower()} BEFORE {what} ON "
            f"forecast_submissions BEGIN SELECT RAISE(ABORT, '{_WHY}'); END"
        )
