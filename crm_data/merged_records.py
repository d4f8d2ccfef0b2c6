"""Records that people said are one: which id goes on, and what that means while a version is built.

A merged id is read as the surviving one wherever batches name it. So merged records follow the
rule of batches, column by column, and what belongs to either belongs to the survivor.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import sqlalchemy as sa

from crm_data.app_db import IdentityDecisionRow, session
from crm_data.settings import Settings
from crm_data.tables.model import TABLES, TableSpec

MERGED = "merged_records"
KINDS: Mapping[str, str] = {
    "customers": "customer_id",
    "contacts": "contact_id",
    "leads": "lead_id",
}
_ALSO = {"parent_id": "customers"}  # other names of the same ids
_MEMBERS = "campaign_members"  # keyed by whichever id they have


@dataclass(frozen=True, order=True)
class Merged:
    """That ``merged_id`` goes on as ``survivor_id``, which itself is not merged."""

    kind: str
    merged_id: str
    survivor_id: str


def stored_merges(settings: Settings) -> tuple[Merged, ...]:
    """Return every merge that stands, each with the id that is left in the end, in order."""
    row = IdentityDecisionRow
    query = (
        sa.select(row.kind, row.record_id, row.other_id)
        .where(row.action == "merge", row.undone_at.is_(None))
        .order_by(row.decided_at, row.decision_id)
    )
    with session(settings) as db:
        return resolved((row[0], row[1], row[2]) for row in db.execute(query))


def resolved(merges: Iterable[tuple[str, str, str]]) -> tuple[Merged, ...]:
    """Return kind, merged id and the id that is left in the end, of kind, id, other id."""
    onward = {(kind, record): other for kind, record, other in merges}
    return tuple(
        sorted(Merged(kind, record, survivor(onward, kind, record)) for kind, record in onward)
    )


def survivor(onward: Mapping[tuple[str, str], str], kind: str, record: str) -> str:
    """Return the id that a record goes on as; its own where it is not merged."""
    seen = {record}
    while (kind, record) in onward and onward[kind, record] not in seen:
        record = onward[kind, record]
        seen.add(record)
    return record


def touched(before: Iterable[Merged], after: Iterable[Merged]) -> frozenset[str]:
    """Return the tables that hold an id of a kind whose merges differ."""
    kinds = {one.kind for one in set(before) ^ set(after)}
    return frozenset(spec.name for spec in TABLES if kinds & set(_columns(spec).values()))


def write_merged(con: duckdb.DuckDBPyConnection, merges: Iterable[Merged]) -> None:
    """Write the merges that a version is built with."""
    con.execute(
        f"CREATE OR REPLACE TABLE {MERGED} (kind VARCHAR, merged_id VARCHAR, survivor_id VARCHAR)"
    )
    rows = [[one.kind, one.merged_id, one.survivor_id] for one in merges]
    if rows:
        con.executemany(f"INSERT INTO {MERGED} VALUES (?, ?, ?)", rows)


def read_merged(con: duckdb.DuckDBPyConnection) -> tuple[Merged, ...]:
    """Return the merges that a version was built with; none of an older release."""
    found = con.execute(
        "SELECT 1 FROM duckdb_tables() WHERE table_name = ? AND NOT temporary", [MERGED]
    ).fetchone()
    if found is None:
        return ()
    rows = con.execute(f"SELECT kind, merged_id, survivor_id FROM {MERGED}").fetchall()
    return tuple(sorted(Merged(*map(str, row)) for row in rows))


def merged_rows(con: duckdb.DuckDBPyConnection, spec: TableSpec, source: str) -> str:
    """Return a SELECT of rows of a table with merged ids as their survivors.

    Rows that become one are made one: of each column the survivor's own value, or where that is
    missing the first of the others, in the order of their ids.
    """
    columns = _columns(spec)
    kinds = {one.kind for one in read_merged(con)} & set(columns.values())
    if not kinds:
        return source
    at = {name: kind for name, kind in columns.items() if kind in kinds}
    joins = " ".join(
        f"LEFT JOIN {MERGED} AS {_as(name)} ON {_as(name)}.kind = '{kind}' "
        f'AND {_as(name)}.merged_id = s."{name}"'
        for name, kind in at.items()
    )
    new = {name: f'coalesce({_as(name)}.survivor_id, s."{name}")' for name in at}
    if spec.name == _MEMBERS:
        whole = " ".join(
            f'WHEN s.member_id = s."{name}" THEN {expression}' for name, expression in new.items()
        )
        new["member_id"] = f"CASE {whole} ELSE s.member_id END"
    replaced = ", ".join(f'{expression} AS "{name}"' for name, expression in new.items())
    keyed = [name for name in new if name in spec.key]
    rows = f"FROM ({source}) AS s {joins}"
    if not keyed:
        return f"SELECT s.* REPLACE ({replaced}) {rows}"
    return _made_one(spec, rows, replaced, keyed[0], new[keyed[0]])


def _made_one(spec: TableSpec, rows: str, replaced: str, changed: str, new: str) -> str:
    """Return a SELECT that makes rows of the same key one."""
    key = ", ".join(f'"{name}"' for name in spec.key)
    rank = f"CASE WHEN s.\"{changed}\" = {new} THEN '0' ELSE '1' END || s.\"{changed}\""
    values = [
        f'"{name}"' if name in spec.key else f'arg_min("{name}", place) AS "{name}"'
        for name in spec.names
    ]
    values.append(
        "list_reduce(list(attributes ORDER BY place DESC) FILTER (attributes IS NOT NULL), "
        "lambda one, other: CAST(json_merge_patch(one, other) AS VARCHAR)) AS attributes"
    )
    values.append("any_value(batch_id) AS batch_id")
    return (
        f"WITH named AS (SELECT s.* REPLACE ({replaced}), {rank} AS place {rows}), "
        f"counted AS (SELECT *, count(*) OVER (PARTITION BY {key}) AS rows_of_key FROM named) "
        "SELECT * EXCLUDE (place, rows_of_key) FROM counted WHERE rows_of_key = 1 UNION ALL "
        f"SELECT {', '.join(values)} FROM counted WHERE rows_of_key > 1 GROUP BY {key}"
    )


def _columns(spec: TableSpec) -> dict[str, str]:
    """Return the columns of a table that hold ids, with their kind."""
    named = {column: kind for kind, column in KINDS.items()} | _ALSO
    return {name: named[name] for name in spec.names if name in named}


def _as(name: str) -> str:
    return f"of_{name}"
