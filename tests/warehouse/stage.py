"""Batches from rows written by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from uuid import uuid4

import duckdb

from crm_data.batches import Batch, NewBatch, store
from crm_data.settings import Settings
from crm_data.tables.model import table_spec
from crm_data.tables.schema import duckdb_type
from crm_data.versions import open_version
from tests.conftest import NOW

Row = Mapping[str, object]
_AT_ONCE = 400  # rows of a statement; one each takes ten times as long


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One engine for every file: starting one takes longer than writing twenty rows."""
    return duckdb.connect(config={"threads": 1})


def staged(
    settings: Settings,
    table: str,
    rows: Sequence[Row],
    *,
    source: str = "test",
    replaces: bool = False,
    named: Mapping[str, str] | None = None,
) -> NewBatch:
    """Write rows to a staged Parquet file with the table's types."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    spec = table_spec(table)
    types = [
        "VARCHAR" if name == "attributes" else duckdb_type(spec.field(name).kind) for name in names
    ]
    settings.staging_dir.mkdir(parents=True, exist_ok=True)
    path = settings.staging_dir / f"{uuid4().hex}.parquet"
    columns = ", ".join(f'"{n}" {t}' for n, t in zip(names, types, strict=True))
    marks = f"({', '.join('?' for _ in names)})"
    with _engine().cursor() as con:
        con.execute(f"CREATE TEMP TABLE t ({columns})")
        for some in (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)):
            con.execute(
                f"INSERT INTO t VALUES {', '.join([marks] * len(some))}",
                [row.get(name) for row in some for name in names],
            )
        con.table("t").write_parquet(str(path))
    return NewBatch(
        table, path, len(rows), uuid4().hex, source, replaces=replaces, named=named or {}
    )


def stored(
    settings: Settings,
    table: str,
    rows: Sequence[Row],
    *,
    source: str = "test",
    replaces: bool = False,
    now: datetime = NOW,
    named: Mapping[str, str] | None = None,
) -> Batch:
    """Stage and store rows as one batch that came at ``now``."""
    (batch,) = store(
        settings,
        [staged(settings, table, rows, source=source, replaces=replaces, named=named)],
        now=now,
    )
    return batch


# Numbers inside a version are its own; what they stand for must agree between versions.
_COMPARABLE = {
    "order_facts": "SELECT * EXCLUDE (order_no, customer_no) FROM order_facts",
    "order_categories": "SELECT f.order_id, f.customer_id, c.* EXCLUDE (order_no, customer_no), "
    "c.customer_no IS NOT DISTINCT FROM f.customer_no "
    "FROM order_categories c LEFT JOIN order_facts f USING (order_no)",
    "customer_facts": "SELECT * EXCLUDE (customer_no) FROM customer_facts",
    "customer_months": "SELECT * EXCLUDE (customer_no) FROM customer_months",
    "customer_products": "SELECT f.customer_id, p.* EXCLUDE (customer_no) "
    "FROM customer_products p LEFT JOIN customer_facts f USING (customer_no)",
    "customer_categories": "SELECT f.customer_id, first_paid_no = last_paid_no, "
    "p.* EXCLUDE (customer_no, first_paid_no, last_paid_no) "
    "FROM customer_categories p LEFT JOIN customer_facts f USING (customer_no)",
    "customer_scores": "SELECT * EXCLUDE (customer_no) FROM customer_scores",
}


def table_rows(settings: Settings, version: str, table: str) -> list[tuple[object, ...]]:
    """Every row of a table or mart of a published DuckDB version, sorted."""
    return rows_of_all(settings, version, [table])[table]


def rows_of_all(
    settings: Settings, version: str, tables: Sequence[str]
) -> dict[str, list[tuple[object, ...]]]:
    """The rows of several tables or marts, each as ``table_rows``."""
    with open_version(settings, version) as con:  # beside readers with other limits
        return {
            name: con.execute(
                _COMPARABLE.get(name, f"SELECT * FROM {name}") + " ORDER BY ALL"
            ).fetchall()
            for name in tables
        }


def selected(settings: Settings, version: str, sql: str) -> list[tuple[object, ...]]:
    """Rows of a SELECT on a published DuckDB version."""
    with open_version(settings, version) as con:  # beside readers with other limits
        return con.execute(sql).fetchall()
