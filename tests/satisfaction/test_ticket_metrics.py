"""Metrics of tickets: counted by hand over both engines, each scope, and their rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.metric_registry import metric
from crm_data.app_db import dispose
from crm_data.errors import UsageError
from crm_data.queries.cut import Cut
from crm_data.queries.ticket_rows import KINDS, TicketPick, ticket_rows, ticket_rows_count
from crm_data.queries.tickets import TicketCut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.versions import Warehouse, postgres_engine
from tests.postgres_server import NewDatabase
from tests.queries.shop import copy
from tests.satisfaction.company import build_company
from ui.metrics import metric_document
from ui.ticket_metrics import ticket_metric_rows

ONE = AccessScope(frozenset({"o1"}))
MARCH = Cut(date(2026, 3, 1), date(2026, 4, 1))
PARTS = ("value", "numerator", "denominator", "n")


@pytest.fixture(scope="module")
def duckdb_tickets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    settings, version = build_company(tmp_path_factory.mktemp("metrics"))
    warehouse = Warehouse(settings)
    with warehouse.connect(version) as connection:
        yield connection.engine
    warehouse.close()
    dispose(settings)


@pytest.fixture(scope="module")
def postgres_tickets(duckdb_tickets: sa.Engine, new_postgres: NewDatabase) -> Iterator[sa.Engine]:
    engine = postgres_engine(new_postgres())
    with duckdb_tickets.connect() as source, engine.begin() as target:
        copy(source, target)
    yield engine
    engine.dispose()


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    engine: sa.Engine = request.getfixturevalue(f"{request.param}_tickets")
    with engine.connect() as connection:
        yield connection


def asked(conn: sa.Connection, name: str, cut: Cut = MARCH, **more: Any) -> Any:
    given = {"scope": EVERYTHING, "version": "v", "name": name, "cut": cut} | more
    return metric_document(conn, **given)["rows"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tickets", (7, 7, None, 7)),
        ("first_contact_resolution_rate", (3 / 4, 3, 4, 4)),  # t1, t5 and t6 of t1 t2 t5 t6
        ("fcr_not_reopened", (3 / 4, 3, 4, 4)),  # all of these but t2
        ("fcr_no_return", (0, 0, 2, 2)),  # t2 after t1, t6 after t2; the times of t4 cannot be
        ("reopen_rate", (1 / 4, 1, 4, 4)),
        ("sla_attainment", (1 / 3, 1, 3, 3)),  # t3 is open and overdue, t7 is not yet due
        ("backlog", (2, 2, None, 2)),
        ("cost_per_ticket", (20, 60, 3, 3)),  # 10, 30 and 20; of four tickets it is not known
    ],
)
def test_by_hand(conn: sa.Connection, name: str, expected: tuple[float, ...]) -> None:
    (row,) = asked(conn, name)

    assert tuple(row[part] for part in PARTS) == pytest.approx(expected)


def test_cost_has_the_interval_of_a_mean_and_is_not_known_without_one(conn: sa.Connection) -> None:
    (row,) = asked(conn, "cost_per_ticket")
    # 10, 20, 30: standard deviation 10, error 10/√3
    assert (row["low"] + row["high"]) / 2 == pytest.approx(20)
    assert row["high"] > 20 + 1.95 * 10 / 3**0.5
    by = asked(conn, "cost_per_ticket", replace(MARCH, by=("category",)))
    parts = {one["category"]: one for one in by}
    assert (parts["billing"]["value"], parts["delivery"]["value"]) == (20, 20)
    assert parts[None]["value"] is None
    own = asked(conn, "cost_per_ticket", scope=ONE)[0]
    assert (own["value"], own["n"]) == (20, 2)
    assert asked(conn, "cost_per_ticket", scope=NOBODY)[0]["value"] is None


def test_backlog_is_a_state_at_the_end(conn: sa.Connection) -> None:
    def at(day: int) -> float:
        (row,) = asked(conn, "backlog", Cut(None, date(2026, 3, day)))
        return float(row["value"])

    # t3 from the 7th, t2 until the 9th, t7 from the 17th; impossible t4 and t5 were solved.
    assert [at(3), at(8), at(10), at(18)] == [0, 2, 1, 2]
    # Of the state at the end it does not matter when the period began.
    (row,) = asked(conn, "backlog", Cut(date(2026, 3, 10), date(2026, 3, 12), ("agent_id",)))[:1]
    assert (row["agent_id"], row["value"]) == ("e2", 1)


def test_tickets_by_month_and_before(conn: sa.Connection) -> None:
    cut = Cut(date(2026, 3, 1), date(2026, 4, 1), ("created_on:month", "agent_id"))

    rows = asked(conn, "tickets", cut)

    assert [(row["agent_id"], row["value"], row["is_complete"]) for row in rows] == [
        ("e1", 3, False), ("e2", 3, False), (None, 1, False),
    ]  # fmt: skip
    (week,) = asked(conn, "tickets", Cut(date(2026, 3, 2), date(2026, 3, 9)))
    assert (week["value"], week["is_complete"]) == (3, True)


def test_unanswered_tickets_wait(conn: sa.Connection) -> None:
    (row,) = asked(conn, "first_response_hours")

    assert row["n"] == 5  # without the two impossible ones
    assert row["value"] is None  # two ended: too few for a median
    (solved,) = asked(conn, "resolution_hours", Cut(where=(("agent_id!", ("e2",)),)))
    assert solved["n"] == 4


def test_complaints_are_held_against_active_customers(conn: sa.Connection) -> None:
    (row,) = asked(conn, "complaint_rate")

    assert (row["numerator"], row["denominator"], row["value"]) == (0, 0, None)
    with pytest.raises(UsageError, match="have no channel"):
        asked(conn, "complaint_rate", Cut(by=("channel",)))


def test_who_sees_which(conn: sa.Connection) -> None:
    seen = [asked(conn, "tickets", scope=scope)[0]["value"] for scope in (EVERYTHING, ONE, NOBODY)]

    assert seen == [7, 5, 0]


def test_rows_behind_each_metric(conn: sa.Connection) -> None:
    for name in ("tickets", "backlog", "sla_attainment", "reopen_rate", "first_response_hours"):
        (row,) = asked(conn, name)
        total, frame = ticket_metric_rows(
            conn, scope=EVERYTHING, metric=metric(name), cut=MARCH, limit=100
        )
        counted = row["numerator"] if name in ("backlog", "reopen_rate") else row["n"]
        assert (total, len(frame)) == (counted, counted), name


def test_rows_are_paged_and_every_kind_counts_what_it_shows(conn: sa.Connection) -> None:
    for kind in KINDS:
        pick = TicketPick(TicketCut(), kind)
        total = ticket_rows_count(conn, pick, scope=EVERYTHING)
        assert total == len(ticket_rows(conn, pick, scope=EVERYTHING, limit=100)), kind
    page = ticket_rows(conn, TicketPick(TicketCut()), scope=EVERYTHING, limit=2, offset=1)
    assert page["ticket_id"].tolist() == ["t6", "t5"]
    waiting = TicketPick(TicketCut(), "waiting")
    assert ticket_rows_count(conn, waiting, scope=EVERYTHING) == 2
    assert ticket_rows_count(conn, TicketPick(TicketCut(), "returned"), scope=EVERYTHING) == 2
    with pytest.raises(UsageError, match="not picked by 'price'"):
        ticket_rows_count(conn, TicketPick(TicketCut(), "price"), scope=EVERYTHING)


def test_what_cannot_be_told_is_refused(conn: sa.Connection) -> None:
    with pytest.raises(UsageError, match="is not kept"):
        asked(conn, "sla_attainment", as_of=date(2026, 3, 9))
    with pytest.raises(UsageError, match="cannot be cut by 'price'"):
        asked(conn, "tickets", Cut(by=("price",)))
