"""Rows that name a customer, contact or employee get its id, where exactly one is so named."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from crm_data.importers import StagedFile
from crm_data.importers.engine import file_name
from crm_data.importers.written_numbers import quoted
from crm_data.settings import Settings
from crm_data.tables import table_spec
from crm_data.versions import current_version, open_version

# What a name is looked up in and what is taken; a contact stands for its company.
_WHERE = {
    "customers": ("name", "customer_id"),
    "employees": ("name", "employee_id"),
    "contacts": ("contact_id", "customer_id"),
}
_STRICT = ("contacts",)  # an id that is not there is no customer


def look_up_names(settings: Settings, staged: Sequence[StagedFile]) -> None:
    """Write the staged tables again in which names stand for ids.

    Looked at are the files of this import, and what is published. A name that nobody or more than
    one has stays as it is and is its own id; counted as ``names_found`` and ``names_unknown``.
    """
    wanted = [
        (made, table.table, {n: c.named for n, c in table.columns if c.named is not None})
        for made in staged
        for table in made.mapping.tables
    ]
    sources = sorted({named for _, _, columns in wanted for named in columns.values()})
    if not sources:
        return
    with _published(settings) as con:
        for source in sources:
            _known(con, staged, source)
        for made, table, columns in wanted:
            if columns:
                _write(con, made, table, columns)


@contextmanager
def _published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    version = None if settings.warehouse_url else current_version(settings)
    if version is None:
        with duckdb.connect(":memory:") as con:
            yield con
    else:
        with open_version(settings, version) as con:
            yield con


def _known(con: duckdb.DuckDBPyConnection, staged: Sequence[StagedFile], source: str) -> None:
    """Make a table of the names that stand for one id; an id that is only a name says nothing."""
    name, taken = _WHERE[source]
    rows = [
        f"SELECT {name} AS name, {taken} AS id FROM read_parquet({file_name(b.staged)})"
        for made in staged
        for b in made.batches
        if b.table == source and {name, taken} <= _columns(con, b.staged)
    ]
    held = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [source]
    ).fetchone()
    if held is not None and held[0]:
        rows.append(f"SELECT {name}, {taken} FROM {source}")
    union = " UNION ALL ".join(rows) or "SELECT NULL::VARCHAR AS name, NULL::VARCHAR AS id"
    alone = "true" if source in _STRICT else "id <> name"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE named_{source} AS SELECT name, min(id) AS id FROM ({union}) "
        f"WHERE name IS NOT NULL AND {alone} GROUP BY name HAVING min(id) = max(id)"
    )


def _columns(con: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({file_name(path)})").fetchall()
    return {str(row[0]) for row in described}


def _write(
    con: duckdb.DuckDBPyConnection, made: StagedFile, table: str, columns: dict[str, str]
) -> None:
    path = next(b.staged for b in made.batches if b.table == table)
    names = [n for n in table_spec(table).names if n in _columns(con, path)]
    names += sorted(_columns(con, path) - set(names))
    joins, values, found, unknown = [], {n: f"s.{n}" for n in names}, [], []
    for column, source in columns.items():
        joins.append(f"LEFT JOIN named_{source} AS n_{column} ON n_{column}.name = s.{column}")
        strict = source in _STRICT
        values[column] = f"n_{column}.id" if strict else f"coalesce(n_{column}.id, s.{column})"
        found.append(f"count(n_{column}.id)")
        lacks = f"s.{column} IS NOT NULL AND n_{column}.id IS NULL"
        is_own = source == "employees"  # who is known by name only is an employee all the same
        unknown.append("0" if is_own else f"count(*) FILTER (WHERE {lacks})")
    rows = f"FROM read_parquet({file_name(path)}) AS s {' '.join(joins)}"
    counted = con.execute(f"SELECT {' + '.join(found)}, {' + '.join(unknown)} {rows}").fetchone()
    findings = made.report["tables"][table]["findings"]
    for rule, count in zip(("names_found", "names_unknown"), counted or (), strict=False):
        if count:
            findings[rule] = int(count)
    keys = ", ".join(table_spec(table).key)
    listed = ", ".join(f"{sql} AS {name}" for name, sql in values.items())
    target = path.with_suffix(".named")
    con.execute(
        f"COPY (SELECT * FROM (SELECT {listed} {rows}) "
        f"QUALIFY row_number() OVER (PARTITION BY {keys}) = 1) "
        f"TO {quoted(str(target))} (FORMAT parquet)"
    )
    target.replace(path)
