"""The hand-counted shop of customers, over DuckDB and over PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.customers.shop import built
from tests.postgres_server import NewDatabase


def _shop(home: Path, url: str = "") -> Iterator[Settings]:
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    built(settings)
    yield settings
    dispose(settings)


@pytest.fixture(scope="session")
def duckdb_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of the shop in DuckDB."""
    yield from _shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def postgres_settings(
    tmp_path_factory: pytest.TempPathFactory,
    new_postgres: NewDatabase,
) -> Iterator[Settings]:
    """Settings of the shop in PostgreSQL."""
    yield from _shop(tmp_path_factory.mktemp("shop_pg"), new_postgres())


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A connection to the shop, over each engine."""
    warehouse = Warehouse(request.getfixturevalue(f"{request.param}_settings"))
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()
