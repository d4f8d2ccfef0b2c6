"""What an import reads: files, or a table or query of a database."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from crm_data.commands.import_database import import_database
from crm_data.commands.imports import import_files
from crm_data.errors import UsageError
from crm_data.importers.database_source import DatabaseSource, is_address
from crm_data.settings import Settings


def reader(
    config: Settings, paths: Sequence[str], table: str | None, query: str | None,
    watermark: str | None, sheets: Sequence[str], *, from_start: bool,
) -> Callable[..., dict[str, Any]]:  # fmt: skip
    """Return what imports the files, or the database that is named instead."""
    if not any(is_address(path) for path in paths):
        if table or query or watermark or from_start:
            raise UsageError(
                "no_database",
                "--table, --query, --watermark and --from-start go with the address of a database, "
                "such as postgresql://user@host/name.",
            )
        return partial(import_files, config, [Path(path) for path in paths], sheets=sheets)
    if len(paths) > 1:
        raise UsageError("one_database", "Name one database alone, without other files.")
    source = DatabaseSource(paths[0], table, query, watermark)
    return partial(import_database, config, source, from_start=from_start)
