"""A random company over DuckDB and over PostgreSQL."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from crm_data.kept_members import keep_members
from crm_data.versions import postgres_engine
from tests.postgres_server import NewDatabase
from tests.queries.shop import duckdb_engine
from tests.segments.company import Rows, company, fill

SEED = 11


@pytest.fixture(scope="session")
def made() -> dict[str, Rows]:
    """Rows of the company."""
    return company(SEED)


@pytest.fixture(scope="session")
def in_duckdb(made: dict[str, Rows]) -> Iterator[sa.Connection]:
    """A connection to the company in DuckDB."""
    engine = keep_members(duckdb_engine())
    with engine.begin() as conn:
        fill(conn, made)
    with engine.connect() as conn:
        yield conn
    engine.dispose()


@pytest.fixture(scope="session")
def in_postgres(made: dict[str, Rows], new_postgres: NewDatabase) -> Iterator[sa.Connection]:
    """A connection to the company in PostgreSQL."""
    engine = postgres_engine(new_postgres())
    with engine.begin() as conn:
        fill(conn, made)
    with engine.connect() as conn:
        yield conn
    engine.dispose()
