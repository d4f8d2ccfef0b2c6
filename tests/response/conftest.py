"""The planted company, published once."""

from collections.abc import Iterator
from typing import Any

import pytest

from crm_data.app_db import dispose
from crm_data.queries.model_cards import model_card
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.response.company import published, tables


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of it, in DuckDB."""
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("response"))})
    published(made, tables())
    yield made
    dispose(made)


@pytest.fixture(scope="session")
def card(company: Settings) -> dict[str, Any]:
    """What the step said of it."""
    return card_of(company)


def card_of(settings: Settings) -> dict[str, Any]:
    """Return the card of what is published."""
    warehouse = Warehouse(settings)
    with warehouse.connect(warehouse.current() or "") as connection:
        found = model_card(connection, "response")
    warehouse.close()
    assert found is not None
    return found
