"""Batches into a canonical table: a later batch wins on equal keys, column by column.

A column that a batch lacks, or has missing, keeps the earlier value. Applying batches one after
another is the only way rows are made, so an incremental build and a full one cannot differ.
"""

import duckdb

from crm_data.merged_records import merged_rows
from crm_data.tables.model import TableSpec
from crm_data.tables.schema import duckdb_type

_ATTRIBUTES = (
    "CASE WHEN s.attributes IS NULL THEN t.attributes WHEN t.attributes IS NULL THEN s.attributes "
    "ELSE CAST(json_merge_patch(t.attributes, s.attributes) AS VARCHAR) END"
)


def create_table(con: duckdb.DuckDBPyConnection, spec: TableSpec) -> None:
    """Create an empty canonical table, replacing one that is there."""
    columns = [f'"{f.name}" {duckdb_type(f.kind)}' for f in spec.fields]
    columns += ["attributes VARCHAR", "batch_id VARCHAR"]
    con.execute(f'CREATE OR REPLACE TABLE "{spec.name}" ({", ".join(columns)})')


def apply_batch(con: duckdb.DuckDBPyConnection, spec: TableSpec, rows: str, batch_id: str) -> None:
    """Merge one batch into its table; ``rows`` is the SQL of its rows (``batch_rows``)."""
    source, present = batch_rows(con, spec, rows, batch_id)
    (is_empty,) = _row(con, f'SELECT NOT EXISTS (SELECT 1 FROM "{spec.name}")')
    if is_empty:
        con.execute(f'INSERT INTO "{spec.name}" {source}')
        return
    match = " AND ".join(f't."{k}" IS NOT DISTINCT FROM s."{k}"' for k in spec.key)
    updates = [
        f'"{name}" = coalesce(s."{name}", t."{name}")'
        for name in spec.names
        if name in present and name not in spec.key
    ]
    if "attributes" in present:
        updates.append(f"attributes = {_ATTRIBUTES}")
    updates.append("batch_id = s.batch_id")
    con.execute(
        f'MERGE INTO "{spec.name}" AS t USING ({source}) AS s ON ({match}) '
        f"WHEN MATCHED THEN UPDATE SET {', '.join(updates)} WHEN NOT MATCHED THEN INSERT"
    )


def count_changes(
    con: duckdb.DuckDBPyConnection, spec: TableSpec, rows: str
) -> tuple[int, int, int]:
    """Return how many rows a batch would add, change and leave unchanged in the open version."""
    source, present = batch_rows(con, spec, rows, "")
    match = " AND ".join(f't."{k}" IS NOT DISTINCT FROM s."{k}"' for k in spec.key)
    differs = [
        f'(s."{n}" IS NOT NULL AND s."{n}" IS DISTINCT FROM t."{n}")'
        for n in spec.names
        if n in present and n not in spec.key
    ]
    if "attributes" in present:
        differs.append(
            f"(s.attributes IS NOT NULL AND t.attributes IS DISTINCT FROM {_ATTRIBUTES})"
        )
    changed = " OR ".join(differs) or "FALSE"
    added, altered, total = _row(
        con,
        f"SELECT count(*) FILTER (t.batch_id IS NULL), "
        f"count(*) FILTER (t.batch_id IS NOT NULL AND ({changed})), count(*) "
        f'FROM ({source}) AS s LEFT JOIN "{spec.name}" AS t ON ({match})',
    )
    return added, altered, total - added - altered


def batch_rows(
    con: duckdb.DuckDBPyConnection, spec: TableSpec, rows: str, batch_id: str
) -> tuple[str, set[str]]:
    """Return a SELECT of a batch, as wide as its table, and which columns the batch has."""
    described = con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    present = {str(row[0]) for row in described}
    return merged_rows(con, spec, _source(spec, present, rows, batch_id)), present


def _source(spec: TableSpec, present: set[str], rows: str, batch_id: str) -> str:
    """SELECT of a batch in the table's column order and types; absent columns are missing."""
    columns = [
        f"CAST({_quoted(f.name) if f.name in present else 'NULL'} AS {duckdb_type(f.kind)}) "
        f"AS {_quoted(f.name)}"
        for f in spec.fields
    ]
    attributes = "attributes" if "attributes" in present else "CAST(NULL AS VARCHAR)"
    columns += [f"{attributes} AS attributes", f"{_literal(batch_id)} AS batch_id"]
    return f"SELECT {', '.join(columns)} FROM {rows}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _row(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = con.execute(sql).fetchone()
    if row is None:
        raise AssertionError("an aggregate without GROUP BY always has one row")
    return row
