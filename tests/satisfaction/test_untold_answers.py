"""Without a single first answer in the data, answers are not known: nobody was 'never answered'."""

from datetime import datetime
from pathlib import Path

from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import selected, stored


def test_waits_for_an_answer_are_missing_and_those_for_a_solution_are_not(tmp_path: Path) -> None:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    stored(settings, "tickets", [
        {"ticket_id": "t1", "created_at": datetime(2026, 3, 2, 9),
         "resolved_at": datetime(2026, 3, 2, 11)},
        {"ticket_id": "t2", "created_at": datetime(2026, 3, 3, 9), "resolved_at": None},
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW)

    rows = selected(
        settings,
        version,
        "SELECT response_minutes, response_open_minutes, solve_minutes FROM ticket_facts "
        "ORDER BY ticket_id",
    )

    assert [tuple(row) for row in rows] == [(None, None, 120), (None, None, 0)]
    dispose(settings)
