"""All tables of one source file, written as staged Parquet with what was refused.

A large file is written on a guess first: that every value of the columns to be read is there and
written plainly, as in a sample from all over it. The guess is proven by the result (every line of
the file is a row, nothing is missing); where it is not, the whole file decides, and what the guess
read otherwise is written again.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_data.errors import BadInputError
from crm_data.importers.cells import CellReader
from crm_data.importers.changes import OF_FIELDS, count_changes
from crm_data.importers.currency_signs import Signs, currency_findings, signs_of
from crm_data.importers.engine import Engine, IrregularFileError
from crm_data.importers.mapping import Cell, Mapping, TableMapping
from crm_data.importers.phones import write_phones
from crm_data.importers.profile import Profile, profile
from crm_data.importers.projection import ATTRIBUTES, Projection, project
from crm_data.importers.reduction import reduce_records
from crm_data.importers.refusals import Refusals, find_refusals
from crm_data.importers.sample import spread_sample
from crm_data.importers.source import has_blank_lines
from crm_data.importers.tables_out import Written, write_table

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class StagedTable:
    """A staged table, what became of its rows, and the currency signs that were read over."""

    mapping: TableMapping
    projection: Projection
    written: Written
    refusals: Refusals
    signs: dict[str, Signs]
    currency: str
    changes: dict[str, int]

    def report(self, unmapped: list[str]) -> dict[str, Any]:
        """Return its part of the report of the file."""
        cells = dict(self.mapping.columns)
        findings = Counter(self.refusals.findings)
        findings["conflicting_values"] += self.written.conflicts
        findings.update({rule: n for rule, n in self.changes.items() if rule in OF_FIELDS})
        findings += currency_findings(self.mapping, self.signs, self.currency)
        return {
            "columns": {
                name: {"source": _source_of(cells.get(name)), "confidence": 1.0}
                for name in self.projection.columns
                if name != ATTRIBUTES
            },
            "unmapped": unmapped,
            "rows": self.written.rows,
            "rejected": self.refusals.rows,
            "findings": {rule: count for rule, count in sorted(findings.items()) if count},
            "changes": {
                rule: n for rule, n in sorted(self.changes.items()) if n and rule not in OF_FIELDS
            },
            "currency_signs": signs_of(self.mapping, self.signs),
        }


def _source_of(cell: Cell | None) -> str | None:
    """Return the header that a column comes from; of several put together, all of them."""
    if cell is None:
        return None
    return " + ".join(cell.join) if cell.join else cell.source


def stage_tables(
    reader: CellReader, mapping: Mapping, folder: Path, say: Progress, currency: str
) -> tuple[Profile, list[StagedTable]]:
    """Write every table of the mapping to ``folder``; return how the file was read, and the tables.

    Parameters
    ----------
    currency : str
        The company's, which amounts without a sign are in.

    Raises
    ------
    BadInputError
        The file cannot be read in this way.
    IrregularFileError
        Records have to be split one by one first.
    """
    engine = reader.engine
    _read_phones(reader, mapping)
    known = guess = _guess(reader, mapping, folder)
    written: dict[str, Written] = {}
    if guess is not None:
        written = _write(reader, mapping, guess, folder, say)
    if known is None or not _is_proven(engine, guess, written):
        known = profile(reader, mapping)
        if _may_misnumber(engine, known):
            raise IrregularFileError
        say("read", 0.3)
        if guess is None or guess.readings != known.readings:
            written = _write(reader, mapping, known, folder, say)
    tables = []
    for position, (table, projection) in enumerate(_projections(reader, mapping)):
        target = folder / f"{table.table}.rejects.parquet"
        made = written[table.table]
        refusals = find_refusals(
            reader,
            table,
            projection,
            known,
            target,
            with_ragged=position == 0,
            is_whole=made.is_whole,
        )
        changes = count_changes(reader, table, known)
        tables.append(
            StagedTable(table, projection, made, refusals, known.signs, currency, changes)
        )
    return known, tables


def _read_phones(reader: CellReader, mapping: Mapping) -> None:
    """Look at each different telephone number once, where a column has some."""
    headers = dict.fromkeys(
        cell.source
        for table in mapping.tables
        for name, cell in table.columns
        if name == "phone" and cell.source is not None and cell.is_read
    )
    if headers:
        write_phones(reader.engine, [reader.text(h) for h in headers], reader.phone_region)


def _guess(reader: CellReader, mapping: Mapping, folder: Path) -> Profile | None:
    """Return what a sample of a large file is like, if it is plain throughout."""
    sample = spread_sample(reader.engine.source, folder / "sample.csv")
    if sample is None:
        return None
    try:
        guess = profile(reader, mapping, sample)
    except (BadInputError, IrregularFileError):
        return None
    is_plain = not guess.may_refuse and not guess.readings
    return guess if is_plain and set(guess.present.values()) <= {guess.rows} else None


def _is_proven(engine: Engine, guess: Profile | None, written: dict[str, Written]) -> bool:
    """Whether each line of the file became a row, and no value that was read is missing."""
    lines = engine.source.lines - engine.source.has_header
    return guess is not None and (
        all(made.is_whole for made in written.values())
        and any(written[t].records == lines for t, is_each in guess.is_row_like.items() if is_each)
    )


def _may_misnumber(engine: Engine, known: Profile) -> bool:
    """Whether blank lines would shift the row numbers that we report."""
    source = engine.source
    if source.is_rewritten or len(source.headers) == 1:
        return False
    return source.lines > known.rows + source.has_header and has_blank_lines(source)


def _projections(reader: CellReader, mapping: Mapping) -> list[tuple[TableMapping, Projection]]:
    unmapped = unmapped_headers(reader.engine, mapping) if mapping.keep_unmapped else ()
    return [
        (table, project(reader, table, () if position else unmapped))
        for position, table in enumerate(mapping.tables)
    ]


def unmapped_headers(engine: Engine, mapping: Mapping) -> tuple[str, ...]:
    """Return the source columns that the mapping does not read."""
    return tuple(h for h in engine.source.headers if h not in mapping.headers)


def _write(
    reader: CellReader, mapping: Mapping, known: Profile, folder: Path, say: Progress
) -> dict[str, Written]:
    projections = [projection for _, projection in _projections(reader, mapping)]
    records = reduce_records(reader.engine, projections, known)
    say("read", 0.5)
    written = {}
    for done, projection in enumerate(projections, 1):
        name = projection.spec.name
        target = folder / f"{name}.parquet"
        written[name] = write_table(reader.engine, projection, target, records[name])
        say("read", 0.5 + 0.45 * done / len(projections))
    return written
