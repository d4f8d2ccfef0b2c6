"""What of a source file is refused, and why: one row per refused cell or row.

A cell that cannot be read becomes missing and its row stays, unless the cell is part of the key. A
row without its key cannot be stored; a ragged row cannot be read at all.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from crm_data.importers.cells import CellReader
from crm_data.importers.engine import ROW, Engine
from crm_data.importers.mapping import Cell, TableMapping
from crm_data.importers.profile import Profile, numeric_headers
from crm_data.importers.projection import Projection
from crm_data.importers.written_numbers import quoted
from crm_data.tables import Field

_RULES = {"day": "not_a_date", "instant": "not_a_date", "flag": "not_a_flag"}


@dataclass
class Refusals:
    """Refusals of one table.

    Attributes
    ----------
    path : Path or None
        Staged Parquet with row, column, value and rule; None where nothing was refused.
    source : Path or None
        Staged Parquet with those rows of the source, as they are written, and their number.
    rows : int
        Rows of the file that have a refusal.
    findings : Counter
        Refusals and skipped rows by rule.
    """

    path: Path | None = None
    source: Path | None = None
    rows: int = 0
    findings: "Counter[str]" = field(default_factory=Counter)


def find_refusals(
    reader: CellReader,
    table: TableMapping,
    projection: Projection,
    known: Profile,
    target: Path,
    *,
    with_ragged: bool,
    is_whole: bool,
) -> Refusals:
    """Find the cells and rows of a table that are refused, and stage them at ``target``.

    The file is read again only where something may be wrong.

    Parameters
    ----------
    with_ragged : bool
        Whether the ragged rows of the file are told with this table.
    is_whole : bool
        Whether the staged table has no gap where a value was read.
    """
    engine, refusals = reader.engine, Refusals()
    parts = []
    may_lack_key = _may_lack_key(table, projection, known)
    if may_lack_key and projection.skipped:
        refusals.findings["skipped_missing"] = _skipped(engine, projection)
    if (known.may_refuse and not is_whole) or may_lack_key:
        parts += _select_refused(reader, table, projection)
    if with_ragged and engine.source.ragged:
        listed = ", ".join(f"({row}, {quoted(text)})" for row, text in engine.source.ragged)
        rule = quoted(engine.source.ragged_rule)
        parts.append(f"SELECT r, NULL, t, {rule} FROM (VALUES {listed}) AS ragged (r, t)")
    if not parts:
        return refusals
    engine.run(
        "CREATE OR REPLACE TEMP TABLE refused AS SELECT DISTINCT CAST(r AS BIGINT) AS row, "
        'CAST(c AS VARCHAR) AS "column", CAST(v AS VARCHAR) AS value, CAST(w AS VARCHAR) AS rule '
        f"FROM ({' UNION ALL '.join(parts)}) AS found (r, c, v, w)"
    )
    for rule, count in engine.fetch("SELECT rule, count(*) FROM refused GROUP BY rule ORDER BY 1"):
        refusals.findings[rule] = count
    refusals.rows = engine.one("SELECT count(DISTINCT row) FROM refused")[0]
    if refusals.rows:
        engine.run(f"COPY (SELECT * FROM refused ORDER BY row) TO {quoted(str(target))}")
        refusals.path = target
        refusals.source = target.with_name(target.name.replace(".rejects.", ".source."))
        _keep_source(engine, refusals.source)
    return refusals


def _keep_source(engine: Engine, target: Path) -> None:
    """Write the rows that have refusals with the headers of their file, to be handed back."""
    names = ", ".join(f"{c} AS {_identifier(header)}" for header, c in engine.columns.items())
    engine.run(
        f"COPY (SELECT {names}, {ROW} FROM {engine.rows(numbered=True)} "
        f"WHERE {ROW} IN (SELECT row FROM refused) ORDER BY {ROW}) TO {quoted(str(target))}"
    )


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _may_lack_key(table: TableMapping, projection: Projection, known: Profile) -> bool:
    """Whether some row may lack its key: only text columns without gaps rule that out."""
    for name in (*table.spec.key, *projection.skipped):
        cell = table.cell(name)
        if cell is None:
            return True
        if cell.constant is not None or cell.row_number is not None:
            continue
        header = cell.row_number_within if cell.row_number_within is not None else cell.source
        if (
            cell.starts_with
            or cell.values
            or cell.unless
            or cell.first_of
            or known.present[header or ""] < known.rows
        ):
            return True
    return False


def _skipped(engine: Engine, projection: Projection) -> int:
    made = ", ".join(f"{projection.columns[name]} AS {name}" for name in projection.skipped)
    missing = " OR ".join(f"{name} IS NULL" for name in projection.skipped)
    source = engine.rows(numbered=projection.needs_rows)
    count: int = engine.one(f"SELECT count(*) FROM (SELECT {made} FROM {source}) WHERE {missing}")[
        0
    ]
    return count


def _select_refused(reader: CellReader, table: TableMapping, projection: Projection) -> list[str]:
    """Return SQL selects of (row, column, value, rule), all over one pass of the file."""
    engine = reader.engine
    read = {name: cell for name, cell in table.columns if name in projection.read}
    spec = table.spec
    checks = [c for name, cell in read.items() for c in _checks(reader, spec.field(name), cell)]
    keys = [f"{projection.columns[k]} AS {k}" for k in (*spec.key, *projection.skipped)]
    values = [f"{reader.read(spec.field(n).kind, c)} AS value_{n}" for n, c in read.items()]
    # Each value is worked out once; only the few rows where one is missing are looked at closely.
    gaps = [
        f"(value_{n} IS NULL AND {_any_present([engine.columns[h] for h in c.headers])})"
        for n, c in read.items()
    ]
    made = ", ".join([ROW, *projection.sources, *keys, *values])
    engine.run(
        "CREATE OR REPLACE TEMP TABLE suspect AS "
        f"SELECT * FROM (SELECT {made} FROM {engine.rows(numbered=True)}) "
        f"WHERE {' OR '.join([*gaps, f'NOT ({projection.has_key})'])}"
    )
    parts = [
        f"SELECT {ROW}, {quoted(c.header)}, {c.text}, {c.rule} FROM suspect WHERE {c.bad}"
        for c in checks
    ]
    return [*parts, _select_keyless(table, projection, checks)]


def _select_keyless(table: TableMapping, projection: Projection, checks: "list[_Check]") -> str:
    headers = [h for key in table.spec.key if (cell := table.cell(key)) for h in cell.headers]
    column = quoted(headers[0]) if headers else "NULL"
    told = [f"coalesce({c.bad}, false)" for c in checks if c.column in table.spec.key]
    told += [f"{name} IS NULL" for name in projection.skipped]
    return (
        f"SELECT {ROW}, {column}, NULL, 'missing_key' FROM suspect "
        f"WHERE NOT ({projection.has_key}) AND NOT ({' OR '.join(told) or 'false'})"
    )


def _any_present(columns: list[str]) -> str:
    return "(" + " OR ".join(f"{column} IS NOT NULL" for column in columns) + ")"


@dataclass(frozen=True)
class _Check:
    column: str
    header: str
    text: str
    bad: str
    rule: str


def _checks(reader: CellReader, column: Field, cell: Cell) -> list[_Check]:
    """Return what makes a cell refused; more than one check where it is a product."""
    if column.kind in ("text", "json") or cell.source is None:
        return []
    value = reader.read(column.kind, cell)
    headers = numeric_headers(column.kind, cell)
    if not headers:
        text = reader.text(cell.source)
        absent = reader.is_absent(column.kind, text)
        bad = f"NOT {absent} AND {value} IS NULL"
        return [_Check(column.name, cell.source, text, bad, quoted(_RULES[column.kind]))]
    checks = []
    for header in headers:
        text, number = reader.text(header), f"TRY_CAST({reader.number(header)} AS DOUBLE)"
        is_number = f"coalesce(isfinite({number}), false)"
        bad = f"NOT {reader.is_absent('number', text)} AND NOT {is_number}"
        checks.append(_Check(column.name, header, text, bad, "'not_a_number'"))
    first = checks[0].text
    readable = " AND ".join(
        f"coalesce(isfinite(TRY_CAST({reader.number(h)} AS DOUBLE)), false)" for h in headers
    )
    number = f"TRY_CAST({reader.number(cell.source)} AS DOUBLE)"
    fraction = f"{number} <> trunc({number})" if column.kind == "count" else "false"
    outside = f"{readable} AND {value} IS NULL"
    named = [(f"{outside} AND {fraction}", "'not_an_integer'"),
             (f"{outside} AND NOT {fraction}", "'out_of_range'")]  # fmt: skip
    if column.kind != "count":
        named = named[1:]
    return checks + [_Check(column.name, cell.source, first, bad, rule) for bad, rule in named]
