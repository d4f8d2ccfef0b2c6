"""How batches become rows: keys with gaps, columns that a batch lacks, attributes, batch ids."""

from datetime import date
from pathlib import Path

import pytest

from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import selected, staged, stored

YEAR = {"period_start": date(2025, 1, 1), "period_end": date(2026, 1, 1)}


def test_a_key_with_a_gap_meets_the_same_gap(settings: Settings) -> None:
    stored(settings, "quotas", [{"owner_id": "e1", "team": None, **YEAR, "amount": 10}])
    stored(settings, "quotas", [{"owner_id": "e1", "team": None, **YEAR, "amount": 20}])
    stored(settings, "quotas", [{"owner_id": None, "team": "red", **YEAR, "amount": 30}])
    version = warehouse.build(settings, now=NOW)

    found = selected(settings, version, "SELECT owner_id, team, amount FROM quotas ORDER BY amount")
    assert found == [("e1", None, 20), (None, "red", 30)]
    again = [
        {"owner_id": "e1", "team": None, **YEAR, "amount": 20},
        {"owner_id": None, "team": "red", **YEAR, "amount": 31},
        {"owner_id": None, "team": None, **YEAR, "amount": 5},
    ]
    assert warehouse.count_changes(settings, staged(settings, "quotas", again)) == (1, 1, 1)


def test_columns_that_a_batch_lacks_keep_what_earlier_ones_said(settings: Settings) -> None:
    first = {"customer_id": "1", "name": "Ada", "city": "Rome", "consent_email": True}
    stored(settings, "customers", [{**first, "attributes": '{"a":"1"}'}])
    stored(settings, "customers", [{"customer_id": "1", "region": "North"}])
    version = warehouse.build(settings, now=NOW)

    (row,) = selected(
        settings, version, "SELECT name, city, region, consent_email, attributes FROM customers"
    )
    assert row == ("Ada", "Rome", "North", True, '{"a":"1"}')


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ('{"a":"1"}', None, '{"a":"1"}'),
        (None, '{"b":"2"}', '{"b":"2"}'),
        ('{"a":"1","b":"2"}', '{"b":"3","c":"4"}', '{"a":"1","b":"3","c":"4"}'),
    ],
)
def test_attributes_that_are_missing_take_nothing_away(
    settings: Settings, earlier: str | None, later: str | None, expected: str
) -> None:
    stored(settings, "customers", [{"customer_id": "1", "attributes": earlier}])
    stored(settings, "customers", [{"customer_id": "1", "attributes": later}])
    version = warehouse.build(settings, now=NOW)

    assert selected(settings, version, "SELECT attributes FROM customers") == [(expected,)]


def test_a_row_names_the_last_batch_that_spoke_of_it(settings: Settings) -> None:
    first = stored(settings, "customers", [{"customer_id": "1"}, {"customer_id": "2"}])
    warehouse.build(settings, now=NOW)
    second = stored(settings, "customers", [{"customer_id": "2"}, {"customer_id": "3"}])
    version = warehouse.build(settings, now=NOW)

    found = selected(settings, version, "SELECT customer_id, batch_id FROM customers ORDER BY 1")
    assert found == [("1", first.batch_id), ("2", second.batch_id), ("3", second.batch_id)]


def test_counting_changes_sees_filled_gaps_and_attributes(settings: Settings) -> None:
    before = [
        {"customer_id": "1", "name": None, "city": "A", "attributes": '{"a":"1"}'},
        {"customer_id": "2", "name": "B", "city": "B", "attributes": '{"a":"1"}'},
        {"customer_id": "3", "name": "C", "city": "C", "attributes": '{"a":"1"}'},
        {"customer_id": "4", "name": "D", "city": "D", "attributes": None},
    ]
    stored(settings, "customers", before)
    warehouse.build(settings, now=NOW)
    after = [
        {"customer_id": "1", "name": "A", "attributes": None},  # a gap is filled
        {"customer_id": "2", "name": None, "attributes": None},  # says nothing
        {"customer_id": "3", "name": "C", "attributes": '{"a":"1"}'},  # says the same
        {"customer_id": "4", "name": "D", "attributes": '{"b":"2"}'},  # adds an attribute
    ]

    assert warehouse.count_changes(settings, staged(settings, "customers", after)) == (0, 2, 2)


def test_a_home_with_an_apostrophe_can_be_built(tmp_path: Path) -> None:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path / "Ada's")})
    stored(settings, "customers", [{"customer_id": "1", "name": "O'Neil"}])
    version = warehouse.build(settings, now=NOW)
    new = staged(settings, "customers", [{"customer_id": "1", "name": "O'Neil"}])

    assert selected(settings, version, "SELECT name FROM customers") == [("O'Neil",)]
    assert warehouse.count_changes(settings, new) == (0, 0, 1)
    dispose(settings)
