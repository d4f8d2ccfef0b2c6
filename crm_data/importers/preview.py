"""The first rows of a file and how it would be read, before anything is read whole."""

import shutil
import uuid
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from crm_data.errors import BadInputError
from crm_data.importers.doubts import doubts
from crm_data.importers.mapping import Mapping
from crm_data.importers.preset_files import preset_named
from crm_data.importers.proposal import Columns, Proposal, propose_fields
from crm_data.importers.recognition import first_rows, recognise
from crm_data.importers.source import SourceFile, prepare
from crm_data.importers.staging_folder import staging_folder
from crm_data.settings import Settings

_ROWS = 5


@dataclass(frozen=True)
class Preview:
    """A file at a glance.

    Attributes
    ----------
    headers : tuple of str
        Its columns, as mappings name them.
    rows : tuple of tuple of str
        Its first rows as they are written; a row may be shorter than the header.
    mapping : Mapping or None
        How it would be read; None where nothing is recognised. Of a table that was asked for it
        may lack the key; ``why_not`` then says so.
    confidence : dict
        How sure that is by table and field, 0 to 1; absent is certain.
    preset : str or None
        The preset that was recognised or asked for.
    doubtful : dict
        By table, the fields that are to be confirmed before anything is stored.
    why_not : BadInputError or None
        Why it cannot be read so.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    mapping: Mapping | None
    confidence: Dict[tuple[str, str], float] = field(default_factory=dict)
    preset: str | None = None
    doubtful: Dict[str, tuple[str, ...]] = field(default_factory=dict)
    why_not: BadInputError | None = None


def preview_file(
    settings: Settings, path: Path, *, as_table: str | None = None, preset: str | None = None
) -> Preview:
    """Look at a file; nothing stays staged.

    Parameters
    ----------
    as_table : str, optional
        The only table to consider.
    preset : str, optional
        A preset to read it by, instead of looking for one.

    Raises
    ------
    BadInputError
        The file cannot be read as a table at all, or there is no such preset.
    """
    folder = settings.staging_dir / f"import-{uuid.uuid4().hex}"
    try:
        with staging_folder(path, folder), ThreadPoolExecutor(1) as pool:
            source = prepare(path, None, folder, pool, settings.import_limits)
            proposed, why_not = _proposed(settings, source, as_table, preset)
            rows = tuple(tuple(row) for row in first_rows(source, _ROWS + source.has_header))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if proposed is None:
        return Preview(source.headers, rows, None, why_not=why_not)
    return Preview(
        source.headers,
        rows,
        proposed.mapping,
        proposed.confidence,
        proposed.preset,
        {} if why_not is not None else doubts(proposed),
        why_not,
    )


def _proposed(
    settings: Settings, source: SourceFile, as_table: str | None, preset: str | None
) -> tuple[Proposal | None, BadInputError | None]:
    if preset is not None:
        found = preset_named(preset, settings.presets_dir)
        return Proposal(found.for_headers(source.headers), preset=preset), None
    try:
        return recognise(source, as_table, settings.presets_dir), None
    except BadInputError as error:
        if as_table is None:
            return None, error
        columns = Columns.of(source.headers, first_rows(source))
        return propose_fields(columns, as_table), error


def without_blank_cells(rows: Sequence[Sequence[str]], place: int, most: int = 3) -> list[str]:
    """Return the first values of a column that are not blank."""
    found = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
    return found[:most]
