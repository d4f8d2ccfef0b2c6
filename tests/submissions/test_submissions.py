"""Submissions: whose deals one may speak for, rows that stay, what was won beside."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from crm_data.app_db import AuditRow, ForecastSubmissionRow, dispose, session
from crm_data.commands.forecast_submissions import ForecastDraft, submit_forecast
from crm_data.errors import CrmError, StorageError
from crm_data.queries.forecast_submissions import period_won, submissions, whole_teams
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.sales_team.company import FACTS, TEAMS

TODAY = date(2025, 7, 10)
QUARTER = (date(2025, 7, 1), date(2025, 10, 1))
OWN = ForecastDraft("owner", "e1", *QUARTER, 100.5, 150, " sure of  two ")
TEAM = ForecastDraft("team", "A", *QUARTER, 300)
ALL = ForecastDraft("all", "", *QUARTER, 900)
REP, MANAGER = AccessScope(frozenset({"e1"})), AccessScope(frozenset({"e1", "e2"}))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def team(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    if request.param == "sqlite":
        yield settings
        return
    made = replace(settings, app_url=request.getfixturevalue("new_postgres")())
    yield made
    dispose(made)


def submit(
    settings: Settings, conn: sa.Connection, draft: ForecastDraft, scope: AccessScope = EVERYTHING,
    *, actor: str = "ada", now: datetime = NOW,
) -> str:  # fmt: skip
    return submit_forecast(
        settings, conn, scope, draft, version="v1", today=TODAY, now=now, actor=actor
    )


def refused(call: Any) -> str:
    with pytest.raises(CrmError) as caught:
        call()
    return caught.value.code


def seen(settings: Settings, conn: sa.Connection, scope: AccessScope, viewer: str) -> list[str]:
    teams = whole_teams(conn, scope=scope)
    found = submissions(settings, scope, viewer, teams)
    return sorted(f"{row.level}:{row.subject}" for row in found.itertuples())


def test_every_submission_stays_and_the_newest_comes_first(
    team: Settings, warehouse: sa.Connection
) -> None:
    first = submit(team, warehouse, OWN, REP)
    later = NOW + timedelta(days=1)
    second = submit(team, warehouse, replace(OWN, commit=120, best=None), REP, now=later)
    found = submissions(team, REP, "ada", frozenset(), period=QUARTER)
    assert found["submission_id"].tolist() == [second, first]
    assert found["commit_amount"].tolist() == [120, 100.5]
    assert found["best_amount"].isna().tolist() == [True, False]
    assert found["note"].tolist()[1] == "sure of  two"
    assert found["version"].tolist() == ["v1", "v1"]
    assert submissions(team, REP, "ada", frozenset(), period=(QUARTER[1], QUARTER[1])).empty
    with session(team) as db:
        columns = (AuditRow.action, AuditRow.subject, AuditRow.details)
        audit = db.execute(sa.select(*columns).order_by(AuditRow.audit_id)).all()
    assert [tuple(row[:2]) for row in audit] == [("forecast_submit", "owner:e1")] * 2
    assert json.loads(audit[0][2])["commit"] == 100.5
    assert "sure" not in audit[0][2]  # a note may say anything about a person


@pytest.mark.parametrize("what", ["UPDATE forecast_submissions SET note = 'x'",
                                  "DELETE FROM forecast_submissions"])  # fmt: skip
def test_the_store_itself_refuses_changes(
    team: Settings, warehouse: sa.Connection, what: str
) -> None:
    submit(team, warehouse, OWN, REP)
    with pytest.raises((DBAPIError, StorageError), match="kept as they are"), session(team) as db:
        db.execute(sa.text(what))
    with session(team) as db:
        assert db.scalar(sa.select(ForecastSubmissionRow.note)) == "sure of  two"


def test_one_speaks_for_oneself_a_manager_for_a_team(
    settings: Settings, warehouse: sa.Connection
) -> None:
    for scope, drafts in ((REP, [OWN]), (MANAGER, [OWN, TEAM]), (EVERYTHING, [OWN, TEAM, ALL])):
        for draft in (OWN, TEAM, ALL):
            if draft in drafts:
                submit(settings, warehouse, draft, scope)
            else:
                code = refused(lambda d=draft, s=scope: submit(settings, warehouse, d, s))
                assert code == "forecast_not_yours"
    for draft in (replace(OWN, subject="e3"), replace(TEAM, subject="B"), replace(ALL, subject="x"),
                  replace(OWN, level="pipeline")):  # fmt: skip
        refused_code = refused(lambda d=draft: submit(settings, warehouse, d, MANAGER))
        assert refused_code == "forecast_not_yours"
    for one in ("nobody", "e9"):  # e9 has left
        gone = replace(OWN, subject=one)
        assert refused(lambda d=gone: submit(settings, warehouse, d)) == "forecast_not_yours"


def test_a_note_holds_nothing_that_terminals_act_on(
    settings: Settings, warehouse: sa.Connection
) -> None:
    submit(settings, warehouse, replace(OWN, note="one\x1b[31m\ntwo\r\x07"))
    found = submissions(settings, EVERYTHING, "x", frozenset())
    assert found["note"].tolist() == ["one [31m\ntwo"]


def test_who_sees_what(settings: Settings, warehouse: sa.Connection) -> None:
    for draft in (OWN, replace(OWN, subject="e3"), TEAM, replace(TEAM, subject="B"), ALL):
        submit(settings, warehouse, draft, actor="boss")
    assert seen(settings, warehouse, REP, "rep") == ["owner:e1"]
    assert seen(settings, warehouse, MANAGER, "manager") == ["owner:e1", "team:A"]
    assert len(seen(settings, warehouse, EVERYTHING, "x")) == 5
    assert seen(settings, warehouse, NOBODY, "x") == []
    assert len(seen(settings, warehouse, NOBODY, "boss")) == 5  # one's own words


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (replace(OWN, commit=-1), "forecast_amount"),
        (replace(OWN, commit=float("nan")), "forecast_amount"),
        (replace(OWN, best=1e14), "forecast_amount"),
        (replace(OWN, best=100), "forecast_best_below"),
        (replace(OWN, period_start=date(2025, 4, 1), period_end=TODAY), "forecast_over"),
        (replace(OWN, period_start=QUARTER[1]), "forecast_over"),
        (replace(OWN, note="x" * 1001), "task_long"),
    ],
)
def test_what_cannot_be_leaves_no_trace(
    settings: Settings, warehouse: sa.Connection, draft: ForecastDraft, code: str
) -> None:
    assert refused(lambda: submit(settings, warehouse, draft)) == code
    with session(settings) as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(AuditRow)) == 0
        assert db.scalar(sa.select(sa.func.count()).select_from(ForecastSubmissionRow)) == 0


def test_teams_that_are_seen_whole(conn: sa.Connection) -> None:
    # e9 of A has left: who has gone submits nothing, but what they won is the team's.
    assert whole_teams(conn, scope=MANAGER) == {"A"}
    assert whole_teams(conn, scope=REP) == set()
    # e3 is all of B, and no manager.
    assert whole_teams(conn, scope=AccessScope(frozenset({"e3"}))) == set()
    # Nor is one of another team, who happens to be seen beside them.
    assert whole_teams(conn, scope=AccessScope(frozenset({"e3", "e1"}))) == set()
    assert whole_teams(conn, scope=AccessScope(frozenset({"e3", "m3"}))) == {"B"}
    assert whole_teams(conn, scope=NOBODY) == set()
    assert whole_teams(conn, scope=EVERYTHING) == {"A", "B"}


def test_what_was_won_in_each_period(conn: sa.Connection) -> None:
    periods = [(date(2025, 4, 1), date(2025, 7, 1)), (date(2025, 6, 1), date(2025, 7, 1))]
    for scope, teams in ((EVERYTHING, {"A", "B"}), (MANAGER, {"A"}), (REP, set())):
        found = period_won(conn, periods, scope=scope, teams=frozenset(teams))
        told = {
            (row.period_start.date(), row.owner_id if isinstance(row.owner_id, str) else None):
            row.won for row in found.itertuples()
        }  # fmt: skip
        expected: dict[Any, float] = {}
        for start, end in periods:
            for fact in FACTS:
                owner = fact["owner_id"]
                visible = scope.owner_ids is None or owner in scope.owner_ids
                if fact["outcome"] == "won" and start <= fact["closed_on"] < end and (
                    visible or TEAMS.get(owner or "") in teams
                ):  # fmt: skip
                    before = expected.get((start, owner), 0)
                    expected[start, owner] = before + (fact["amount"] or 0)
        assert told == expected
    assert len(period_won(conn, [], scope=EVERYTHING, teams=frozenset())) == 0
    assert not [owner for _, owner in told if owner != "e1"]
