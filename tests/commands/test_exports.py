"""An export leaves one row in the audit log: what, narrowed how, how many, of which version."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, session
from crm_data.commands.exports import record_export
from crm_data.errors import StorageError
from crm_data.settings import Settings
from tests.conftest import NOW


def test_an_export_is_one_audit_row(settings: Settings) -> None:
    record_export(
        settings,
        what="orders",
        filters="地区=华东",
        rows=12,
        version="v000003",
        actor="me",
        now=NOW,
    )

    with session(settings) as db:
        (row,) = db.scalars(sa.select(AuditRow)).all()
        assert (row.actor, row.action, row.subject) == ("me", "export", "orders")
        assert row.happened_at == NOW
        assert json.loads(row.details) == {"filters": "地区=华东", "rows": 12, "version": "v000003"}
        assert "华东" in row.details


def test_exports_are_appended(settings: Settings) -> None:
    for rows in (1, 2):
        record_export(
            settings, what="orders", filters="", rows=rows, version="v1", actor="me", now=NOW
        )

    with session(settings) as db:
        found = db.scalars(sa.select(AuditRow).order_by(AuditRow.audit_id)).all()
        assert [json.loads(row.details)["rows"] for row in found] == [1, 2]


def test_an_export_that_cannot_be_written_down_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be", encoding="utf-8")
    blocked = Settings.from_environment({"CRM_HOME": str(tmp_path / "home")})

    with pytest.raises(StorageError, match="app database"):
        record_export(blocked, what="orders", filters="", rows=1, version="v1", actor="me", now=NOW)
