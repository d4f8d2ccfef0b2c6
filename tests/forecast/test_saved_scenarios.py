"""Saved comparisons: a transaction and an audit row for each change; who sees what of them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, SavedScenarioRow, dispose, session
from crm_data.commands.forecast_scenarios import (
    change_comparison,
    comparison_named,
    delete_comparison,
    restore_comparison,
    save_comparison,
    saved_comparisons,
)
from crm_data.errors import CrmError
from crm_data.saved_scenarios import ComparisonDraft, SavedComparison, ScenarioTotal
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from tests.conftest import NOW

LATER = NOW + timedelta(days=1)
TOTALS = (ScenarioTotal("", 100.5, 300.0), ScenarioTotal("涨价", 110.25, float("nan")))
DRAFT = ComparisonDraft(
    {"metric": ["net_revenue"], "what_if": ["涨价~0~0.1~0~0~~0~~"]}, "", "month",
    date(2026, 1, 1), date(2026, 4, 1), date(2026, 3, 12), TOTALS, "v000001",
)  # fmt: skip
ONE, OTHER, BOTH = (AccessScope(frozenset(ids)) for ids in (("e1",), ("e2",), ("e1", "e2")))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    if request.param == "sqlite":
        yield settings
        return
    made = replace(settings, app_url=request.getfixturevalue("new_postgres")())
    yield made
    dispose(made)


def save(
    settings: Settings, name: str = "Spring", scope: AccessScope = EVERYTHING, **more: Any
) -> SavedComparison:
    given = {"draft": DRAFT, "note": "", "now": NOW, "actor": "ada", **more}
    return save_comparison(settings, scope, given.pop("draft"), name=name, **given)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(CrmError) as caught:
        call()
    return caught.value.code


def audited(settings: Settings) -> list[tuple[str, str, str]]:
    with session(settings) as db:
        rows = db.scalars(sa.select(AuditRow).order_by(AuditRow.audit_id))
        return [(row.actor, row.action, row.subject) for row in rows]


def test_a_comparison_lives_and_every_change_is_audited(store: Settings) -> None:
    made = save(store, " Spring  sale ", note=" why\x1b ")
    assert (made.name, made.note, made.owner) == ("Spring sale", "why", "ada")
    assert saved_comparisons(store, EVERYTHING) == [made]
    assert made.totals == (TOTALS[0], ScenarioTotal("涨价", 110.25, None))
    assert made.question == DRAFT.question
    assert (made.period_start, made.period_end, made.as_of) == (
        date(2026, 1, 1), date(2026, 4, 1), date(2026, 3, 12),
    )  # fmt: skip

    key = made.comparison_id
    renamed = change_comparison(store, EVERYTHING, key, name="Autumn", now=LATER, actor="bob")
    assert (renamed.name, renamed.note, renamed.owner) == ("Autumn", "why", "ada")
    assert (renamed.saved_at, renamed.changed_at) == (NOW, LATER)
    assert renamed.totals == made.totals
    again = replace(DRAFT, totals=(*TOTALS[:1], ScenarioTotal("x", 1.0, 2.0)), version="v000002")
    over = change_comparison(store, EVERYTHING, key, draft=again, now=LATER, actor="ada")
    assert over.totals == again.totals
    assert (over.saved_at, over.version) == (LATER, "v000002")
    assert comparison_named(store, EVERYTHING, " AUTUMN") == over
    assert comparison_named(store, EVERYTHING, key) == over

    delete_comparison(store, EVERYTHING, key, now=LATER, actor="bob")
    assert saved_comparisons(store, EVERYTHING) == []
    assert refused(lambda: comparison_named(store, EVERYTHING, key)) == "unknown_comparison"
    assert restore_comparison(store, EVERYTHING, key, now=LATER, actor="ada") == over
    assert audited(store) == [
        ("ada", "scenarios_save", "Spring sale"), ("bob", "scenarios_change", "Autumn"),
        ("ada", "scenarios_change", "Autumn"), ("bob", "scenarios_delete", "Autumn"),
        ("ada", "scenarios_restore", "Autumn"),
    ]  # fmt: skip
    with session(store) as db:
        first = db.scalars(sa.select(AuditRow.details).order_by(AuditRow.audit_id)).first()
    details = json.loads(str(first))
    assert details["totals"] == [["", 100.5, 300.0], ["涨价", 110.25, None]]
    assert "why" not in str(first)  # a note may say anything about a person


def test_names_are_unique_among_the_living(store: Settings) -> None:
    first, other = save(store, "Straße"), save(store, "Other", now=LATER)
    key = other.comparison_id
    for call in (
        lambda: save(store, " STRASSE "),
        lambda: change_comparison(store, EVERYTHING, key, name="strasse", now=NOW, actor="ada"),
    ):
        assert refused(call) == "comparison_name_taken"
    assert [one.name for one in saved_comparisons(store, EVERYTHING)] == ["Other", "Straße"]
    assert len(audited(store)) == 2

    delete_comparison(store, EVERYTHING, first.comparison_id, now=NOW, actor="ada")
    save(store, "strasse")
    taken = refused(
        lambda: restore_comparison(
            store, EVERYTHING, first.comparison_id, now=NOW, actor="ada"
        )
    )  # fmt: skip
    assert taken == "comparison_name_taken"
    assert len(audited(store)) == 4


def test_totals_are_for_those_who_see_all_of_their_customers(settings: Settings) -> None:
    save(settings, "All")
    save(settings, "One", ONE)
    save(settings, "Both", BOTH)

    def seen(scope: AccessScope) -> dict[str, tuple[bool, AccessScope]]:
        found = saved_comparisons(settings, scope)
        return {one.name: (one.totals is not None, one.scope) for one in found}

    assert seen(EVERYTHING) == {
        "All": (True, EVERYTHING), "One": (True, ONE), "Both": (True, BOTH),
    }  # fmt: skip
    assert seen(ONE) == {"All": (False, ONE), "One": (True, ONE), "Both": (False, ONE)}
    assert seen(OTHER) == {"All": (False, OTHER), "One": (False, OTHER), "Both": (False, OTHER)}
    assert seen(BOTH) == {"All": (False, BOTH), "One": (True, ONE), "Both": (True, BOTH)}
    assert {told for told, _ in seen(NOBODY).values()} == {False}


def test_what_is_saved_over_is_seen_by_those_who_see_what_it_is_of_now(settings: Settings) -> None:
    key = save(settings, "One", ONE).comparison_id

    change_comparison(settings, EVERYTHING, key, draft=DRAFT, now=LATER, actor="boss")
    assert comparison_named(settings, ONE, "One").totals is None
    # her own words are still hers to change; the totals stay what they are of
    renamed = change_comparison(settings, ONE, key, name="Two", now=LATER, actor="ada")
    assert (renamed.name, renamed.totals) == ("Two", None)


def test_only_its_owner_or_who_sees_everybody_changes_one(settings: Settings) -> None:
    key = save(settings, scope=ONE).comparison_id

    def calls(actor: str) -> list[Callable[[], object]]:
        return [
            lambda: change_comparison(settings, BOTH, key, note="x", now=NOW, actor=actor),
            lambda: delete_comparison(settings, BOTH, key, now=NOW, actor=actor),
            lambda: restore_comparison(settings, BOTH, key, now=NOW, actor=actor),
        ]

    assert [refused(one) for one in calls("bob")[:2]] == ["comparison_of_another"] * 2
    for one in calls("ada")[:2]:
        one()
    assert refused(calls("bob")[2]) == "comparison_of_another"
    assert refused(calls("ada")[0]) == "no_such_comparison"  # it is deleted
    calls("ada")[2]()
    assert refused(calls("ada")[2]) == "no_such_comparison"  # it is there


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": "  "}, "comparison_name"), ({"name": "x" * 81}, "comparison_name"),
        ({"name": "a\0b"}, "comparison_name"), ({"note": "x" * 1001}, "task_long"),
        ({"draft": replace(DRAFT, totals=TOTALS[:1])}, "comparison_empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_leaves_no_trace(
    settings: Settings, more: dict[str, Any], code: str
) -> None:
    assert refused(lambda: save(settings, **more)) == code
    assert audited(settings) == []


def test_the_store_takes_every_text_of_an_address(store: Settings) -> None:
    odd = replace(DRAFT, question={"what_if": ["a\0b\ud800~0~0~0~0~~0~~"]})

    assert save(store, draft=odd).question == {"what_if": ["a\0b?~0~0~0~0~~0~~"]}
    with session(store) as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(SavedScenarioRow)) == 1
