"""The rows of batches as a build reads them: names looked up, accepted repairs made.

A batch keeps what its file said. What a name stands for is asked when a version is built, of all
batches that count, so the order in which files came does not matter (decision 0025).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from crm_data.tables.model import table_spec

# Of each source of names: its key, what it is named by, and what stands for the name. A later one
# may look its own columns up in an earlier one; a contact stands for its company.
_SOURCES: dict[str, tuple[str, str, str]] = {
    "employees": ("employee_id", "name", "employee_id"),
    "customers": ("customer_id", "name", "customer_id"),
    "contacts": ("contact_id", "contact_id", "customer_id"),
}
_STRICT = ("contacts",)  # an id that is not there is no customer
_REPAIRS = "accepted_repairs"


@dataclass(frozen=True)
class NamedRows:
    """A Parquet file of rows of one table; ``named``: columns that are looked up, and where."""

    path: Path
    named: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Correction:
    """A value of a field of a table, and what is put in its place."""

    table: str
    field: str
    value: str
    target: str


def _in_the_end(corrections: Sequence[Correction]) -> list[Correction]:
    """Return one correction a value: later ones win, and correct what earlier ones put in."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for one in corrections:
        own = found.setdefault((one.table, one.field), {})
        own |= {value: one.target for value, target in own.items() if target == one.value}
        own[one.value] = one.target
    return [
        Correction(table, name, value, target)
        for (table, name), own in found.items()
        for value, target in own.items()
    ]


class RowReader:
    """Reads batches in one connection; makes temporary tables there."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        files: Mapping[str, Sequence[NamedRows]],
        corrections: Sequence[Correction] = (),
    ) -> None:
        """Learn what each name stands for from every file that counts, in their order.

        A name that nobody or more than one has stands for itself, and an id that is only a name
        says nothing.
        """
        self._con = con
        self._corrections = corrections = _in_the_end(corrections)
        self._asked = _sources_asked(files)
        if corrections:
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE {_REPAIRS} "
                "(table_name VARCHAR, field VARCHAR, value VARCHAR, target VARCHAR)"
            )
            con.executemany(
                f"INSERT INTO {_REPAIRS} VALUES (?, ?, ?, ?)",
                [(c.table, c.field, c.value, c.target) for c in corrections],
            )
        for source in _SOURCES:
            if source in self._asked:
                self._learn(source, files.get(source, ()))

    def rows(self, table: str, file: NamedRows) -> str:
        """Return SQL, to be put after FROM: the rows of a file, with the columns that it has."""
        given = f"read_parquet({_literal(str(file.path))})"
        corrected = {c.field for c in self._corrections if c.table == table}
        present = _columns(self._con, given) if file.named or corrected else set()
        named = {name: source for name, source in file.named.items() if name in present}
        corrected &= present
        if not named and not corrected:
            return given
        values, joins = {name: f's."{name}"' for name in (*named, *corrected)}, []
        for name, source in named.items():
            joins.append(f'LEFT JOIN names_{source} AS "n_{name}" ON "n_{name}".name = s."{name}"')
            found = f'"n_{name}".id'
            values[name] = found if source in _STRICT else f"coalesce({found}, {values[name]})"
        for name in sorted(corrected):
            joins.append(
                f'LEFT JOIN {_REPAIRS} AS "r_{name}" ON "r_{name}".table_name = {_literal(table)} '
                f'AND "r_{name}".field = {_literal(name)} AND "r_{name}".value = {values[name]}'
            )
            values[name] = f'coalesce("r_{name}".target, {values[name]})'
        made = ", ".join(f'{sql} AS "{name}"' for name, sql in values.items())
        rows = f"SELECT s.* REPLACE ({made}) FROM {given} AS s {' '.join(joins)}"
        key = table_spec(table).key
        return f"({_one_each(rows, key) if set(key) & set(values) else rows})"

    def counted(self, file: NamedRows) -> tuple[int, int]:
        """Return how many values a name stood for, and how many are no name of anybody.

        Who is known by name only is an employee all the same.
        """
        given = f"read_parquet({_literal(str(file.path))})"
        present = _columns(self._con, given) if file.named else set()
        found = unknown = 0
        for name, source in file.named.items():
            if name not in present:
                continue
            row = self._con.execute(
                f"SELECT count(n.id), count(*) FILTER (n.id IS NULL AND {name} IS NOT NULL) "
                f"FROM {given} AS s LEFT JOIN names_{source} AS n ON n.name = s.{name}"
            ).fetchone()
            found += row[0] if row else 0
            unknown += row[1] if row and source != "employees" else 0
        return found, unknown

    def read_by(self, table: str, files: Sequence[NamedRows]) -> str:
        """Return a hash of all that decides the rows of a table besides its files; empty: nothing.

        Where two builds agree on it, their common batches gave the same rows.
        """
        sources = {source for file in files for source in file.named.values()}
        said = [
            f"{source} {self._con.execute(_DIGEST.format(source=source)).fetchone()}"
            for source in _SOURCES
            if source in sources
        ]
        said += sorted(repr(c) for c in self._corrections if c.table == table)
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16] if said else ""

    def _learn(self, source: str, files: Sequence[NamedRows]) -> None:
        key, label, value = _SOURCES[source]
        parts = []
        for place, file in enumerate(files):
            if file.named.get(key) == source:
                continue  # who is known by a name only teaches nothing
            known = tuple(_SOURCES)[: tuple(_SOURCES).index(source)]
            named = {n: s for n, s in file.named.items() if n in (label, value) and s in known}
            rows = self.rows(source, NamedRows(file.path, named))
            if {key, label, value} <= _columns(self._con, rows):
                parts.append(
                    f"SELECT {key} AS k, {label} AS name, {value} AS id, {place} AS place "
                    f"FROM {rows}"
                )
        union = " UNION ALL ".join(parts) or (
            "SELECT NULL::VARCHAR AS k, NULL::VARCHAR AS name, NULL::VARCHAR AS id, 0 AS place"
        )
        alone = "true" if source in _STRICT else "id <> name"
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE names_{source} AS "
            f"WITH latest AS (SELECT arg_max(name, place) AS name, arg_max(id, place) AS id "
            f"FROM ({union}) GROUP BY k) "
            f"SELECT name, min(id) AS id FROM latest WHERE name IS NOT NULL AND {alone} "
            "GROUP BY name HAVING min(id) = max(id)"
        )


_DIGEST = "SELECT count(*), bit_xor(hash(name, id)) FROM names_{source}"


def _one_each(rows: str, key: Sequence[str]) -> str:
    """Return SQL: one row per key, where two names of one file stand for the same."""
    keys = ", ".join(f'"{name}"' for name in key)
    return (
        f"SELECT * FROM ({rows}) AS w "
        f"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY w) = 1"
    )


def _sources_asked(files: Mapping[str, Sequence[NamedRows]]) -> set[str]:
    return {source for found in files.values() for file in found for source in file.named.values()}


def _columns(con: duckdb.DuckDBPyConnection, rows: str) -> set[str]:
    return {str(row[0]) for row in con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
