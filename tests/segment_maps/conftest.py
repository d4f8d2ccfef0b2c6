"""The hand-counted shop with scores, over both engines, and the sample company's pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from crm_data.warehouse import build
from scoring import score_version
from tests.conftest import NOW
from tests.customers.shop import TABLES
from tests.pages.conftest import _fresh_caches, open_page, published
from tests.postgres_server import NewDatabase
from tests.warehouse.stage import stored

__all__ = ["_fresh_caches", "open_page", "published"]


def scored(settings: Settings, tables: dict[str, list[dict[str, object]]] = TABLES) -> str:
    """Store the rows as batches, score and publish them."""
    for name, rows in tables.items():
        stored(settings, name, rows)
    return build(settings, now=NOW, scorer=score_version)


def _shop(home: Path, url: str = "") -> Iterator[Settings]:
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    scored(settings)
    yield settings
    dispose(settings)


@pytest.fixture(scope="session")
def duckdb_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of the scored shop in DuckDB."""
    yield from _shop(tmp_path_factory.mktemp("scored"))


@pytest.fixture(scope="session")
def postgres_settings(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    """Settings of the scored shop in PostgreSQL."""
    yield from _shop(tmp_path_factory.mktemp("scored_pg"), new_postgres())


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A connection to the scored shop, over each engine."""
    warehouse = Warehouse(request.getfixturevalue(f"{request.param}_settings"))
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()
