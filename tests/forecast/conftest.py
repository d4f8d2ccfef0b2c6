"""The company of the forecast, published once."""

from collections.abc import Iterator

import pytest

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.forecast.shop import publish
from tests.once import settings_once


@pytest.fixture(scope="session")
def forecast_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    made = settings_once(tmp_path_factory, "forecast_shop", publish, CRM_TIMEZONE="Asia/Shanghai")
    yield made
    dispose(made)
