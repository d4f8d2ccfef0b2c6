"""One company, written by hand into DuckDB and into PostgreSQL: fixtures of many folders."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from crm_data.versions import postgres_engine
from tests.queries.shop import duckdb_engine

Fill = Callable[[sa.Connection], None]


def on_both_engines(fill: Fill) -> Any:
    """Return a fixture: a connection to what ``fill`` writes, over each engine."""

    @pytest.fixture(
        scope="module", params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)]
    )
    def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
        if request.param == "duckdb":
            engine = duckdb_engine()
        else:
            engine = postgres_engine(request.getfixturevalue("new_postgres")())
        yield from _connected(engine, fill)

    return conn


def on_duckdb(fill: Fill) -> Any:
    """Return a fixture of the whole run: a connection to what ``fill`` writes, in DuckDB."""

    @pytest.fixture(scope="session")
    def warehouse() -> Iterator[sa.Connection]:
        yield from _connected(duckdb_engine(), fill)

    return warehouse


def _connected(engine: sa.Engine, fill: Fill) -> Iterator[sa.Connection]:
    with engine.begin() as connection:
        fill(connection)
    with engine.connect() as connection:
        yield connection
    engine.dispose()
