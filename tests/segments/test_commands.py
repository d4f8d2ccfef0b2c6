"""Saved segments: one transaction and one audit row for each change; sizes by version."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, SegmentSizeRow, session
from crm_data.commands.segment_sizes import record_sizes, size_history
from crm_data.commands.segments import (
    change_segment,
    create_segment,
    delete_segment,
    restore_segment,
    saved_segments,
    segment_named,
)
from crm_data.errors import NotPermittedError, UsageError
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.warehouse import build
from tests.conftest import NOW
from tests.warehouse.stage import stored

LATER = NOW + timedelta(days=1)
IN_A = '{"values": ["A"], "field": "city", "op": "eq"}'
IN_A_PLAIN = '{"field":"city","op":"eq","values":["A"]}'


def audited(settings: Settings) -> list[tuple[str, str, str]]:
    with session(settings) as db:
        rows = db.scalars(sa.select(AuditRow).order_by(AuditRow.audit_id))
        return [(r.actor, r.action, r.subject) for r in rows if r.action.startswith("segment")]


def test_a_segment_lives_and_every_change_is_audited(settings: Settings) -> None:
    made = create_segment(settings, name=" City  A ", definition=IN_A, now=NOW, actor="ada")
    assert (made.name, made.owner, made.definition) == ("City A", "ada", IN_A_PLAIN)

    changed = change_segment(
        settings, EVERYTHING, made.segment_id, note="why", now=LATER, actor="bob"
    )
    assert (changed.name, changed.note, changed.owner) == ("City A", "why", "ada")
    assert (changed.created_at, changed.changed_at) == (NOW, LATER)
    assert segment_named(settings, "City A") == segment_named(settings, made.segment_id) == changed

    delete_segment(settings, EVERYTHING, made.segment_id, now=LATER, actor="bob")
    assert saved_segments(settings) == []
    assert [s.is_deleted for s in saved_segments(settings, with_deleted=True)] == [True]

    assert not restore_segment(
        settings, EVERYTHING, made.segment_id, now=LATER, actor="ada"
    ).is_deleted
    assert audited(settings) == [
        ("ada", "segment_create", "City A"),
        ("bob", "segment_change", "City A"),
        ("bob", "segment_delete", "City A"),
        ("ada", "segment_restore", "City A"),
    ]


def test_the_audit_row_says_what_the_segment_was(settings: Settings) -> None:
    create_segment(settings, name="华东", definition=IN_A, note="why", now=NOW, actor="ada")
    with session(settings) as db:
        row = db.scalars(sa.select(AuditRow)).one()
        details = json.loads(row.details)

    assert (details["definition"], details["note"]) == (IN_A_PLAIN, "why")


def test_names_are_unique_among_the_living_and_a_refusal_leaves_no_trace(
    settings: Settings,
) -> None:
    first = create_segment(settings, name="Big", definition=IN_A, now=NOW, actor="ada")
    other = create_segment(settings, name="Other", definition=IN_A, now=NOW, actor="ada")
    for refused in (
        lambda: create_segment(settings, name="big", definition=IN_A, now=NOW, actor="ada"),
        lambda: change_segment(
            settings, EVERYTHING, other.segment_id, name="BIG", now=NOW, actor="ada"
        ),
    ):
        with pytest.raises(UsageError) as caught:
            refused()
        assert caught.value.code == "segment_name_taken"
    assert [s.name for s in saved_segments(settings)] == ["Big", "Other"]
    assert len(audited(settings)) == 2

    delete_segment(settings, EVERYTHING, first.segment_id, now=NOW, actor="ada")
    create_segment(settings, name="Big", definition=IN_A, now=NOW, actor="ada")
    with pytest.raises(UsageError) as caught:
        restore_segment(settings, EVERYTHING, first.segment_id, now=NOW, actor="ada")
    assert caught.value.code == "segment_name_taken"


@pytest.mark.parametrize(
    ("name", "definition", "note", "code"),
    [
        ("  ", IN_A, "", "segment_name"),
        ("x" * 81, IN_A, "", "segment_name"),
        ("a\0b", IN_A, "", "segment_name"),
        ("x", IN_A, "n" * 2001, "segment_note"),
        ("x", "{}", "", "segment_shape"),
    ],
)
def test_what_cannot_be_saved(
    settings: Settings, name: str, definition: str, note: str, code: str
) -> None:
    with pytest.raises(UsageError) as caught:
        create_segment(settings, name=name, definition=definition, note=note, now=NOW, actor="a")

    assert caught.value.code == code
    assert saved_segments(settings) == []


def test_a_note_keeps_what_every_store_takes(settings: Settings) -> None:
    saved = create_segment(
        settings, name="Big", definition=IN_A, note=" a\0b\ud800c 😀\n", now=NOW, actor="ada"
    )

    assert saved.note == saved_segments(settings)[0].note == "ab?c 😀"


def test_a_segment_that_is_not_there(settings: Settings) -> None:
    made = create_segment(settings, name="Big", definition=IN_A, now=NOW, actor="ada")
    for call in (
        lambda: change_segment(settings, EVERYTHING, "nope", note="", now=NOW, actor="ada"),
        lambda: restore_segment(settings, EVERYTHING, made.segment_id, now=NOW, actor="ada"),
        lambda: segment_named(settings, "nope"),
    ):
        with pytest.raises(UsageError):
            call()


def customers(*cities: str | None) -> list[dict[str, object]]:
    """Customers named by their number; later ones first, so that numbers inside differ."""
    return [{"customer_id": f"c{at}", "city": city} for at, city in enumerate(cities)][::-1]


def sizes(settings: Settings) -> list[tuple[object, ...]]:
    with session(settings) as db:
        rows = db.scalars(sa.select(SegmentSizeRow).order_by(SegmentSizeRow.version))
        return [(r.version, r.customers, r.entered, r.left) for r in rows]


def test_sizes_follow_the_versions(settings: Settings) -> None:
    made = create_segment(settings, name="Big", definition=IN_A, now=NOW, actor="ada")
    gone = create_segment(settings, name="Gone", definition=IN_A, now=NOW, actor="ada")
    delete_segment(settings, EVERYTHING, gone.segment_id, now=NOW, actor="ada")
    stored(settings, "customers", customers("A", "A", "B", None))
    first = build(settings, now=NOW)
    record_sizes(settings, first, NOW)
    assert sizes(settings) == [(first, 2, None, None)]

    stored(settings, "customers", customers("B", "A", "A", "A", "A"))
    second = build(settings, now=LATER)
    record_sizes(settings, second, LATER)
    record_sizes(settings, second, LATER)
    assert sizes(settings) == [(first, 2, None, None), (second, 4, 3, 1)]

    in_b = IN_A.replace("A", "B")
    change_segment(settings, EVERYTHING, made.segment_id, definition=in_b, now=LATER, actor="ada")
    record_sizes(settings, second, LATER)
    assert sizes(settings)[-1] == (second, 1, 1, 1)
    history = size_history(settings, EVERYTHING, made.segment_id)
    assert history["customers"].tolist() == [2, 1]
    assert history["definition"].nunique() == 2


def test_sizes_say_the_day_and_the_amount(settings: Settings) -> None:
    everybody = create_segment(settings, name="All", definition='{"all": []}', now=NOW, actor="a")
    stored(
        settings,
        "orders",
        [{"order_id": "o1", "customer_id": "c1", "ordered_on": date(2025, 1, 5), "amount": 7}],
    )
    record_sizes(settings, build(settings, now=NOW), NOW)
    (row,) = size_history(settings, EVERYTHING, everybody.segment_id).to_dict("records")

    assert (row["as_of"].date(), row["customers"], row["net_amount"]) == (date(2025, 1, 5), 1, 7)


@pytest.mark.parametrize("scope", [NOBODY, AccessScope(frozenset({"E1"}))])
def test_recorded_sizes_are_only_for_who_sees_everything(
    settings: Settings, scope: AccessScope
) -> None:
    made = create_segment(settings, name="Big", definition=IN_A, now=NOW, actor="ada")
    stored(settings, "customers", customers("A", "A", "B"))
    record_sizes(settings, build(settings, now=NOW), NOW)
    told = size_history(settings, EVERYTHING, made.segment_id)
    hidden = size_history(settings, scope, made.segment_id)

    assert told["customers"].tolist() == [2]
    assert hidden.empty
    assert list(hidden.columns) == list(told.columns)


def test_without_an_earlier_version_that_can_tell_entries_are_missing(settings: Settings) -> None:
    create_segment(settings, name="Big", definition=IN_A, now=NOW, actor="ada")
    stored(settings, "customers", customers("A"))
    first = build(settings, now=NOW)
    stored(settings, "customers", customers("A", "A"))
    second = build(settings, now=LATER)
    path = settings.warehouse_dir / f"{first}.duckdb"
    path.unlink()
    path.write_bytes(b"not a database")
    record_sizes(settings, second, LATER)

    assert sizes(settings) == [(second, 2, None, None)]


def test_a_tree_that_cannot_be_read_any_more_is_left_out(settings: Settings) -> None:
    made = create_segment(settings, name="Big", definition=IN_A, now=NOW, actor="ada")
    stored(settings, "customers", customers("A"))
    with session(settings) as db:
        db.execute(sa.text("UPDATE segments SET definition = '{}'"))
    record_sizes(settings, build(settings, now=NOW), NOW)

    assert size_history(settings, EVERYTHING, made.segment_id).empty


def test_nothing_is_created_where_there_is_no_app_database(settings: Settings) -> None:
    record_sizes(settings, "v000001", NOW)

    assert not settings.home.exists() or not list(settings.home.glob("*.sqlite"))


def test_only_its_owner_or_who_sees_everybody_changes_a_segment(settings: Settings) -> None:
    made = create_segment(settings, name="Big", definition=IN_A, note="", now=NOW, actor="ada")
    part = AccessScope(frozenset({"E1"}))
    for command in (
        lambda: change_segment(settings, part, made.segment_id, note="x", now=NOW, actor="eve"),
        lambda: delete_segment(settings, part, made.segment_id, now=NOW, actor="eve"),
    ):
        with pytest.raises(NotPermittedError, match="ada's"):
            command()
    own = change_segment(settings, part, made.segment_id, note="mine", now=NOW, actor="ada")
    assert own.note == "mine"
    delete_segment(settings, part, made.segment_id, now=NOW, actor="ada")
    with pytest.raises(NotPermittedError):
        restore_segment(settings, part, made.segment_id, now=NOW, actor="eve")
