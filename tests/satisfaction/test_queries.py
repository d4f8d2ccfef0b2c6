"""Queries of tickets and answers over both engines, each scope, counted by hand."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa

from analytics.service_outcomes import backlog
from crm_data.app_db import dispose
from crm_data.errors import UsageError
from crm_data.queries import surveys, tickets
from crm_data.queries.surveys import AnswerCut
from crm_data.queries.tickets import TicketCut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.versions import Warehouse, postgres_engine
from tests.postgres_server import NewDatabase
from tests.queries.shop import copy
from tests.satisfaction.company import build_company


@pytest.fixture(scope="module")
def duckdb_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    settings, version = build_company(tmp_path_factory.mktemp("queries"))
    warehouse = Warehouse(settings)
    with warehouse.connect(version) as connection:
        yield connection.engine
    warehouse.close()
    dispose(settings)


@pytest.fixture(scope="module")
def postgres_service(duckdb_service: sa.Engine, new_postgres: NewDatabase) -> Iterator[sa.Engine]:
    engine = postgres_engine(new_postgres())
    with duckdb_service.connect() as source, engine.begin() as target:
        copy(source, target)
    yield engine
    engine.dispose()


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    engine: sa.Engine = request.getfixturevalue(f"{request.param}_service")
    with engine.connect() as connection:
        yield connection


def test_outcomes_by_agent(conn: sa.Connection) -> None:
    found = tickets.ticket_counts(conn, TicketCut(), scope=EVERYTHING, by="agent_id")

    rows = found.set_index("member", drop=True)
    one = rows.loc["e1"].to_dict()
    assert one == {
        "tickets": 3, "customers": 1, "complaints": 0, "impossible": 0, "answered": 2,
        "solved": 2, "sla_met": 1, "sla_missed": 1, "sla_running": 1, "contacts_known": 2,
        "one_contact": 1, "reopenings_known": 2, "not_reopened": 1, "returns_known": 2,
        "no_return": 0,
    }  # fmt: skip
    other = rows.loc["e2", ["tickets", "customers", "impossible", "sla_missed"]]
    assert other.tolist() == [3, 2, 2, 1]


def test_distinct_customers_since_a_day(conn: sa.Connection) -> None:
    def customers(start: date | None, *where: object) -> int:
        cut = TicketCut(start=start, where=tuple(where))  # type: ignore[arg-type]  # filters
        return int(tickets.ticket_counts(conn, cut, scope=EVERYTHING)["customers"].sum())

    assert customers(None) == 3
    # b on the 7th and the 10th, c and a on the 11th.
    assert customers(date(2026, 3, 7)) == 3
    assert customers(date(2026, 3, 11)) == 2
    assert customers(None, ("category", ("delivery",))) == 2


def test_waits_are_counted_alike_ones_together(conn: sa.Connection) -> None:
    cut = TicketCut(where=(("category", ("billing",)),))

    found = tickets.ticket_waits(conn, cut, scope=EVERYTHING, clock="solve", hours="open")

    assert found[["minutes", "is_ended", "tickets"]].to_numpy().tolist() == [
        [0, False, 1], [120, True, 1], [180, True, 1],
    ]  # fmt: skip


def test_who_sees_which_tickets(conn: sa.Connection) -> None:
    def seen(scope: AccessScope) -> int:
        return int(tickets.ticket_counts(conn, TicketCut(), scope=scope)["tickets"].sum())

    assert (seen(EVERYTHING), seen(AccessScope(frozenset({"o1"}))), seen(NOBODY)) == (7, 5, 0)
    assert tickets.ticket_days(conn, scope=EVERYTHING) == (date(2026, 3, 2), date(2026, 3, 17))
    assert tickets.ticket_days(conn, scope=NOBODY) == (None, None)


def test_flow_arrivals_and_what_is_open(conn: sa.Connection) -> None:
    flow = tickets.ticket_flow(conn, TicketCut(start=date(2026, 3, 10)), scope=EVERYTHING)
    every = backlog(flow)
    came = tickets.ticket_arrivals(conn, TicketCut(end=date(2026, 3, 8)), scope=EVERYTHING)
    still = tickets.open_tickets(conn, TicketCut(), scope=EVERYTHING)

    # Without t4 and t5, whose times cannot be.
    assert every["open"].iloc[-1] == still["tickets"].sum()
    assert (flow["created"].sum(), flow["solved"].sum(), len(flow)) == (5, 3, 7)
    assert came.to_numpy().tolist() == [[1, 10, 1], [5, 17, 1], [6, 12, 1]]
    assert [day.day for day in still["created_on"]] == [7, 17]


def test_scores_counted_and_weighed(conn: sa.Connection) -> None:
    found = surveys.survey_counts(conn, AnswerCut(), scope=EVERYTHING, unit="month", by="step")
    margins = surveys.survey_margins(conn, AnswerCut(), scope=EVERYTHING)
    base = surveys.customer_base(conn, scope=EVERYTHING)

    csat = found[found["kind"] == "csat"]
    assert csat[["member", "score", "answers"]].to_numpy().tolist() == [
        ["relation", 7, 1], ["service", 2, 1], ["service", 4, 1], ["service", 5, 1],
    ]  # fmt: skip
    assert margins["answers"].sum() == 5  # without the 7 of 5
    assert base.groupby("region")["customers"].sum().to_dict() == {"North": 1, "South": 2}


def test_who_was_asked(conn: sa.Connection) -> None:
    found = surveys.survey_asked(conn, AnswerCut(), scope=EVERYTHING)
    cut = AnswerCut(where=(("step", ("service",)),))
    cannot = surveys.survey_asked(conn, cut, scope=EVERYTHING)

    assert found.to_numpy().tolist() == [["csat", 2, 2, 1], ["nps", 1, 0, 0]]
    assert cannot.empty


def test_comments_are_searched_and_scoped(conn: sa.Connection) -> None:
    found = surveys.answers(conn, AnswerCut(), scope=EVERYTHING, contains="SLOW")
    mine = surveys.answers(conn, AnswerCut(), scope=AccessScope(frozenset({"o2"})))

    assert found["comment"].tolist() == ["too slow"]
    assert sorted(mine["score"]) == [3, 4]
    assert surveys.answers(conn, AnswerCut(), scope=NOBODY).empty
    assert surveys.answers(conn, AnswerCut(), scope=EVERYTHING, contains="%").empty


def test_unknown_fields_are_refused(conn: sa.Connection) -> None:
    with pytest.raises(UsageError, match="Tickets have no field 'price'"):
        tickets.ticket_counts(conn, TicketCut(where=(("price", ("1",)),)), scope=EVERYTHING)
    with pytest.raises(UsageError, match="Answers have no field 'price'"):
        surveys.survey_counts(conn, AnswerCut(), scope=EVERYTHING, by="price")


def test_answers_in_pages_are_as_many_as_counted(conn: sa.Connection) -> None:
    cut = AnswerCut(where=(("kind", ("csat",)),))
    whole = surveys.answers(conn, cut, scope=EVERYTHING)["response_no"].tolist()
    pages = [
        surveys.answers(conn, cut, scope=EVERYTHING, limit=2, offset=at)["response_no"].tolist()
        for at in (0, 2)
    ]

    assert pages[0] + pages[1] == whole
    assert surveys.answers_count(conn, cut, scope=EVERYTHING) == len(whole) == 3  # a 7 of 5 is not
    assert surveys.answers_count(conn, cut, scope=AccessScope(frozenset({"o2"}))) == 1
    assert surveys.answers_count(conn, cut, scope=NOBODY) == 0


def test_values_to_filter_by_are_those_of_the_viewers_answers(conn: sa.Connection) -> None:
    found = surveys.answer_options(conn, scope=AccessScope(frozenset({"o2"})))
    rows = found[found["field"].isin(["kind", "region", "agent_id"])]

    assert [tuple(row) for row in rows.fillna("").itertuples(index=False)] == [
        ("agent_id", "e2", 1), ("agent_id", "", 1), ("kind", "csat", 1), ("kind", "nps", 1),
        ("region", "South", 2),
    ]  # fmt: skip
    assert surveys.answer_options(conn, scope=NOBODY).empty
