"""The company over DuckDB and over PostgreSQL, each built once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_data.app_db import dispose
from crm_data.rules import save_rules
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from crm_data.warehouse import build
from tests.postgres_server import NewDatabase
from tests.scorecard.company import tables
from tests.warehouse.stage import stored

NOW = datetime(2026, 1, 1, 8, tzinfo=UTC)
RULES = {"churn": {"kind": "contract"}}


def _built(home: Path, url: str = "") -> Iterator[Settings]:
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    for name, rows in tables().items():
        stored(settings, name, rows)
    build(settings, now=NOW)
    save_rules(settings, "churn", RULES["churn"], now=NOW, actor="test")
    yield settings
    dispose(settings)


@pytest.fixture(scope="session")
def scored_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from _built(tmp_path_factory.mktemp("scorecard"))


@pytest.fixture(scope="session")
def scored_postgres(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    yield from _built(tmp_path_factory.mktemp("scorecard_pg"), new_postgres())


@pytest.fixture(
    params=["scored_company", pytest.param("scored_postgres", marks=pytest.mark.postgres)]
)
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    warehouse = Warehouse(request.getfixturevalue(request.param))
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()
