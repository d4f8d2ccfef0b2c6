"""Tasks: one transaction and one audit row for each change, refusals leave no trace."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, dispose, session
from crm_data.commands.task_create import create_task, create_tasks
from crm_data.commands.task_drafts import Created, Task, TaskDraft
from crm_data.commands.tasks import (
    complete_task,
    delete_task,
    edit_task,
    reopen_task,
    snooze_task,
    undo_change,
    undo_created,
)
from crm_data.errors import UsageError
from crm_data.queries.tasks import RAISED, change_stamp, raised, tasks, tasks_of_customer
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from tests.conftest import NOW

TODAY = date(2026, 3, 20)
LATER = NOW + timedelta(hours=1)
OWN = AccessScope(frozenset({"e1"}))
WORDS = TaskDraft(TODAY, "e1", title="Call  them", customer_id="c1", note="private")
STUCK = TaskDraft(
    TODAY, "e1", code="deal_stuck", opportunity_id="d1", origin="pipeline",
    figures={"stage": "proposal", "days": 40, "usual_days": float("nan")},
    origin_query="view=attention",
)  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def team(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of a company whose app database is one of both."""
    if request.param == "sqlite":
        yield settings
        return
    made = replace(settings, app_url=request.getfixturevalue("new_postgres")())
    yield made
    dispose(made)


def made(
    settings: Settings, conn: sa.Connection, draft: TaskDraft = WORDS, *,
    scope: AccessScope = EVERYTHING, actor: str = "ada",
) -> Task:  # fmt: skip
    return create_task(settings, conn, scope, draft, now=NOW, actor=actor).made[0]


def by(task: Task, actor: str = "bob") -> dict[str, Any]:
    return {"seen": task.changed_at, "now": LATER, "actor": actor}


def audited(settings: Settings) -> list[tuple[str, str, str]]:
    with session(settings) as db:
        rows = db.scalars(sa.select(AuditRow).order_by(AuditRow.audit_id))
        return [(r.actor, r.action, r.subject) for r in rows]


def open_ids(settings: Settings, scope: AccessScope = EVERYTHING, viewer: str = "ada") -> set[str]:
    return set(tasks(settings, scope, viewer, state="open", on=TODAY)["task_id"])


def refused(call: Any) -> str:
    with pytest.raises(UsageError) as caught:
        call()
    return caught.value.code


def test_every_change_is_one_audit_row_and_can_be_taken_back(
    team: Settings, warehouse: sa.Connection
) -> None:
    one = made(team, warehouse)
    assert (one.title, one.status, one.subject) == ("Call them", "open", "customer:c1")
    stamps = [change_stamp(team)]
    done = complete_task(team, EVERYTHING, one.task_id, **by(one))
    assert (done.after.status, done.after.done_at) == ("done", LATER)
    back = undo_change(team, EVERYTHING, done, now=LATER, actor="bob")
    assert (back.after.status, back.after.done_at) == ("open", None)
    stamps.append(change_stamp(team))
    slept = snooze_task(
        team, EVERYTHING, one.task_id, until=TODAY + timedelta(days=1), today=TODAY,
        **by(back.after),
    ).after  # fmt: skip
    assert (slept.status, slept.snoozed_until) == ("snoozed", TODAY + timedelta(days=1))
    woken = reopen_task(team, EVERYTHING, one.task_id, **by(slept)).after
    assert (woken.status, woken.snoozed_until) == ("open", None)
    edited = edit_task(
        team, EVERYTHING, one.task_id, due_on=date(2026, 4, 1), owner_id="", note="secret",
        title="Mail them", **by(woken),
    ).after  # fmt: skip
    assert (edited.owner_id, edited.note, edited.title) == (None, "secret", "Mail them")
    gone = delete_task(team, EVERYTHING, one.task_id, **by(edited))
    assert open_ids(team) == set()
    assert undo_change(team, EVERYTHING, gone, now=LATER, actor="bob").after.due_on.month == 4
    assert open_ids(team) == {one.task_id}

    assert [a for _, a, _ in audited(team)] == [
        "task_create", "task_done", "task_undo", "task_snooze", "task_reopen", "task_edit",
        "task_delete", "task_undo",
    ]  # fmt: skip
    assert {(who, what) for who, _, what in audited(team)[1:]} == {("bob", "customer:c1")}
    with session(team) as db:
        details = [json.loads(text) for text in db.scalars(sa.select(AuditRow.details))]
    assert details[5]["changed"] == {"owner_id": ["e1", None], "due_on": [str(TODAY), "2026-04-01"]}
    assert details[5]["text_changed"]
    assert not any("private" in str(d) or "secret" in str(d) for d in details)
    assert stamps[0] < stamps[1] < change_stamp(team)


def test_what_somebody_else_changed_is_not_written_over(
    team: Settings, warehouse: sa.Connection
) -> None:
    one = made(team, warehouse)
    done = complete_task(team, EVERYTHING, one.task_id, **by(one))
    # In the same instant, and even from the same state.
    late = {
        "edit": lambda: edit_task(team, EVERYTHING, one.task_id, note="x", **by(one)),
        "delete": lambda: delete_task(team, EVERYTHING, one.task_id, **by(one)),
    }
    assert {refused(call) for call in late.values()} == {"task_changed_since"}
    again = reopen_task(team, EVERYTHING, one.task_id, **by(done.after))
    assert again.after.changed_at > done.after.changed_at == LATER
    assert refused(lambda: undo_change(team, EVERYTHING, done, now=LATER, actor="bob")) == (
        "task_changed_since"
    )
    assert len(audited(team)) == 3


def test_the_same_thing_is_open_once(team: Settings, warehouse: sa.Connection) -> None:
    one = made(team, warehouse, STUCK)
    assert (one.customer_id, one.subject) == ("c1", "opportunity:d1")  # the deal's customer
    assert json.loads(one.figures) == {"stage": "proposal", "days": 40, "usual_days": None}

    def again(draft: TaskDraft, scope: AccessScope = EVERYTHING, who: str = "bob") -> Created:
        return create_task(team, warehouse, scope, draft, now=LATER, actor=who)

    assert again(STUCK) == Created((), (one,))
    assert len(audited(team)) == 1
    assert len(again(replace(STUCK, opportunity_id="d2")).made) == 1
    assert len(again(WORDS).made) == len(again(WORDS).made) == 1  # one's own words: as often
    done = complete_task(team, EVERYTHING, one.task_id, **by(one)).after
    assert len(again(STUCK).made) == 1
    assert refused(lambda: reopen_task(team, EVERYTHING, one.task_id, **by(done))) == (
        "task_open_already"
    )


def test_an_open_one_of_somebody_else_is_not_shown(
    settings: Settings, warehouse: sa.Connection
) -> None:
    made(settings, warehouse, replace(STUCK, owner_id="e2"))
    with pytest.raises(UsageError) as caught:
        made(settings, warehouse, STUCK, scope=OWN, actor="ann")
    assert caught.value.code == "task_with_others"


def test_many_are_made_at_once_or_not_at_all(settings: Settings, warehouse: sa.Connection) -> None:
    one = made(settings, warehouse, STUCK)
    drafts = [replace(STUCK, opportunity_id=deal) for deal in ("d1", "d2", "d3", "d2")]
    at = (settings, warehouse, EVERYTHING)
    found = create_tasks(*at, drafts, now=NOW, actor="ada")

    assert [task.subject for task in found.made] == ["opportunity:d2", "opportunity:d3"]
    assert found.known == (one,)
    assert audited(settings)[1:] == [("ada", "task_create", "2")]
    undo_created(settings, EVERYTHING, found.made, now=LATER, actor="ada")
    assert open_ids(settings) == {one.task_id}
    assert audited(settings)[-1] == ("ada", "task_undo", "2")
    bad = [WORDS, replace(WORDS, customer_id="c77")]
    assert refused(lambda: create_tasks(*at, bad, now=NOW, actor="ada")) == "task_subject"
    assert open_ids(settings) == {one.task_id}


def test_what_cannot_be_a_task_leaves_no_trace(
    settings: Settings, warehouse: sa.Connection
) -> None:
    wrong = {
        "task_title": replace(WORDS, title="  "),
        "task_code": replace(STUCK, code="nonsense"),
        "task_figures": replace(STUCK, figures={"days": 1}),
        "task_subject": replace(WORDS, customer_id="'; DROP TABLE tasks; --"),
        "task_origin": replace(WORDS, origin="https://example.com"),
        "task_owner": replace(WORDS, owner_id="x" * 300),
        "task_long": replace(WORDS, note="x" * 1_001),
    }
    for code, draft in wrong.items():
        assert refused(lambda d=draft: made(settings, warehouse, d)) == code
    assert audited(settings) == []
    one = made(settings, warehouse, STUCK)
    assert refused(
        lambda: edit_task(settings, EVERYTHING, one.task_id, title="Mine", **by(one))
    ) == "task_words"  # fmt: skip
    assert refused(
        lambda: snooze_task(
            settings, EVERYTHING, one.task_id, until=TODAY, today=TODAY, **by(one)
        )
    ) == "task_snooze"  # fmt: skip


def test_nobody_sees_or_changes_tasks_of_others(
    settings: Settings, warehouse: sa.Connection
) -> None:
    theirs = made(settings, warehouse, replace(WORDS, owner_id="e2", customer_id="c2"))
    nobodys = made(settings, warehouse, replace(WORDS, owner_id=None, customer_id="c3"))
    own = made(settings, warehouse)
    assert open_ids(settings, OWN, "ann") == {own.task_id}
    assert open_ids(settings, NOBODY, "ann") == set()
    assert open_ids(settings, NOBODY, "ada") == {t.task_id for t in (theirs, nobodys, own)}
    assert open_ids(settings) == open_ids(settings, NOBODY, "ada")
    for scope in (OWN, NOBODY):
        for task in (theirs, nobodys):
            assert refused(
                lambda t=task, s=scope: complete_task(settings, s, t.task_id, **by(t, "ann"))
            ) == "no_such_task"  # fmt: skip
    assert refused(lambda: made(settings, warehouse, replace(WORDS, customer_id="c2"), scope=OWN)
    ) == "task_subject"  # fmt: skip
    assert refused(lambda: made(settings, warehouse, replace(WORDS, owner_id="e2"), scope=OWN)
    ) == "task_owner"  # fmt: skip
    assert refused(
        lambda: edit_task(settings, OWN, own.task_id, owner_id="e2", **by(own, "ann"))
    ) == "task_owner"  # fmt: skip
    assert edit_task(settings, OWN, own.task_id, owner_id="ann", **by(own, "ann")).after.owner_id
    assert open_ids(settings, NOBODY, "ann") == {own.task_id}  # given to oneself by name


def test_a_snoozed_task_is_back_on_its_day_and_due_when_it_was(
    settings: Settings, warehouse: sa.Connection
) -> None:
    one = made(settings, warehouse)
    until = TODAY + timedelta(days=3)
    snooze_task(settings, EVERYTHING, one.task_id, until=until, today=TODAY, **by(one))

    def states(on: date) -> list[int]:
        return [
            len(tasks(settings, EVERYTHING, "ada", state=state, on=on))
            for state in ("open", "snoozed", "done")
        ]

    assert states(TODAY) == states(until - timedelta(days=1)) == [0, 1, 0]
    assert states(until) == [1, 0, 0]
    back = tasks(settings, EVERYTHING, "ada", state="open", on=until)
    assert back["due_on"].dt.date.tolist() == [TODAY]
    assert len(tasks_of_customer(settings, EVERYTHING, "ada", "c1")) == 1
    assert tasks_of_customer(settings, AccessScope(frozenset({"e2"})), "bo", "c1").empty


def test_buttons_know_what_was_raised_and_is_not_done(
    team: Settings, warehouse: sa.Connection
) -> None:
    other = replace(STUCK, opportunity_id="d2", due_on=TODAY - timedelta(days=1), owner_id="e2")
    done, slept = made(team, warehouse, STUCK), made(team, warehouse, other)
    made(team, warehouse, WORDS)  # nobody's button: it has no code
    until = TODAY + timedelta(days=3)
    snooze_task(team, EVERYTHING, slept.task_id, until=until, today=TODAY, **by(slept))

    def seen(scope: AccessScope, viewer: str = "ann") -> list[tuple[str, str]]:
        found = raised(team, scope, viewer)
        RAISED.check(found)
        return list(zip(found["subject"], found["owner_id"], strict=True))

    both = [("opportunity:d2", "e2"), ("opportunity:d1", "e1")]
    assert (seen(EVERYTHING), seen(OWN), seen(NOBODY)) == (both, both[1:], [])
    assert seen(NOBODY, "ada") == both  # who made them
    complete_task(team, EVERYTHING, done.task_id, **by(done))
    assert seen(EVERYTHING) == both[:1]


def test_what_came_of_a_call_is_kept_until_it_is_opened_again(
    team: Settings, warehouse: sa.Connection
) -> None:
    draft = TaskDraft(
        TODAY, "e1", code="detractor", customer_id="c1",
        figures={"score": 2, "answered_on": TODAY},
    )  # fmt: skip
    task = made(team, warehouse, draft)
    assert refused(lambda: complete_task(team, OWN, task.task_id, outcome="x", **by(task))) == (
        "task_outcome"
    )
    done = complete_task(team, OWN, task.task_id, outcome="promised", **by(task))
    assert (done.after.status, done.after.outcome) == ("done", "promised")
    with session(team) as db:
        details = json.loads(db.scalars(sa.select(AuditRow.details)).all()[-1])
    assert details["changed"]["outcome"] == [None, "promised"]
    again = reopen_task(team, OWN, task.task_id, **by(done.after))
    assert again.after.outcome is None
    back = undo_change(team, OWN, again, now=LATER, actor="bob")
    assert back.after.outcome == "promised"
