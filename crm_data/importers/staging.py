"""A source file becomes staged batches: one Parquet file per canonical table."""

import difflib
import hashlib
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_data.batches import NewBatch
from crm_data.errors import BadInputError, StorageError
from crm_data.importers.automatic import match_headers
from crm_data.importers.cells import CellReader
from crm_data.importers.engine import IrregularFileError, open_engine
from crm_data.importers.inputs import unreadable
from crm_data.importers.mapping import Mapping, TableMapping
from crm_data.importers.profile import Profile, profile
from crm_data.importers.projection import ATTRIBUTES, Projection, project
from crm_data.importers.reduction import reduce_sources
from crm_data.importers.refusals import Refusals, find_refusals
from crm_data.importers.separators import separator_name
from crm_data.importers.source import SourceFile, has_blank_lines, prepare, regular
from crm_data.importers.tables_out import Written, write_table
from crm_data.settings import Settings

Progress = Callable[[str, float], None]


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
    """

    path: Path
    folder: Path
    report: dict[str, Any]
    batches: tuple[NewBatch, ...]

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
        A text file, packed or not, or a member of a zip as ``expand_paths`` writes it.
    mapping : Mapping or None
        None: the headers must name canonical columns.
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
    with _staging(path, folder), ThreadPoolExecutor(1) as pool:
        before = _state(path)
        say("read", 0.0)
        source = prepare(path, mapping, folder, pool)
        chosen = _choose(source, mapping, as_table)
        _check_headers(source, chosen)
        staged = _stage_regular(settings, source, chosen, folder, say)
        digest = source.digest.result()
        if _state(path) != before:
            raise BadInputError(
                "file_changed",
                f"{path} changed while it was read. Wait until it is complete and import it again.",
                path=str(path),
            )
        say("read", 1.0)
    return _finished(staged, chosen, digest, path, folder, replaces=replaces)


@dataclass(frozen=True)
class _Table:
    """A staged table and what became of its rows."""

    mapping: TableMapping
    projection: Projection
    staged: Path
    written: Written
    refusals: Refusals

    def report(self, unmapped: list[str]) -> dict[str, Any]:
        """Return its part of the report of the file."""
        cells = dict(self.mapping.columns)
        findings = Counter(self.refusals.findings)
        findings["conflicting_values"] += self.written.conflicts
        return {
            "columns": {
                name: {"source": cells[name].source if name in cells else None, "confidence": 1.0}
                for name in self.projection.columns
                if name != ATTRIBUTES
            },
            "unmapped": unmapped,
            "rows": self.written.rows,
            "rejected": self.refusals.rows,
            "findings": {rule: count for rule, count in sorted(findings.items()) if count},
        }


def _stage_regular(
    settings: Settings, source: SourceFile, mapping: Mapping, folder: Path, say: Progress
) -> tuple[dict[str, Any], list[_Table]]:
    """Stage the tables; when the fast reader refuses the file, regularise it and try again."""
    try:
        return _stage_tables(settings, source, mapping, folder, say)
    except IrregularFileError:
        return _stage_tables(settings, regular(source, folder), mapping, folder, say)


def _stage_tables(
    settings: Settings, source: SourceFile, mapping: Mapping, folder: Path, say: Progress
) -> tuple[dict[str, Any], list[_Table]]:
    with open_engine(settings, source, folder) as engine:
        reader = CellReader(engine, settings.timezone)
        known = profile(engine, reader, mapping)
        if _may_misnumber(source, known):
            raise IrregularFileError
        say("read", 0.3)
        unmapped = tuple(h for h in source.headers if h not in mapping.headers)
        projections = [
            project(reader, table, unmapped if mapping.keep_unmapped and position == 0 else ())
            for position, table in enumerate(mapping.tables)
        ]
        sources = reduce_sources(engine, projections, known)
        say("read", 0.5)
        tables = []
        for position, (table, projection) in enumerate(
            zip(mapping.tables, projections, strict=True)
        ):
            target = folder / f"{table.table}.rejects.parquet"
            refusals = find_refusals(
                engine, reader, table, projection, known, target, with_ragged=position == 0
            )
            staged = folder / f"{table.table}.parquet"
            written = write_table(engine, projection, staged, sources[table.table])
            made = _Table(table, projection, staged, written, refusals)
            tables.append(made)
            say("read", 0.5 + 0.5 * (position + 1) / len(mapping.tables))
    day_first = known.day_first if known.day_first is not None else mapping.day_first
    report = {
        "path": str(source.path),
        "preset": None,
        "encoding": source.encoding,
        "delimiter": separator_name(source.separator),
        "day_first": day_first,
        "tables": {
            made.mapping.table: made.report(list(unmapped) if position == 0 else [])
            for position, made in enumerate(tables)
        },
    }
    return report, tables


def _may_misnumber(source: SourceFile, known: Profile) -> bool:
    """Whether blank lines would shift the row numbers that we report."""
    records = known.rows + source.has_header
    if source.is_rewritten or len(source.headers) == 1 or source.line_ends <= records:
        return False
    return has_blank_lines(source)


def _finished(
    staged: tuple[dict[str, Any], list[_Table]],
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
            staged=made.staged,
            rows=made.written.rows,
            content_hash=content_hash(digest, made.mapping.table, mapping),
            source=path.name,
            rejects=made.refusals.path,
            rejected=made.refusals.rows,
            mapping=read_as,
            replaces=replaces,
        )
        for made in tables
    )
    return StagedFile(path, folder, report, batches)


def _choose(source: SourceFile, mapping: Mapping | None, as_table: str | None) -> Mapping:
    if mapping is None:
        return match_headers(source.headers, source.path, as_table)
    if as_table is None:
        return mapping
    chosen = tuple(t for t in mapping.tables if t.table == as_table)
    if not chosen:
        raise BadInputError(
            "table_not_in_mapping",
            f"The mapping has no table '{as_table}'; it has "
            f"{', '.join(t.table for t in mapping.tables)}.",
            table=as_table,
        )
    return Mapping(chosen, mapping.encoding, mapping.delimiter, mapping.header, mapping.day_first,
                   mapping.keep_unmapped)  # fmt: skip


def _check_headers(source: SourceFile, mapping: Mapping) -> None:
    missing = [header for header in mapping.headers if header not in source.headers]
    if not missing:
        return
    folded = {header.casefold(): header for header in source.headers}
    near = difflib.get_close_matches(missing[0].casefold(), folded, n=1, cutoff=0.5)
    hint = f"did you mean '{folded[near[0]]}'?" if near else f"it has {', '.join(source.headers)}."
    raise BadInputError(
        "column_not_in_file",
        f"{source.path} has no column '{missing[0]}' that the mapping reads; {hint}",
        path=str(source.path),
        column=missing[0],
        headers=", ".join(source.headers),
    )


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


@contextmanager
def _staging(path: Path, folder: Path) -> Iterator[None]:
    """Make the staging folder; remove it on any failure, and say what the system refused."""
    try:
        folder.mkdir(parents=True)
        yield
        for leftover in ("source.csv", "unpacked", "utf8.csv", "regular.csv"):
            (folder / leftover).unlink(missing_ok=True)
        shutil.rmtree(folder / "spill", ignore_errors=True)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, FileNotFoundError) and str(error.filename) == str(path):
            raise unreadable(path, error) from error
        raise StorageError(
            "staging_failed",
            f"The import cannot write its working files in {folder.parent}: "
            f"{error.strerror or error}. Free space or correct the permissions, and import again.",
            reason=str(error.strerror or error),
        ) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
