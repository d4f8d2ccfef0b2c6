"""How far each batch from a database goes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "batch_watermarks",
        sa.Column("batch_id", sa.Text, sa.ForeignKey("batches.batch_id"), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("column_name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_index("batch_watermarks_by_source", "batch_watermarks", ["source", "column_name"])
