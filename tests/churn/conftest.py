"""The company counted by hand over each engine, and one at random over DuckDB."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.churn.shop import TABLES, Rows, random_tables
from tests.cohorts.conftest import connected
from tests.customers.shop import built
from tests.postgres_server import NewDatabase


def company(home: Path, tables: dict[str, Rows], url: str = "") -> Iterator[Settings]:
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    built(settings, tables)
    yield settings
    dispose(settings)


@pytest.fixture(scope="session")
def duckdb_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from company(tmp_path_factory.mktemp("churn"), TABLES)


@pytest.fixture(scope="session")
def postgres_hand(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    yield from company(tmp_path_factory.mktemp("churn_pg"), TABLES, new_postgres())


@pytest.fixture(scope="session")
def duckdb_random(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from company(tmp_path_factory.mktemp("churn_random"), random_tables())


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def hand(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A connection to the company counted by hand, over each engine."""
    yield from connected(request.getfixturevalue(f"{request.param}_hand"))


@pytest.fixture
def many(duckdb_random: Settings) -> Iterator[Any]:
    """A connection to the company at random."""
    yield from connected(duckdb_random)
