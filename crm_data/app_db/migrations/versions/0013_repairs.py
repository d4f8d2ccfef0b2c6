"""Repairs of values; batches keep which of their columns are looked up at build."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "repairs",
        sa.Column("repair_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("row_count", sa.BigInteger, nullable=False),
        sa.Column("similarity", sa.Float, nullable=False),
        sa.Column("accepted_by", sa.Text, nullable=False),
        sa.Column("accepted_at", sa.DateTime, nullable=False),
        sa.Column("undone_by", sa.Text),
        sa.Column("undone_at", sa.DateTime),
    )
    op.create_index("repairs_by_value", "repairs", ["table_name", "field", "value"])
    # What names stood for in earlier batches was written into them when they were imported.
    op.add_column("batches", sa.Column("named", sa.Text, nullable=False, server_default="{}"))
