"""The customer lookup against DuckDB counting the same table."""

from functools import partial
from pathlib import Path

import duckdb
import sqlalchemy as sa

from benchmarks.queries import median_ms
from crm_data.queries.customer_search import count_customers, find_customers
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.versions import Warehouse, version_file

TYPED = ("C0001234", "77", "no such customer", "张")


def _look_up(connection: sa.Connection, typed: str) -> None:
    find_customers(connection, scope=EVERYTHING, text=typed, limit=25)
    count_customers(connection, scope=EVERYTHING, text=typed)


def timings(home: Path) -> dict[str, float]:
    """Milliseconds of a page of hits with its total, per typed text."""
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    warehouse = Warehouse(settings)
    version = warehouse.current()
    if version is None:
        raise RuntimeError(f"{home} has no published version; run benchmarks.run first")
    with warehouse.connect(version) as connection:
        found = {typed: median_ms(partial(_look_up, connection, typed)) for typed in TYPED}
    warehouse.close()
    with duckdb.connect(str(version_file(settings, version)), read_only=True) as con:
        found["reference: count names"] = median_ms(
            lambda: con.execute("SELECT count(name) FROM customer_facts").fetchone()
        )
    return found
