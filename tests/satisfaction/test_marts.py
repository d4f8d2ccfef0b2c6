"""Facts of tickets and answers, counted by hand."""

from collections.abc import Iterator
from typing import Any

import pytest

from crm_data.app_db import dispose
from crm_data.opening_hours import read_opening_hours
from tests.satisfaction.company import build_company
from tests.warehouse.stage import selected


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    settings, version = build_company(
        tmp_path_factory.mktemp("service"), CRM_SPECIAL_DAYS="2026-03-09,+2026-03-08"
    )
    yield lambda sql: selected(settings, version, sql)
    dispose(settings)


def test_waits_on_the_calendar_and_in_opening_hours(built: Any) -> None:
    rows = built(
        "SELECT ticket_id, response_minutes, response_open_minutes, solve_minutes, "
        "solve_open_minutes, is_answered, is_solved, handling_minutes FROM ticket_facts"
    )

    # News of tickets ends on the 17th at 9:00. Monday the 9th is closed, Sunday the 8th open.
    assert {row[0]: row[1:] for row in rows} == {
        "t1": (60, 60, 120, 120, True, True, 60),
        # Friday 17:00 to Monday 10:00: 65 hours; open are an hour of Friday and all of Sunday.
        "t2": (3900, 60 + 540, 3960, 60 + 540, True, True, 60),
        # Never answered: ten days less three hours; open Sunday, four days, and Monday.
        "t3": (14_200, 540 * 6, 14_200, 540 * 6, False, False, None),
        "t4": (None, None, None, None, True, True, None),
        "t5": (None, None, None, None, True, True, None),
        # Solved without an answer: watched for one until then.
        "t6": (1440, 540, 1440, 540, False, True, None),
        "t7": (0, 0, 0, 0, False, False, None),
    }


def test_promises_returns_and_what_cannot_be(built: Any) -> None:
    rows = built("SELECT ticket_id, sla, has_return, problem FROM ticket_facts")

    assert {row[0]: row[1:] for row in rows} == {
        "t1": ("met", True, None),  # t2 came four days later
        "t2": ("missed", True, None),
        "t3": ("missed", None, None),  # open and overdue
        "t4": (None, None, "response_before_creation"),
        "t5": (None, None, "resolution_before_response"),  # seven days have not passed
        "t6": (None, None, None),
        "t7": ("running", None, None),
    }


def test_impossible_times_and_scores_are_findings(built: Any) -> None:
    rows = built(
        "SELECT rule, rows FROM build_findings WHERE rule LIKE 'tickets%' OR rule LIKE 'answers%'"
    )

    assert dict(rows) == {
        "tickets_response_before_creation": 1,
        "tickets_resolution_before_response": 1,
        "answers_with_impossible_score": 1,
    }


def test_answers_know_their_ticket_and_who_was_asked(built: Any) -> None:
    rows = built(
        "SELECT response_id, scale, is_possible, step, agent_id, comment, owner_id "
        "FROM survey_facts"
    )
    asked = built("SELECT kind, owner_id, sent, delivered, answered FROM survey_invites")

    assert {row[0]: row[1:] for row in rows} == {
        "r1": (5, True, "service", "e1", "快", "o1"),
        "r2": (5, True, "service", "e1", "too slow", "o1"),
        "r3": (5, False, "relation", None, None, "o1"),
        "r4": (10, True, "relation", None, None, "o1"),
        "r5": (10, True, "relation", None, None, "o2"),
        "r6": (5, True, "service", "e2", None, "o2"),
    }
    assert sorted(asked) == [("csat", "o1", 2, 2, 1), ("nps", "o2", 1, 0, 0)]


@pytest.mark.parametrize(
    ("hours", "week", "days", "said"),
    [
        ("9-18", "1111100", "", "'9-18' is not like 09:00-18:00"),
        ("18:00-09:00", "1111100", "", "does not end after it begins"),
        ("09:00-18:00", "0000000", "", "seven times 0 or 1"),
        ("09:00-18:00", "1111100", "2026-13-01", "month must be in 1..12"),
    ],
)
def test_opening_hours_that_cannot_be_read(hours: str, week: str, days: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_opening_hours(hours, week, days)
