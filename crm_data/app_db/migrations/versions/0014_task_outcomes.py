"""Tasks: which answer to a survey they are about, and what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("tasks", sa.Column("response_id", sa.Text))
    op.add_column("tasks", sa.Column("outcome", sa.Text))
    op.create_index("tasks_by_response", "tasks", ["response_id"])
