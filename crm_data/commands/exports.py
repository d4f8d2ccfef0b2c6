"""Writing down that data left the house: who took what, when, narrowed how, of which version."""

import json
from datetime import datetime

from crm_data.app_db import AuditRow, session
from crm_data.settings import Settings

ACTION = "export"


def record_export(
    settings: Settings,
    *,
    what: str,
    filters: str,
    rows: int,
    version: str,
    actor: str,
    now: datetime,
) -> None:
    """Write one audit row for an export. Call it before the file is handed over.

    Parameters
    ----------
    settings : Settings
        Says where the app database is.
    what : str
        What was exported, such as ``customers`` or ``rows:net_revenue``.
    filters : str
        How it was narrowed, as the person read it; may be empty.
    rows : int
        How many rows the file holds.
    version : str
        The version they are from.
    actor : str
        Who exports.
    now : datetime
        When.

    Raises
    ------
    StorageError
        The app database cannot be written; then the file must not be handed over either.
    """
    details = {"filters": filters, "rows": int(rows), "version": version}
    with session(settings) as db:
        db.add(
            AuditRow(
                happened_at=now,
                actor=actor,
                action=ACTION,
                subject=what,
                details=json.dumps(details, ensure_ascii=False),
            )
        )
