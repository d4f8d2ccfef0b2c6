"""The company of ``tests.matched.shop``, scored once over each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.matched.shop import published, tables
from tests.postgres_server import NewDatabase


def _company(home: Path, url: str = "") -> Iterator[Settings]:
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    published(settings, tables())
    yield settings
    dispose(settings)


@pytest.fixture(scope="session")
def duckdb_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from _company(tmp_path_factory.mktemp("matched"))


@pytest.fixture(scope="session")
def postgres_company(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    yield from _company(tmp_path_factory.mktemp("matched_pg"), new_postgres())


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def company(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    warehouse = Warehouse(request.getfixturevalue(f"{request.param}_company"))
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()
