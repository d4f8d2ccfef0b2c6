"""Both shops, over DuckDB and over PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.cohorts.key_shop import KEY_TABLES
from tests.cohorts.shop import TABLES, Rows, random_tables
from tests.customers.shop import built
from tests.postgres_server import NewDatabase


def _shop(home: Path, tables: dict[str, Rows], url: str = "") -> Iterator[Settings]:
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    built(settings, tables)
    yield settings
    dispose(settings)


@pytest.fixture(scope="session")
def duckdb_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from _shop(tmp_path_factory.mktemp("cohorts"), TABLES)


@pytest.fixture(scope="session")
def postgres_hand(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    yield from _shop(tmp_path_factory.mktemp("cohorts_pg"), TABLES, new_postgres())


@pytest.fixture(scope="session")
def duckdb_random(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from _shop(tmp_path_factory.mktemp("random"), random_tables())


@pytest.fixture(scope="session")
def duckdb_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from _shop(tmp_path_factory.mktemp("keys"), KEY_TABLES)


@pytest.fixture(scope="session")
def postgres_keys(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    yield from _shop(tmp_path_factory.mktemp("keys_pg"), KEY_TABLES, new_postgres())


def connected(settings: Settings) -> Iterator[sa.Connection]:
    warehouse = Warehouse(settings)
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def hand(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A connection to the hand-counted shop, over each engine."""
    yield from connected(request.getfixturevalue(f"{request.param}_hand"))


@pytest.fixture
def many(duckdb_random: Settings) -> Iterator[Any]:
    """A connection to the shop at random."""
    yield from connected(duckdb_random)


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def keys(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A connection to the shop of key customers, over each engine."""
    yield from connected(request.getfixturevalue(f"{request.param}_keys"))
