"""Pages of a small company with three slips of the pen."""

from collections.abc import Iterator

import pytest

from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.once import settings_once
from tests.pages.conftest import _fresh_caches, open_page
from tests.warehouse.stage import stored

__all__ = ["_fresh_caches", "open_page"]


@pytest.fixture
def slips(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a store of one's own: GTXPro twice, technolgy and Philipines once."""

    def make(settings: Settings) -> None:
        stored(settings, "products", [{"product_id": "GTX Pro", "category": "GTX"}])
        stored(
            settings,
            "customers",
            [
                {"customer_id": "1", "industry": "technolgy", "country": "Philipines"},
                {"customer_id": "2", "industry": "retail", "country": "Norway"},
            ],
        )
        deals = [
            {"opportunity_id": f"{n}", "product_id": "GTXPro", "amount": 70, "outcome": "won"}
            for n in range(2)
        ]
        stored(settings, "opportunities", deals)
        warehouse.build(settings, now=NOW)

    made = settings_once(tmp_path_factory, "slips", make)
    yield made
    dispose(made)
