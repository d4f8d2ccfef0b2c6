"""Event logs become tickets."""

from pathlib import Path

import pandas as pd
import pytest

from crm_data.errors import BadInputError
from crm_data.importers.event_log import EventLog, tickets_of_events

_LOG = """Case,What,When,Who
7,open,2026-03-02 09:00:00,
7,reply,2026-03-02 10:00:00,Li
7,solve,2026-03-02 11:00:00,Li
7,reply,2026-03-03 09:00:00,Wang
7,solve,2026-03-03 10:00:00,Wang
8,open,2026-03-02 12:00:00,
8,reply,no time,Li
9,solve,2026-03-02 12:00:00,Li
9,solve,2026-03-02 13:00:00,Li
,open,2026-03-02 12:00:00,
"""
_MAP = EventLog("Case", "What", "When", ("reply",), ("solve",), agent="Who")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(_LOG, encoding="utf-8")
    return path


def test_a_case_is_a_ticket(log: Path) -> None:
    found = tickets_of_events(log, _MAP, log.with_name("t.csv"))

    made = pd.read_csv(log.with_name("t.csv"), dtype={"ticket_id": str}).set_index("ticket_id")
    assert (found["events"], found["skipped"], found["tickets"]) == (10, 2, 3)
    assert made.loc["7", ["created_at", "first_response_at", "resolved_at"]].tolist() == [
        "2026-03-02 09:00:00", "2026-03-02 10:00:00", "2026-03-03 10:00:00",
    ]  # fmt: skip
    assert made.loc["7", ["reopened_count", "agent_id"]].tolist() == [1, "Wang"]
    assert made["contact_count"].isna().all()  # an event need not be a contact
    assert made.loc["9", "reopened_count"] == 0  # solved twice in a row
    assert made.loc["8", "status"] == "open"
    assert pd.isna(made.loc["8", "resolved_at"])


def test_without_an_activity_that_solves_the_last_event_does(log: Path) -> None:
    tickets_of_events(log, EventLog("Case", "What", "When"), log.with_name("t.csv"))

    made = pd.read_csv(log.with_name("t.csv")).set_index("ticket_id")
    assert made.loc[8, "resolved_at"] == "2026-03-02 12:00:00"
    assert made["first_response_at"].isna().all()
    assert made["reopened_count"].isna().all()


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (EventLog("Id", "What", "When"), "no column 'Id'. It has Case, What, When, Who"),
        (EventLog("Case", "What", "When", ("answer",)), "Activities are open, reply, solve"),
        (EventLog("Case", "What", "What"), "no event with a case and a time"),
    ],
)
def test_what_cannot_be_read_is_said(log: Path, mapping: EventLog, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        tickets_of_events(log, mapping, log.with_name("t.csv"))
