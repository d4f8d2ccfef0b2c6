"""Tickets with times that cannot be are in no measure of time: backlog, open ones, returns."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from analytics.service_outcomes import backlog
from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.queries import tickets
from crm_data.queries.cut import Cut
from crm_data.queries.ticket_measures import open_at
from crm_data.queries.ticket_rows import TicketPick, ticket_rows, ticket_rows_count
from crm_data.queries.tickets import TicketCut
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.conftest import NOW
from tests.warehouse.stage import stored


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("impossible")
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    stored(settings, "customers", [{"customer_id": "a"}, {"customer_id": "b"}])
    times = {  # created, answered, solved: days of March
        "solved_before": (10, None, 2), "answered_before": (12, 3, None), "good": (11, 11, 12),
        "open": (20, None, None),
    }  # fmt: skip
    stored(settings, "tickets", [
        {"ticket_id": name, "customer_id": "b" if name == "open" else "a"}
        | {
            column: day and datetime(2026, 3, day, 9)
            for column, day in zip(
                ("created_at", "first_response_at", "resolved_at"), days, strict=True
            )
        }
        for name, days in times.items()
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW)
    held = Warehouse(settings)
    with held.connect(version) as connection:
        yield connection
    held.close()
    dispose(settings)


def test_the_backlog_is_never_negative_and_ends_with_what_is_open(conn: Any) -> None:
    every = TicketCut()
    flow = backlog(tickets.ticket_flow(conn, every, scope=EVERYTHING))
    still = tickets.open_tickets(conn, every, scope=EVERYTHING)
    listed = ticket_rows_count(conn, TicketPick(every, "open"), scope=EVERYTHING)
    at = open_at(conn, every, Cut(), day=date(2026, 3, 31), scope=EVERYTHING)

    assert flow["open"].min() == 0
    assert (flow["open"].iloc[-1], still["tickets"].sum(), listed) == (1, 1, 1)
    assert at["open_tickets"].tolist() == [1]


def test_a_return_needs_a_solution_that_can_be(conn: Any) -> None:
    (found,) = tickets.ticket_counts(conn, TicketCut(), scope=EVERYTHING).to_dict("records")

    # Only of the good one it is known that nobody came back within seven days.
    assert (found["returns_known"], found["no_return"], found["impossible"]) == (1, 1, 2)


def test_rows_tell_minutes_of_waits_that_ended_only(conn: Any) -> None:
    rows = ticket_rows(conn, TicketPick(TicketCut()), scope=EVERYTHING, limit=9)
    told = rows.set_index("ticket_id")[["response_minutes", "solve_minutes"]]

    assert told.loc["good"].tolist() == [0, 1440]
    assert told.loc["open"].isna().all()
