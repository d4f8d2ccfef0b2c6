"""The ledger of published versions, in the app database."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from crm_data.app_db import AuditRow, VersionRow, session
from crm_data.errors import NoWarehouseError, StorageError
from crm_data.settings import Settings
from crm_data.tables.schema import mart
from crm_data.versions import Warehouse


def record(
    settings: Settings,
    version: str,
    now: datetime,
    seconds: float,
    ids: Mapping[str, Sequence[str]],
    counts: Mapping[str, int],
    actor: str,
) -> None:
    """Enter a published version, and that it was published."""
    with session(settings) as db:
        db.add(
            VersionRow(
                version=version,
                built_at=now,
                seconds=seconds,
                batches=json.dumps(ids),
                row_counts=json.dumps(counts),
                dropped_at=None,
            )
        )
        db.add(
            AuditRow(happened_at=now, actor=actor, action="publish", subject=version, details="")
        )


def record_if_missing(settings: Settings, version: str, actor: str) -> None:
    """Enter a version whose build was killed after it had published and before it was recorded."""
    with session(settings) as db:
        if db.get(VersionRow, version) is not None:
            return
    reader = Warehouse(settings)
    try:
        with reader.connect(version) as connection:
            facts = connection.execute(sa.select(mart("version_info"))).all()
    except (StorageError, NoWarehouseError, DBAPIError):
        return  # a version that cannot be read cannot be described; the build replaces it
    finally:
        reader.close()
    built_at = max(row.built_at for row in facts)
    ids = {row.table_name: json.loads(row.batches) for row in facts}
    record(settings, version, built_at, 0.0, ids, {r.table_name: r.rows for r in facts}, actor)
