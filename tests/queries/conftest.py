"""The hand-counted shop over DuckDB and over PostgreSQL."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from crm_data.versions import postgres_engine
from tests.postgres_server import NewDatabase
from tests.queries.shop import SHOP, copy, duckdb_engine, fill


@pytest.fixture(scope="session")
def duckdb_shop() -> Iterator[sa.Engine]:
    engine = duckdb_engine()
    with engine.begin() as conn:
        fill(conn, SHOP)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_shop(duckdb_shop: sa.Engine, new_postgres: NewDatabase) -> Iterator[sa.Engine]:
    engine = postgres_engine(new_postgres())
    with duckdb_shop.connect() as source, engine.begin() as target:
        copy(source, target)
    yield engine
    engine.dispose()


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A connection to the shop, over each engine."""
    engine: sa.Engine = request.getfixturevalue(f"{request.param}_shop")
    with engine.connect() as connection:
        yield connection
