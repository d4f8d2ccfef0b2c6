"""Canonical tables written as staged Parquet: one row per key."""

from dataclasses import dataclass
from pathlib import Path

from crm_data.importers.engine import ROW, Engine, file_name
from crm_data.importers.projection import ATTRIBUTES, Projection
from crm_data.importers.reduction import Records
from crm_data.importers.written_numbers import quoted

# Keys are mostly different from row to row: a long dictionary of them only costs time.
_PARQUET = "FORMAT parquet, DICTIONARY_SIZE_LIMIT 10000, WRITE_BLOOM_FILTER false"


@dataclass(frozen=True)
class Written:
    """A staged table.

    Attributes
    ----------
    path : Path
        Its Parquet file.
    rows : int
        Its rows.
    records : int
        Rows before those with the same key became one.
    conflicts : int
        Values that lost to a different later one.
    is_whole : bool
        Whether no record lacked its key, and no value that was read is missing.
    """

    path: Path
    rows: int
    records: int
    conflicts: int
    is_whole: bool


def write_table(engine: Engine, projection: Projection, target: Path, records: Records) -> Written:
    """Write the rows of a table, merging those with the same key.

    The common case needs no merging beyond DISTINCT. Only keys that are still repeated are read
    again, in file order: the last value that is not missing wins, column by column.
    """
    select = projection.select(records.sql)
    engine.run(f"COPY ({select}) TO {quoted(str(target))} ({_PARQUET})")
    staged = f"read_parquet({file_name(target)})"
    count = engine.one(f"SELECT count(*) FROM {staged}")[0]
    is_whole = count == (records.rows or count) and not _has_gaps(engine, projection, target)
    if projection.is_numbered or _is_unique(engine, projection.spec.key, staged, count):
        return Written(target, count, count, 0, is_whole)
    conflicts = _replace_repeated(engine, projection, target, records)
    rows = engine.one(f"SELECT count(*) FROM {staged}")[0]
    return Written(target, rows, count, conflicts, is_whole)


def _has_gaps(engine: Engine, projection: Projection, target: Path) -> bool:
    """Whether a value that was read is missing somewhere."""
    names = ", ".join(quoted(name) for name in projection.read)
    if not names:
        return False
    gaps = engine.one(
        "SELECT coalesce(sum(coalesce(stats_null_count, 1)), 0) "
        f"FROM parquet_metadata({file_name(target)}) WHERE path_in_schema IN ({names})"
    )[0]
    return bool(gaps)


def _replace_repeated(
    engine: Engine, projection: Projection, target: Path, records: Records
) -> int:
    """Write the table again with one row per key; return the conflicts."""
    staged = f"read_parquet({file_name(target)})"
    keys = ", ".join(projection.spec.key)
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT {keys} FROM {staged} "
        "GROUP BY ALL HAVING count(*) > 1"
    )
    conflicts = _merge(engine, projection, records)
    merged = target.with_suffix(".merged")
    names = ", ".join(projection.columns)
    engine.run(
        f"COPY (SELECT {names} FROM {staged} AS s ANTI JOIN repeated AS r "
        f"ON {_same_key(projection)} "
        f"UNION ALL SELECT {names} FROM merged) TO {quoted(str(merged))} ({_PARQUET})"
    )
    merged.replace(target)
    return conflicts


def _is_unique(engine: Engine, keys: tuple[str, ...], staged: str, rows: int) -> bool:
    """Whether no two rows share a key; at once where the file is sorted by it, as most are."""
    rises = "false"
    for key in reversed(keys):
        rises = f"({key} > last_{key} OR ({key} = last_{key} AND {rises}))"
    last = ", ".join(f"lag({key}) OVER () AS last_{key}" for key in keys)
    first = f"last_{keys[0]} IS NULL"
    sorted_rows = engine.one(
        f"SELECT count(*) FILTER (WHERE {rises} OR {first}) FROM "
        f"(SELECT {', '.join(keys)}, {last} FROM {staged})"
    )[0]
    if sorted_rows == rows and not any("owner_id" in key for key in keys):
        return True
    different = engine.one(f"SELECT count(DISTINCT hash({', '.join(keys)})) FROM {staged}")[0]
    return bool(different == rows)


def _merge(engine: Engine, projection: Projection, records: Records) -> int:
    """Make table ``merged`` of the repeated keys; return how many of its values conflict."""
    others = [name for name in projection.columns if name not in projection.spec.key]
    last = [f"arg_max({n}, {ROW}) FILTER (WHERE {n} IS NOT NULL) AS {n}" for n in others]
    differing = [f"CAST(min({n}) <> max({n}) AS INT)" for n in others if n != ATTRIBUTES]
    conflicts = " + ".join(f"coalesce({d}, 0)" for d in differing) or "0"
    keys = ", ".join(projection.spec.key)
    made = ", ".join([keys, *last, f"{conflicts} AS conflicts"])
    source = records.numbered or _repeated_records(engine, projection)
    rows = projection.select(source, row=True)
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE merged AS SELECT {made} "
        f"FROM (SELECT s.* FROM ({rows}) AS s SEMI JOIN repeated AS r ON {_same_key(projection)}) "
        f"GROUP BY {keys}"
    )
    count: int = engine.one("SELECT coalesce(sum(conflicts), 0)::BIGINT FROM merged")[0]
    return count


def _repeated_records(engine: Engine, projection: Projection) -> str:
    """Return SQL: the records of repeated keys, found before any other value is worked out."""
    records = engine.rows(numbered=True)
    if projection.needs_rows:
        return records
    keys = ", ".join(f"{projection.columns[key]} AS {key}" for key in projection.spec.key)
    return (
        f"(SELECT s.* FROM (SELECT *, {keys} FROM {records}) AS s "
        f"SEMI JOIN repeated AS r ON {_same_key(projection)})"
    )


def _same_key(projection: Projection) -> str:
    return " AND ".join(f"s.{k} IS NOT DISTINCT FROM r.{k}" for k in projection.spec.key)
