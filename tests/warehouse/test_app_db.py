"""Migrations make exactly the tables that the models declare."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from crm_data.app_db import Base, session
from crm_data.settings import Settings


def test_migrations_and_models_agree(settings: Settings) -> None:
    with session(settings) as db:
        context = MigrationContext.configure(db.connection(), opts={"compare_type": False})

        assert compare_metadata(context, Base.metadata) == []


def test_sqlite_is_opened_with_foreign_keys_and_write_ahead_log(settings: Settings) -> None:
    with session(settings) as db:
        assert db.scalar(sa.text("PRAGMA foreign_keys")) == 1
        assert db.scalar(sa.text("PRAGMA journal_mode")) == "wal"
