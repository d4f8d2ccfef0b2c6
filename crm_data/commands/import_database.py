"""Importing from a database: what is new since the last time, then as any file."""

import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crm_data.commands.imports import import_files
from crm_data.importers import StagedFile
from crm_data.importers.database_source import DatabaseSource, Extract, extract
from crm_data.settings import Settings
from crm_data.watermarks import Watermark, last_watermark


def import_database(
    settings: Settings, source: DatabaseSource, *, from_start: bool = False, **options: Any
) -> dict[str, Any]:
    """Read a table or query, and import it like a file.

    With a watermark only what is new since the last import of the same source is read; an import
    that is undone is as if it had not been.

    Parameters
    ----------
    from_start : bool
        Read all, whatever was read before.
    **options
        Those of ``import_files``.

    Returns
    -------
    dict
        As ``import_files``, with ``watermark`` (None without one); without new rows no ``files``.

    Raises
    ------
    UsageError, BadInputError
        As ``extract`` and ``import_files``. Nothing was stored.
    """
    name, column = source.name, source.watermark
    since = None
    # What replaces all that came before has to be all there is.
    if column is not None and not from_start and not options.get("replace"):
        since = last_watermark(settings, name, column)
    folder = settings.staging_dir / f"database-{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    try:
        path = folder / f"{(source.table or 'query').rpartition('.')[2]}.csv"
        made = extract(source, path, settings.import_limits, since=since)
        if column is not None and since is not None and made.rows == 0:
            return {"files": [], "refused": [], "watermark": since}
        document = import_files(settings, [path], relabel=_named(source, made), **options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return document | {"watermark": made.watermark}


def _named(source: DatabaseSource, made: Extract) -> Callable[[StagedFile], StagedFile]:
    """Return what gives a staged file the name of its source, and its batches the watermark."""
    mark = None
    if source.watermark is not None and made.watermark is not None:
        mark = Watermark(source.watermark, made.watermark)

    def named(staged: StagedFile) -> StagedFile:
        staged.report["path"] = source.name
        batches = tuple(replace(b, source=source.name, watermark=mark) for b in staged.batches)
        return replace(staged, batches=batches)

    return named
