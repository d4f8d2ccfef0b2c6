"""Facts of customers on complaints: how many, and how long the first one waited for an answer."""

from datetime import datetime
from pathlib import Path

import pytest

from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import selected, stored


def ticket(key: str, customer: str, day: int, answered: datetime | None, is_complaint: bool | None):  # type: ignore[no-untyped-def]  # a row
    return {
        "ticket_id": key, "customer_id": customer, "created_at": datetime(2025, 1, day, 12),
        "first_response_at": answered, "is_complaint": is_complaint,
    }  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]  # rows by customer
    home: Path = tmp_path_factory.mktemp("complaints")
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    stored(settings, "customers", [{"customer_id": c} for c in "abcde"])
    stored(
        settings,
        "tickets",
        [
            # a: the question of the 1st is no complaint; the complaint of the 2nd waited 36 hours.
            ticket("t1", "a", 1, datetime(2025, 1, 1, 13), False),
            ticket("t3", "a", 3, datetime(2025, 1, 3, 13), True),
            ticket("t2", "a", 2, datetime(2025, 1, 4, 0), True),
            # b: the first complaint has no answer yet, the second was quick.
            ticket("t4", "b", 1, None, True),
            ticket("t5", "b", 2, datetime(2025, 1, 2, 13), True),
            # c: an answer before the complaint is a mistake.
            ticket("t6", "c", 5, datetime(2025, 1, 1), True),
            # d: nobody said whether it was one.
            ticket("t7", "d", 5, datetime(2025, 1, 6), None),
        ],
    )
    version = warehouse.build(settings, now=NOW)
    rows = selected(
        settings,
        version,
        "SELECT customer_id, tickets, complaints, first_complaint_hours FROM customer_facts",
    )
    yield {row[0]: row[1:] for row in rows}
    dispose(settings)


def test_complaints_and_the_wait_for_an_answer_to_the_first(found) -> None:  # type: ignore[no-untyped-def]  # a fixture
    assert found == {
        "a": (3, 2, 36.0),
        "b": (2, 2, None),
        "c": (1, 1, None),
        "d": (1, 0, None),
        "e": (0, 0, None),
    }
