"""Retention lists: one transaction and one audit row for each change, refusals leave no trace."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, dispose, session
from crm_data.commands.retention_calls import call_list
from crm_data.commands.retention_drafts import DEFAULT_SHARE, ListDraft
from crm_data.commands.retention_lists import (
    close_list,
    create_list,
    delete_list,
    reopen_list,
    restore_list,
    retention_lists,
)
from crm_data.commands.retention_members import (
    all_members,
    busy_customers,
    log_contact,
    members_of,
    memberships,
    open_tasks,
    reassign,
    undo_change,
)
from crm_data.errors import NotPermittedError, UsageError
from crm_data.queries.retention_candidates import RETENTION_INPUT
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from tests.actions.company import ASSIGNED
from tests.conftest import NOW
from tests.postgres_server import NewDatabase

LATER = NOW + timedelta(days=1)
OWN = AccessScope(frozenset({"e1"}))
DRAFT = ListDraft(
    "Call them", ASSIGNED, ASSIGNED + timedelta(days=14), {"source": "customers"}, "v000001",
    seed=3,
)  # fmt: skip


def people(*numbers: int) -> pd.DataFrame:
    """The reasons and values that a model would bring."""
    return RETENTION_INPUT.conform(
        pd.DataFrame(
            {
                "customer_id": [f"c{no}" for no in numbers],
                "value_at_stake": [100.0 * no or None for no in numbers],
                "reasons": ['["at_risk"]'] * len(numbers),
            }
        )
    )


def made(settings, conn, *numbers, scope=EVERYTHING, actor="ada", **changes):
    draft = replace(DRAFT, **changes)
    chosen = people(*(numbers or range(10)))
    return create_list(settings, conn, scope, chosen, draft, now=NOW, actor=actor)


def arms(settings: Settings, list_id: str) -> dict[str, str]:
    found = members_of(settings, list_id)
    return dict(zip(found["customer_id"], found["arm"], strict=True))


def audited(settings: Settings) -> list[tuple[str, str, str]]:
    with session(settings) as db:
        rows = db.scalars(sa.select(AuditRow).order_by(AuditRow.audit_id))
        return [(r.actor, r.action, r.subject) for r in rows if r.action.startswith("retention")]


def contacted(settings: Settings, list_id: str) -> str:
    return next(key for key, arm in arms(settings, list_id).items() if arm == "contact")


def test_a_list_is_drawn_with_a_hold_back_unless_that_is_switched_off(
    settings: Settings, warehouse: sa.Connection
) -> None:
    assert DEFAULT_SHARE == 0.2
    one = made(settings, warehouse)

    assert (one.name, one.owner, one.version) == ("Call them", "ada", "v000001")
    assert one.outcome_on == ASSIGNED + timedelta(days=90)
    assert list(arms(settings, one.list_id).values()).count("hold_back") == 2
    found = members_of(settings, one.list_id)
    assert found["customer_id"].tolist()[0] == "c9"  # the largest value first
    assert found["value_at_stake"].isna().sum() == 1
    assert found.set_index("customer_id")["owner_id"]["c3"] == "e2"
    assert found["owner_id"].isna().sum() == 1
    assert set(found["status"]) == {"open"}

    delete_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
    again = made(settings, warehouse)
    drawn = dict(zip(found["customer_id"], found["arm"], strict=True))
    assert arms(settings, again.list_id) == drawn
    delete_list(settings, EVERYTHING, again.list_id, now=NOW, actor="ada")
    none = made(settings, warehouse, hold_back_share=0.0, owner_id="e9")
    assert set(arms(settings, none.list_id).values()) == {"contact"}
    assert set(members_of(settings, none.list_id)["owner_id"]) == {"e9"}


def test_what_cannot_be_a_list_leaves_no_trace(
    settings: Settings, warehouse: sa.Connection
) -> None:
    refused = {
        "retention_empty": lambda: create_list(
            settings, warehouse, EVERYTHING, people(), DRAFT, now=NOW, actor="a"
        ),
        "retention_twice": lambda: made(settings, warehouse, 1, 2, 1),
        "retention_unknown": lambda: made(settings, warehouse, 1, 77),
        "retention_name": lambda: made(settings, warehouse, name="  "),
        "retention_draft_hold_back_share": lambda: made(settings, warehouse, hold_back_share=0.6),
        "retention_draft_save_rate_guess": lambda: made(settings, warehouse, save_rate_guess=0),
        "retention_draft_offer_cost": lambda: made(settings, warehouse, offer_cost=float("nan")),
        "retention_draft_days": lambda: made(settings, warehouse, days=0),
        "retention_draft_kept": lambda: made(settings, warehouse, kept="mood"),
        "retention_draft_due_on": lambda: made(settings, warehouse, due_on=date(2026, 2, 1)),
    }
    for code, call in refused.items():
        with pytest.raises(UsageError) as caught:
            call()
        assert caught.value.code == code
    assert retention_lists(settings) == []
    assert audited(settings) == []


def test_a_list_of_more_than_it_holds(
    settings: Settings, warehouse: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_data.commands.retention_input.MAX_MEMBERS", 3)
    with pytest.raises(UsageError, match="more than one list holds"):
        made(settings, warehouse, 1, 2, 3, 4)


def test_nobody_lists_customers_of_others(settings: Settings, warehouse: sa.Connection) -> None:
    for scope in (OWN, NOBODY):
        with pytest.raises(UsageError) as caught:
            made(settings, warehouse, 0, 3, scope=scope)
        assert caught.value.code == "retention_unknown"
    assert made(settings, warehouse, 0, 1, scope=OWN).owner == "ada"


def test_names_are_unique_among_the_living(settings: Settings, warehouse: sa.Connection) -> None:
    one = made(settings, warehouse, 1)
    with pytest.raises(UsageError) as caught:
        made(settings, warehouse, 2, name="CALL  them")
    assert caught.value.code == "retention_name_taken"
    delete_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
    made(settings, warehouse, 2)
    with pytest.raises(UsageError) as caught:
        restore_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
    assert caught.value.code == "retention_name_taken"


def test_nobody_is_on_two_lists_at_once(settings: Settings, warehouse: sa.Connection) -> None:
    one = made(settings, warehouse, 1, 2)
    other = made(settings, warehouse, 2, 3, name="Other")

    assert (other.left_out, set(arms(settings, other.list_id))) == (1, {"c3"})
    with pytest.raises(UsageError) as caught:
        made(settings, warehouse, 1, 3, name="Third")
    assert caught.value.code == "retention_all_busy"
    last = one.outcome_on
    close_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
    with pytest.raises(UsageError):  # still running on its outcome day, closed or not
        made(settings, warehouse, 1, name="Third", assigned_on=last, due_on=last)
    day = last + timedelta(days=1)
    assert made(settings, warehouse, 1, name="Third", assigned_on=day, due_on=day).left_out == 0


def test_a_list_that_would_clash_is_not_restored(
    settings: Settings, warehouse: sa.Connection
) -> None:
    one = made(settings, warehouse, 1)
    delete_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
    other = made(settings, warehouse, 1, name="Other")
    with pytest.raises(UsageError) as caught:
        restore_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
    assert caught.value.code == "retention_busy_since"
    delete_list(settings, EVERYTHING, other.list_id, now=NOW, actor="ada")
    restore_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
    assert [found.name for found in retention_lists(settings)] == ["Call them"]


def test_every_change_is_one_audit_row(settings: Settings, warehouse: sa.Connection) -> None:
    one = made(settings, warehouse)
    who = contacted(settings, one.list_id)
    at = (settings, warehouse, EVERYTHING, one.list_id, who)
    change = log_contact(*at, outcome="refused", note="private", now=LATER, actor="bob")
    reassign(*at, owner_id="e2", now=LATER, actor="bob")
    with pytest.raises(UsageError) as caught:
        undo_change(settings, warehouse, EVERYTHING, change, now=LATER, actor="bob")
    assert caught.value.code == "retention_changed_since"
    for command in (close_list, reopen_list, delete_list, restore_list):
        command(settings, EVERYTHING, one.list_id, now=LATER, actor="bob")

    assert audited(settings) == [
        ("ada", "retention_create", "Call them"), ("bob", "retention_log", who),
        ("bob", "retention_reassign", who), ("bob", "retention_close", "Call them"),
        ("bob", "retention_reopen", "Call them"), ("bob", "retention_delete", "Call them"),
        ("bob", "retention_restore", "Call them"),
    ]  # fmt: skip
    with session(settings) as db:
        first, second = [json.loads(r.details) for r in db.scalars(sa.select(AuditRow).limit(2))]
    assert (first["contact"], first["hold_back"], first["left_out"], first["seed"]) == (8, 2, 0, 3)
    assert (second["status"], second["before"]["status"]) == ("declined", "open")
    assert "private" not in json.dumps(second)


def test_an_outcome_decides_the_status_and_can_be_taken_back(
    settings: Settings, warehouse: sa.Connection
) -> None:
    one = made(settings, warehouse)
    who = contacted(settings, one.list_id)
    at = (settings, warehouse, EVERYTHING, one.list_id, who)

    def state() -> tuple[object, ...]:
        found = members_of(settings, one.list_id).set_index("customer_id").loc[who]
        return found["status"], None if pd.isna(found["contacted_at"]) else found["contacted_at"]

    log_contact(*at, outcome="no_answer", now=NOW, actor="bob")
    assert state() == ("open", None)
    log_contact(*at, outcome="reached", now=NOW, actor="bob")
    assert state() == ("contacted", pd.Timestamp(NOW))
    change = log_contact(*at, outcome="accepted", now=LATER, actor="bob")
    assert state() == ("done", pd.Timestamp(NOW))
    undo_change(settings, warehouse, EVERYTHING, change, now=LATER, actor="bob")
    assert state() == ("contacted", pd.Timestamp(NOW))
    log_contact(*at, outcome=None, now=LATER, actor="bob")
    assert state() == ("open", None)


def test_contacts_that_cannot_be_logged(settings: Settings, warehouse: sa.Connection) -> None:
    one = made(settings, warehouse)
    held = next(key for key, arm in arms(settings, one.list_id).items() if arm == "hold_back")
    who = contacted(settings, one.list_id)

    def logged(customer, list_id=one.list_id, scope=EVERYTHING, outcome="reached", note=""):
        log_contact(settings, warehouse, scope, list_id, customer, outcome=outcome, note=note,
                    now=NOW, actor="bob")  # fmt: skip

    refused = {
        "retention_held_back": lambda: logged(held),
        "retention_no_member": lambda: logged("c77"),
        "retention_outcome": lambda: logged(who, outcome="moody"),
        "retention_note": lambda: logged(who, note="n" * 1_001),
    }
    for code, call in refused.items():
        with pytest.raises(UsageError) as caught:
            call()
        assert caught.value.code == code
    theirs = next(c for c in ("c3", "c4", "c5") if arms(settings, one.list_id)[c] == "contact")
    with pytest.raises(UsageError, match="not yours"):
        logged(theirs, scope=OWN)
    with pytest.raises(UsageError, match="not yours"):
        reassign(settings, warehouse, NOBODY, one.list_id, who, owner_id="e1", now=NOW, actor="b")
    close_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
    with pytest.raises(UsageError) as caught:
        logged(who)
    assert caught.value.code == "retention_closed"
    delete_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
    with pytest.raises(UsageError, match="not on this list"):
        logged(who)


def test_only_its_maker_closes_a_list_unless_one_sees_everything(
    settings: Settings, warehouse: sa.Connection
) -> None:
    one = made(settings, warehouse, 0, scope=OWN)
    for command in (close_list, delete_list):
        with pytest.raises(NotPermittedError):
            command(settings, OWN, one.list_id, now=NOW, actor="bob")
    close_list(settings, OWN, one.list_id, now=NOW, actor="ada")
    with pytest.raises(UsageError, match="not there"):
        delete_list(settings, EVERYTHING, "nope", now=NOW, actor="ada")


def test_tasks_are_the_open_contacts_of_open_lists(
    settings: Settings, warehouse: sa.Connection
) -> None:
    one = made(settings, warehouse)
    contacts = {key for key, arm in arms(settings, one.list_id).items() if arm == "contact"}
    done, reached, *_ = sorted(contacts)
    for who, outcome in ((done, "accepted"), (reached, "reached")):
        log_contact(settings, warehouse, EVERYTHING, one.list_id, who, outcome=outcome, now=NOW,
                    actor="bob")  # fmt: skip

    assert set(open_tasks(settings)["customer_id"]) == contacts - {done}
    assert set(all_members(settings)["customer_id"]) == {f"c{no}" for no in range(10)}
    for command, n in ((close_list, 0), (reopen_list, 7), (delete_list, 0), (restore_list, 7)):
        command(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
        assert len(open_tasks(settings)) == n


@pytest.mark.postgres
def test_the_same_in_an_app_database_on_a_server(
    settings: Settings, warehouse: sa.Connection, new_postgres: NewDatabase
) -> None:
    team = replace(settings, app_url=new_postgres())
    try:
        one = made(team, warehouse)
        who = contacted(team, one.list_id)
        at = (team, warehouse, EVERYTHING)
        change = log_contact(
            *at, one.list_id, who, outcome="reached", note="😀", now=NOW, actor="b"
        )
        undo_change(*at, change, now=LATER, actor="b")
        assert len(open_tasks(team)) == 8
        delete_list(team, EVERYTHING, one.list_id, now=LATER, actor="ada")
        assert retention_lists(team) == []
        assert retention_lists(team, with_deleted=True)[0].created_at == NOW
    finally:
        dispose(team)


def test_memberships_of_a_customer_last_until_the_outcome_day(
    settings: Settings, warehouse: sa.Connection
) -> None:
    one = made(settings, warehouse, 1, 2)
    (found,) = memberships(settings, "c1", on=one.outcome_on).to_dict("records")

    assert (found["list_name"], found["is_closed"]) == ("Call them", False)
    assert found["outcome_on"].date() == one.outcome_on
    assert memberships(settings, "c1", on=one.outcome_on + timedelta(days=1)).empty
    assert memberships(settings, "c3", on=one.outcome_on).empty
    close_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")
    assert memberships(settings, "c1", on=one.outcome_on)["is_closed"].tolist() == [True]


def test_the_call_list_keeps_to_consent_and_never_names_the_hold_back(
    settings: Settings, warehouse: sa.Connection
) -> None:
    everybody = made(settings, warehouse, hold_back_share=0.0)
    at = (settings, warehouse, EVERYTHING, everybody.list_id)

    def listed(channel, scope=EVERYTHING):
        return call_list(settings, warehouse, scope, everybody.list_id, channel)

    by_mail = listed("email")
    assert by_mail.left_out == {"refused": 1, "no_consent": 1, "no_address": 1}  # c1, c2, c3
    assert set(by_mail.frame["customer_id"]) == {"c0", "c4", "c5", "c6", "c7", "c8", "c9"}
    assert by_mail.frame["address"][0] == "c9@x.com"
    assert by_mail.frame["reasons"][0] == "at_risk"
    assert listed("phone").frame["address"].tolist() == ["0"]
    assert listed("phone").left_out == {"refused": 9}
    assert listed("none").frame["address"].isna().all()
    assert set(listed("email", OWN).frame["customer_id"]) == {"c0"}
    assert listed("email", NOBODY).frame.empty
    log_contact(*at, "c9", outcome="reached", now=NOW, actor="ada")
    assert "c9" not in set(listed("email").frame["customer_id"])
    with pytest.raises(UsageError, match="no channel"):
        listed("fax")
    close_list(settings, EVERYTHING, everybody.list_id, now=NOW, actor="ada")
    assert listed("none").frame.empty
    delete_list(settings, EVERYTHING, everybody.list_id, now=NOW, actor="ada")
    half = made(settings, warehouse, hold_back_share=0.5)
    named = call_list(settings, warehouse, EVERYTHING, half.list_id, "none").frame
    held = {key for key, arm in arms(settings, half.list_id).items() if arm == "hold_back"}
    assert len(held) == 5
    assert not held & set(named["customer_id"])
    assert len(named) == 5


def test_busy_are_customers_of_lists_that_still_run(settings, warehouse):
    one = made(settings, warehouse, 1, 2, hold_back_share=0.5, days=30)
    gone = made(settings, warehouse, 3, name="Other")
    delete_list(settings, EVERYTHING, gone.list_id, now=NOW, actor="ada")
    close_list(settings, EVERYTHING, one.list_id, now=NOW, actor="ada")

    assert busy_customers(settings, on=one.outcome_on) == {"c1", "c2"}
    assert busy_customers(settings, on=one.outcome_on + timedelta(days=1)) == frozenset()
