"""The shop over DuckDB and over PostgreSQL, each built once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.campaigns.shop import TABLES
from tests.customers.shop import built
from tests.postgres_server import NewDatabase


def _shop(home: Path, url: str = "") -> Iterator[Settings]:
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    built(settings, TABLES)
    yield settings
    dispose(settings)


@pytest.fixture(scope="session")
def duckdb_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from _shop(tmp_path_factory.mktemp("campaigns"))


@pytest.fixture(scope="session")
def postgres_shop(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    yield from _shop(tmp_path_factory.mktemp("campaigns_pg"), new_postgres())


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def shop(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    warehouse = Warehouse(request.getfixturevalue(f"{request.param}_shop"))
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()
