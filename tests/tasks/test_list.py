"""Stored tasks and calls of retention lists in one list, each stored once."""

from datetime import date, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.app_db import TaskRow, session
from crm_data.commands.retention_drafts import ListDraft
from crm_data.commands.retention_lists import create_list
from crm_data.commands.retention_members import log_contact
from crm_data.commands.task_create import create_tasks
from crm_data.commands.task_drafts import TaskDraft
from crm_data.queries.retention_candidates import RETENTION_INPUT
from crm_data.queries.tasks import TASK_COUNTS, TASKS, DueCounts, TaskPart
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.task_codes import CODES, RETENTION_CALL
from crm_data.task_list import due_counts, listed, open_counts, open_page
from tests.conftest import NOW
from ui.translations import LANGUAGES, catalogue

TODAY = date(2026, 3, 20)
DAY = timedelta(days=1)


@pytest.fixture
def both(settings: Settings, warehouse: sa.Connection) -> Settings:
    """Two tasks around a list with a call of each owner that is due today."""
    drafts = [
        TaskDraft(TODAY + shift * DAY, "e1", title=title, customer_id="c1")
        for title, shift in (("tomorrow", 1), ("yesterday", -1))
    ]
    create_tasks(settings, warehouse, EVERYTHING, drafts, now=NOW, actor="ada")
    chosen = pd.DataFrame(
        {"customer_id": ["c1", "c2", "c4"], "value_at_stake": [5.0, None, 7.0], "reasons": "[]"}
    )
    draft = ListDraft("Keep", TODAY, TODAY, {}, "v1", hold_back_share=0.0)
    create_list(
        settings, warehouse, EVERYTHING, RETENTION_INPUT.conform(chosen), draft, now=NOW, actor="a"
    )
    return settings


def rows(settings: Settings, conn: sa.Connection, scope: AccessScope) -> list[tuple[str, str]]:
    found = listed(settings, conn, scope, "ann", state="open", on=TODAY)
    TASKS.check(found)
    return list(zip(found["title"] + found["code"].fillna(""), found["customer_id"], strict=True))


def test_calls_are_listed_between_tasks_by_due_day(
    both: Settings, warehouse: sa.Connection
) -> None:
    calls = [(RETENTION_CALL, one) for one in ("c4", "c1", "c2")]

    assert rows(both, warehouse, EVERYTHING) == [("yesterday", "c1"), *calls, ("tomorrow", "c1")]
    assert rows(both, warehouse, AccessScope(frozenset({"e2"}))) == [(RETENTION_CALL, "c2")]
    assert rows(both, warehouse, NOBODY) == []
    everything = listed(both, warehouse, EVERYTHING, "ann", state="open", on=TODAY)
    assert everything["owner_id"].tolist() == ["e1", "e3", "e1", "e2", "e1"]
    with session(both) as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(TaskRow)) == 2


@pytest.mark.parametrize(
    ("part", "subjects"),
    [
        (TaskPart(), ["yesterday", "c4", "c1", "c2", "tomorrow"]),
        (TaskPart(frozenset({"e1"})), ["yesterday", "c1", "tomorrow"]),
        (TaskPart(equal=(("code", None),)), ["yesterday", "tomorrow"]),
        (TaskPart(equal=(("code", RETENTION_CALL), ("owner_id", "e2"))), ["c2"]),
        (TaskPart(equal=(("owner_id", None),)), []),
        (TaskPart(first=TODAY), ["c4", "c1", "c2", "tomorrow"]),
        (TaskPart(last=TODAY, equal=(("origin", "tasks"),)), ["yesterday"]),
        (TaskPart(last=TODAY), ["yesterday", "c4", "c1", "c2"]),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 9])
def test_pages_of_a_part_are_the_list_in_pieces(
    both: Settings, warehouse: sa.Connection, part: TaskPart, subjects: list[str], size: int
) -> None:
    pages = [
        open_page(both, warehouse, EVERYTHING, "ann", part, on=TODAY, offset=at, size=size)
        for at in range(0, 9, size)
    ]
    found = pd.concat(pages)
    whole = part.kept(listed(both, warehouse, EVERYTHING, "ann", state="open", on=TODAY))

    assert found["title"].where(found["title"] != "", found["customer_id"]).tolist() == subjects
    assert found["task_id"].tolist() == whole["task_id"].tolist()
    assert max(map(len, pages)) <= size


def test_open_tasks_are_counted_by_owner_kind_page_and_time(
    both: Settings, warehouse: sa.Connection
) -> None:
    def counted(scope: AccessScope, viewer: str, week_end: date) -> set[tuple[object, ...]]:
        found = open_counts(both, warehouse, scope, viewer, on=TODAY, week_end=week_end)
        TASK_COUNTS.check(found)
        told = found.astype(object).where(found.notna(), None)
        return set(told[["owner_id", "code", "due", "tasks"]].itertuples(index=False, name=None))

    calls = {(owner, RETENTION_CALL, "today", 1) for owner in ("e1", "e2", "e3")}
    late = ("e1", None, "overdue", 1)
    assert counted(EVERYTHING, "ann", TODAY) == {*calls, late, ("e1", None, "later", 1)}
    week = {*calls, late, ("e1", None, "week", 1)}
    assert counted(EVERYTHING, "ann", TODAY + DAY) == week
    assert counted(AccessScope(frozenset({"e2"})), "ann", TODAY) == {
        ("e2", RETENTION_CALL, "today", 1)
    }
    assert counted(NOBODY, "ann", TODAY) == set()


@pytest.mark.parametrize(
    ("owners", "viewer", "on", "expected"),
    [
        (None, "ann", TODAY, (1, 3)), (None, "ann", TODAY + DAY, (4, 1)),
        (["e1"], "ann", TODAY, (1, 1)), (["e2"], "ann", TODAY, (0, 1)), ([], "ann", TODAY, (0, 0)),
        (["e2", "e3"], "ada", TODAY, (0, 2)),  # not what she made for others
        ([], "e1", TODAY, (1, 0)),  # given by name; customers of others stay unseen
    ],
)  # fmt: skip
def test_what_is_due_is_counted(
    both: Settings, warehouse: sa.Connection, owners: list[str] | None, viewer: str, on: date,
    expected: tuple[int, int],
) -> None:  # fmt: skip
    scope = AccessScope(None if owners is None else frozenset(owners))
    found = due_counts(both, warehouse, scope, viewer, on=on)

    assert found == DueCounts(*expected)
    assert found.total == sum(expected)


def test_a_call_whose_outcome_is_in_is_no_task_any_more(
    both: Settings, warehouse: sa.Connection
) -> None:
    everything = listed(both, warehouse, EVERYTHING, "ann", state="open", on=TODAY)
    call = everything[everything["customer_id"] == "c2"].iloc[0]
    list_id = call["task_id"].split(":")[1]
    assert f"list={list_id}&member=c2" in call["origin_query"]
    at = (both, warehouse, EVERYTHING, list_id)
    log_contact(*at, "c2", outcome="reached", now=NOW, actor="ada")
    assert (RETENTION_CALL, "c2") in rows(both, warehouse, EVERYTHING)  # not yet decided
    log_contact(*at, "c2", outcome="accepted", now=NOW, actor="ada")
    assert (RETENTION_CALL, "c2") not in rows(both, warehouse, EVERYTHING)
    for state in ("done", "snoozed"):
        assert listed(both, warehouse, EVERYTHING, "a", state=state, on=TODAY).empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words_that_use_only_its_figures(language: str) -> None:
    t = catalogue(language)
    for code, figures in CODES.items():
        assert t(f"task.{code}", **dict.fromkeys(figures, "1"))
        assert t(f"task.kind_{code}")
