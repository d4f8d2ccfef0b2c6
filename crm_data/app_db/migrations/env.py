"""Alembic environment: the connection is handed in by ``crm_data.app_db.session``."""

from alembic import context

from crm_data.app_db.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()
