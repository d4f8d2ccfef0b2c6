"""Batches become versions: merge rules, undo, replace, pruning, going back."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from crm_data import warehouse
from crm_data.batches import effective, ledger, undo_all
from crm_data.errors import BadInputError, BuildBusyError, NoWarehouseError
from crm_data.locks import build_lock
from crm_data.opening_hours import OpeningHours
from crm_data.settings import Settings
from crm_data.versions import current_version
from tests.conftest import NOW
from tests.warehouse.stage import staged, stored, table_rows


def customers(settings: Settings, version: str) -> dict[str, tuple[object, object]]:
    """id -> (name, city)."""
    rows = table_rows(settings, version, "customers")
    return {str(row[0]): (row[1], row[8]) for row in rows}


def test_a_later_batch_wins_column_by_column_and_missing_keeps_the_earlier_value(
    settings: Settings,
) -> None:
    stored(settings, "customers", [{"customer_id": "1", "name": "Old", "city": "Xi'an"}])
    stored(settings, "customers", [{"customer_id": "1", "name": "New", "city": None}])
    stored(settings, "customers", [{"customer_id": "2", "name": "Two"}])

    assert customers(settings, warehouse.build(settings, now=NOW)) == {
        "1": ("New", "Xi'an"),
        "2": ("Two", None),
    }


def test_undo_brings_back_what_was_before_and_deletes_nothing(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1", "name": "Old"}])
    second = stored(settings, "customers", [{"customer_id": "1", "name": "New"}])
    warehouse.build(settings, now=NOW)
    undo_all(settings, [second.batch_id], now=NOW)

    assert customers(settings, warehouse.build(settings, now=NOW)) == {"1": ("Old", None)}
    assert [b.undone_at for b in ledger(settings)] == [None, NOW]
    with pytest.raises(BadInputError, match="undone already"):
        undo_all(settings, [second.batch_id], now=NOW)


def test_undo_of_several_is_all_or_none(settings: Settings) -> None:
    batch = stored(settings, "customers", [{"customer_id": "1"}])

    with pytest.raises(BadInputError, match="no batch 'nonsense'"):
        undo_all(settings, [batch.batch_id, "nonsense"], now=NOW)

    assert ledger(settings)[0].undone_at is None


def test_replace_is_the_whole_truth_of_its_table_and_source_only(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}], source="erp")
    stored(settings, "customers", [{"customer_id": "2"}], source="shop")
    last = stored(settings, "customers", [{"customer_id": "3"}], source="erp", replaces=True)

    assert set(customers(settings, warehouse.build(settings, now=NOW))) == {"2", "3"}

    undo_all(settings, [last.batch_id], now=NOW)
    assert set(customers(settings, warehouse.build(settings, now=NOW))) == {"1", "2"}
    assert [b.source for b in effective(ledger(settings))["customers"]] == ["erp", "shop"]


def test_attributes_are_merged_key_by_key(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1", "attributes": '{"a":"1","b":"2"}'}])
    stored(settings, "customers", [{"customer_id": "1", "attributes": '{"b":"3"}'}])

    (row,) = table_rows(settings, warehouse.build(settings, now=NOW), "customers")

    assert row[-2] == '{"a":"1","b":"3"}'


def test_nothing_new_publishes_nothing(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)

    assert warehouse.build(settings, now=NOW) == first
    assert warehouse.rebuild(settings, now=NOW) != first


def test_five_versions_are_kept_and_rollback_publishes_an_earlier_one(settings: Settings) -> None:
    made = []
    for number in range(7):
        stored(settings, "customers", [{"customer_id": str(number)}])
        made.append(warehouse.build(settings, now=NOW + timedelta(hours=number)))

    assert [v.version for v in warehouse.versions(settings)] == made[-5:]
    warehouse.rollback(settings, made[3], now=NOW)
    assert current_version(settings) == made[3]
    assert len(customers(settings, made[3])) == 4
    with pytest.raises(NoWarehouseError, match=made[0]):
        warehouse.rollback(settings, made[0], now=NOW)
    # The next build goes on from the batches, whatever is published.
    stored(settings, "customers", [{"customer_id": "new"}])
    assert len(customers(settings, warehouse.build(settings, now=NOW))) == 8


def test_the_published_version_is_never_pruned(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "0"}])
    old = warehouse.build(settings, now=NOW)
    for _ in range(5):
        warehouse.rebuild(settings, now=NOW)
    assert old not in warehouse.kept_versions(settings)

    kept = warehouse.kept_versions(settings)
    warehouse.rollback(settings, kept[0], now=NOW)
    assert current_version(settings) == kept[0]


def test_two_builds_at_once_the_second_is_refused_with_a_sentence(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    with (
        build_lock(settings, wait_seconds=0),
        pytest.raises(BuildBusyError, match=r"Another build is running \(process \d+\)"),
    ):
        warehouse.build(settings, now=NOW, wait_seconds=0.2)

    assert warehouse.build(settings, now=NOW, wait_seconds=0)


def test_count_changes_tells_added_changed_and_unchanged(settings: Settings) -> None:
    rows = [{"customer_id": "1", "name": "A"}, {"customer_id": "2", "name": "B"}]
    stored(settings, "customers", rows)
    warehouse.build(settings, now=NOW)
    new = [
        {"customer_id": "1", "name": "A"},
        {"customer_id": "2", "name": "C"},
        {"customer_id": "3", "name": None},
    ]

    assert warehouse.count_changes(settings, staged(settings, "customers", new)) == (1, 1, 1)


def test_a_version_says_how_far_its_tables_reach(settings: Settings) -> None:
    stored(
        settings,
        "orders",
        [
            {"order_id": "1", "ordered_on": date(2025, 1, 5), "amount": 1},
            {"order_id": "2", "ordered_on": date(2025, 2, 7), "amount": 1},
        ],
    )
    rows = table_rows(settings, warehouse.build(settings, now=NOW), "version_info")
    (orders,) = [row for row in rows if row[0] == "orders"]

    assert orders[1:4] == (2, date(2025, 1, 5), date(2025, 2, 7))


@pytest.mark.parametrize(
    "change", [{"timezone": "Asia/Tokyo"}, {"opening_hours": OpeningHours(opens=600)}]
)
def test_a_build_notices_other_days_and_hours(settings: Settings, change: dict[str, Any]) -> None:
    times = {"created_at": datetime(2025, 1, 5, 23), "resolved_at": datetime(2025, 1, 7, 1)}
    stored(settings, "tickets", [{"ticket_id": "1", **times}])
    first = warehouse.build(settings, now=NOW)
    moved = replace(settings, **change)
    second = warehouse.build(moved, now=NOW)
    before, after = (table_rows(settings, v, "ticket_facts") for v in (first, second))

    assert before != after
    assert warehouse.build(moved, now=NOW) == second
    assert warehouse.build(settings, now=NOW) not in (first, second)


def test_a_release_with_other_marts_builds_again_from_the_batches(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    for module in ("build_file", "build_plan"):
        monkeypatch.setattr(f"crm_data.{module}.fingerprint", lambda: "another release")
    second = warehouse.build(settings, now=NOW)

    assert second != first
    assert warehouse.build(settings, now=NOW) == second
    assert len(customers(settings, second)) == 1
