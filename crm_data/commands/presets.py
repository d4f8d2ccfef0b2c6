"""Saving how a file is read, as a preset of the company: audited."""

from datetime import datetime
from pathlib import Path

from crm_data.app_db import AuditRow, session
from crm_data.importers.mapping import Mapping
from crm_data.importers.preset_files import save_preset
from crm_data.settings import Settings


def save_mapping(
    settings: Settings,
    name: str,
    mapping: Mapping,
    headers: tuple[str, ...],
    *,
    now: datetime,
    actor: str,
) -> Path:
    """Store a mapping under a name; files with these headers are read so from then on.

    Raises
    ------
    UsageError
        The name cannot name a preset.
    StorageError
        The folder of presets cannot be written.
    """
    with session(settings) as db:
        path = save_preset(settings.presets_dir, name, mapping, headers)
        db.add(
            AuditRow(
                happened_at=now,
                actor=actor,
                action="preset",
                subject=name,
                details=", ".join(headers)[:1000],
            )
        )
    return path
