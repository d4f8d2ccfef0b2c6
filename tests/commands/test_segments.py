"""Saving segments: names, notes, undo, audit."""

import json

import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, session
from crm_data.commands.segments import (
    change_segment,
    create_segment,
    delete_segment,
    restore_segment,
    saved_segments,
    segment_named,
)
from crm_data.errors import UsageError
from crm_data.settings import Settings
from tests.conftest import NOW

NORTH = '{"values": ["North"], "op": "eq", "field": "region"}'
CANONICAL = '{"field":"region","op":"eq","values":["North"]}'


def names(settings: Settings) -> list[str]:
    return [one.name for one in saved_segments(settings)]


def made(settings: Settings, name: str, definition: str = NORTH) -> str:
    one = create_segment(settings, name=name, definition=definition, owner="ada", now=NOW)
    return one.segment_id


def test_a_segment_is_saved_with_owner_note_and_its_one_form_of_conditions(
    settings: Settings,
) -> None:
    saved = create_segment(
        settings, name="  The\u00a0north \n", definition=NORTH, note=" why ", owner="ada", now=NOW
    )

    assert (saved.name, saved.note, saved.owner) == ("The north", "why", "ada")
    assert saved.definition == CANONICAL
    assert saved_segments(settings) == [saved]
    assert segment_named(settings, "The north") == saved


def test_names_are_unique_among_the_living_whatever_their_case(settings: Settings) -> None:
    first = made(settings, "North")

    with pytest.raises(UsageError, match="'North' already"):
        made(settings, "NORTH")
    delete_segment(settings, first, actor="bo", now=NOW)
    second = made(settings, "north")

    assert names(settings) == ["north"]
    assert restore_segment(settings, first, actor="bo", now=NOW).name == "North"
    assert second != first


def test_a_restored_segment_gives_way_to_who_has_its_name(settings: Settings) -> None:
    first = made(settings, "North")
    delete_segment(settings, first, actor="bo", now=NOW)
    made(settings, "North")

    assert restore_segment(settings, first, actor="bo", now=NOW).name == "North (2)"
    assert names(settings) == ["North", "North (2)"]


def test_change_keeps_the_owner_and_refuses_what_is_gone(settings: Settings) -> None:
    key = made(settings, "North")
    changed = change_segment(
        settings, key, name="Not north", definition=f'{{"not": {NORTH}}}', note="", actor="bo",
        now=NOW,
    )  # fmt: skip

    assert (changed.owner, changed.definition) == ("ada", f'{{"not":{CANONICAL}}}')
    delete_segment(settings, key, actor="bo", now=NOW)
    with pytest.raises(UsageError, match="does not exist any more"):
        delete_segment(settings, key, actor="bo", now=NOW)


@pytest.mark.parametrize("name", ["", " \t", "x" * 81])
def test_bad_names_are_refused(settings: Settings, name: str) -> None:
    with pytest.raises(UsageError, match="1 to 80"):
        made(settings, name)


def test_bad_conditions_are_refused_and_nothing_is_saved(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no field"):
        made(settings, "x", '{"field": "shoe", "op": "eq", "values": ["a"]}')

    assert names(settings) == []


def test_an_unknown_name_lists_those_there_are(settings: Settings) -> None:
    made(settings, "North")

    with pytest.raises(UsageError, match="'North'"):
        segment_named(settings, "South")


def test_each_step_is_in_the_audit_log(settings: Settings) -> None:
    key = made(settings, "North")
    change_segment(settings, key, name="N", definition=NORTH, note="", actor="bo", now=NOW)
    delete_segment(settings, key, actor="cy", now=NOW)
    restore_segment(settings, key, actor="di", now=NOW)

    with session(settings) as db:
        rows = db.execute(
            sa.select(AuditRow.actor, AuditRow.action, AuditRow.subject, AuditRow.details).order_by(
                AuditRow.audit_id
            )
        ).all()
    assert [(row.actor, row.action, row.subject) for row in rows] == [
        ("ada", "segment_created", key), ("bo", "segment_changed", key),
        ("cy", "segment_deleted", key), ("di", "segment_restored", key),
    ]  # fmt: skip
    assert json.loads(rows[1].details)["name"] == "N"
