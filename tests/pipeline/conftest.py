"""The deals over DuckDB and over PostgreSQL."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from crm_data.versions import postgres_engine
from tests.pipeline.company import fill_company
from tests.queries.shop import duckdb_engine


@pytest.fixture(
    scope="module", params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A connection to the deals, over each engine."""
    if request.param == "duckdb":
        engine = duckdb_engine()
    else:
        engine = postgres_engine(request.getfixturevalue("new_postgres")())
    with engine.begin() as connection:
        fill_company(connection)
    with engine.connect() as connection:
        yield connection
    engine.dispose()
