"""Exports of segments with a hold-out: how it was drawn, and the arm of each customer."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "segment_exports",
        sa.Column("export_id", sa.Text, primary_key=True),
        sa.Column("segment_id", sa.Text, sa.ForeignKey("segments.segment_id")),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("holdout_share", sa.Float, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("exported_by", sa.Text, nullable=False),
        sa.Column("exported_at", sa.DateTime, nullable=False),
    )
    op.create_index("segment_exports_by_segment", "segment_exports", ["segment_id"])
    op.create_table(
        "segment_export_members",
        sa.Column("export_id", sa.Text, sa.ForeignKey("segment_exports.export_id"),
                  primary_key=True),
        sa.Column("customer_id", sa.Text, primary_key=True),
        sa.Column("arm", sa.Text, nullable=False),
    )  # fmt: skip
