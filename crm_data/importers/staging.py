"""A source file becomes staged batches: one Parquet file per canonical table."""

import difflib
import hashlib
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crm_data.batches import NewBatch
from crm_data.errors import BadInputError
from crm_data.importers.cells import CellReader
from crm_data.importers.converted import located, source_name
from crm_data.importers.doubts import doubts
from crm_data.importers.engine import IrregularFileError, open_engine
from crm_data.importers.mapping import Mapping
from crm_data.importers.preset_files import mapping_text
from crm_data.importers.proposal import Proposal
from crm_data.importers.recognition import recognise
from crm_data.importers.separators import separator_name
from crm_data.importers.source import SourceFile, prepare, regular
from crm_data.importers.staging_folder import file_state, staging_folder
from crm_data.importers.table_staging import (
    Progress,
    StagedTable,
    stage_tables,
    unmapped_headers,
)
from crm_data.importers.told_headers import told_headers
from crm_data.settings import Settings


def content_hash(digest: str, table: str, mapping: Mapping) -> str:
    """Return the hash of content read in one way into one table."""
    return hashlib.sha256(f"{digest}\n{table}\n{mapping.canonical_json()}".encode()).hexdigest()


@dataclass(frozen=True)
class StagedFile:
    """A file that has been read, and not been stored yet.

    Attributes
    ----------
    path : Path
        The source file.
    folder : Path
        Staging folder of its batches; ``discard`` removes it.
    report : dict
        One element of ``files`` of ``import --json``, without added, changed, unchanged and batch.
    batches : tuple of NewBatch
        One per table.
    mapping : Mapping
        How it was read.
    """

    path: Path
    folder: Path
    report: dict[str, Any]
    batches: tuple[NewBatch, ...]
    mapping: Mapping

    def discard(self) -> None:
        """Remove what was staged."""
        shutil.rmtree(self.folder, ignore_errors=True)


def stage_file(
    settings: Settings,
    path: Path,
    mapping: Mapping | None,
    *,
    as_table: str | None = None,
    replaces: bool = False,
    progress: Progress | None = None,
) -> StagedFile:
    """Read, map, clean and check a file, and stage a batch per table.

    Parameters
    ----------
    path : Path
        A file, packed or not, a member of a zip or a sheet, as ``source_files`` writes it.
    mapping : Mapping or None
        None: it is recognised from the headers and values of the file.
    as_table : str or None
        Without a mapping, the only table to consider; with one, the only table to stage.
    replaces : bool
        Whether the file is the whole truth of its tables from now on.
    progress : callable, optional
        Is told a step and the share done.

    Raises
    ------
    BadInputError
        The file or the mapping cannot be used; nothing stays staged.
    StorageError
        The staging folder cannot be written; nothing stays staged.
    """
    folder = settings.staging_dir / f"import-{uuid.uuid4().hex}"
    say = progress or (lambda _step, _share: None)
    with staging_folder(path, folder), ThreadPoolExecutor(1) as pool:
        before = file_state(located(path)[0])
        say("read", 0.0)
        source = prepare(path, mapping, folder, pool, settings.import_limits)
        proposed = _choose(source, mapping, as_table, settings.presets_dir)
        chosen = proposed.mapping
        _check_headers(source, chosen)
        staged = _stage_regular(settings, source, chosen, folder, say)
        _tell_confidence(staged[0], proposed)
        digest = source.digest.result()
        if file_state(located(path)[0]) != before:
            raise BadInputError(
                "file_changed",
                f"{path} changed while it was read. Wait until it is complete and import it again.",
                path=str(path),
            )
        say("read", 1.0)
    return _finished(staged, chosen, digest, path, folder, replaces=replaces)


def _stage_regular(
    settings: Settings, source: SourceFile, mapping: Mapping, folder: Path, say: Progress
) -> tuple[dict[str, Any], list[StagedTable]]:
    """Stage the tables; when the fast reader refuses the file, regularise it and try again."""
    try:
        return _stage(settings, source, mapping, folder, say)
    except IrregularFileError:
        return _stage(settings, regular(source, folder), mapping, folder, say)


def _stage(
    settings: Settings, source: SourceFile, mapping: Mapping, folder: Path, say: Progress
) -> tuple[dict[str, Any], list[StagedTable]]:
    with open_engine(settings, source, folder) as engine:
        reader = CellReader(engine, settings.timezone, settings.phone_region)
        known, tables = stage_tables(reader, mapping, folder, say, settings.currency)
        unmapped = list(unmapped_headers(engine, mapping))
    report = {
        "path": str(source.path),
        "preset": None,
        "kind": source.kind,
        "encoding": source.encoding if source.kind == "text" else None,
        "delimiter": separator_name(source.separator) if source.kind == "text" else None,
        "day_first": known.day_first if known.day_first is not None else mapping.day_first,
        "tables": {
            made.mapping.table: made.report(unmapped if position == 0 else [])
            for position, made in enumerate(tables)
        },
    }
    return report, tables


def _finished(
    staged: tuple[dict[str, Any], list[StagedTable]],
    mapping: Mapping,
    digest: str,
    path: Path,
    folder: Path,
    *,
    replaces: bool,
) -> StagedFile:
    report, tables = staged
    read_as = mapping.canonical_json()
    batches = tuple(
        NewBatch(
            table=made.mapping.table,
            staged=made.written.path,
            rows=made.written.rows,
            content_hash=content_hash(digest, made.mapping.table, mapping),
            source=source_name(path),
            rejects=made.refusals.path,
            rejected=made.refusals.rows,
            source_rows=made.refusals.source,
            mapping=read_as,
            replaces=replaces,
            named={n: c.named for n, c in made.mapping.columns if c.named is not None},
            preset=report["preset"],
        )
        for made in tables
    )
    report["mapping"] = mapping_text(mapping)
    return StagedFile(path, folder, report, batches, mapping)


def _tell_confidence(report: dict[str, Any], proposed: Proposal) -> None:
    report["preset"] = proposed.preset
    asked = doubts(proposed)
    for table, facts in report["tables"].items():
        for name, column in facts["columns"].items():
            column["confidence"] = proposed.of(table, name)
        facts["doubtful"] = list(asked.get(table, ()))


def _choose(
    source: SourceFile, mapping: Mapping | None, as_table: str | None, saved_in: Path
) -> Proposal:
    if mapping is None:
        return recognise(source, as_table, saved_in)
    if as_table is None:
        return Proposal(mapping)
    chosen = tuple(t for t in mapping.tables if t.table == as_table)
    if not chosen:
        raise BadInputError(
            "table_not_in_mapping",
            f"The mapping has no table '{as_table}'; it has "
            f"{', '.join(t.table for t in mapping.tables)}.",
            table=as_table,
        )
    return Proposal(replace(mapping, tables=chosen))


def _check_headers(source: SourceFile, mapping: Mapping) -> None:
    missing = [header for header in mapping.headers if header not in source.headers]
    if not missing:
        return
    folded = {header.casefold(): header for header in source.headers}
    near = difflib.get_close_matches(missing[0].casefold(), folded, n=1, cutoff=0.5)
    hint = (
        f"did you mean '{folded[near[0]]}'?" if near else f"it has {told_headers(source.headers)}."
    )
    raise BadInputError(
        "column_not_in_file",
        f"{source.path} has no column '{missing[0]}' that the mapping reads; {hint}",
        path=str(source.path),
        column=missing[0],
        headers=told_headers(source.headers),
    )
