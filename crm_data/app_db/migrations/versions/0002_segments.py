"""Rules of the company, saved segments and their sizes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "rules",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "segments",
        sa.Column("segment_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("deleted_at", sa.DateTime),
    )
    op.create_table(
        "segment_sizes",
        sa.Column("segment_id", sa.Text, sa.ForeignKey("segments.segment_id"), primary_key=True),
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date),
        sa.Column("customers", sa.Integer, nullable=False),
        sa.Column("net_amount", sa.Float),
        sa.Column("entered", sa.Integer),
        sa.Column("left", sa.Integer),
    )
