"""What a version says of itself, and how versions are read."""

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from crm_data import release, warehouse
from crm_data.batches import undo_all
from crm_data.errors import NoWarehouseError
from crm_data.settings import Settings
from crm_data.tables import mart
from crm_data.tables.model import TABLES
from crm_data.versions import Warehouse, current_version, version_file
from tests.conftest import NOW
from tests.warehouse.stage import selected, stored


def facts(settings: Settings, version: str, table: str) -> tuple[object, ...]:
    (row,) = selected(
        settings, version, "SELECT rows, first_on, watermark_on, batches, built_at "
        f"FROM version_info WHERE table_name = '{table}'",
    )  # fmt: skip
    return row


def test_a_day_after_tomorrow_is_never_the_end_of_the_data(settings: Settings) -> None:
    days = [date(2026, 3, 19), date(2026, 3, 21), date(2026, 3, 22), date(2999, 1, 1)]
    orders = [{"order_id": str(n), "ordered_on": day} for n, day in enumerate(days)]
    batch = stored(settings, "orders", orders)
    version = warehouse.build(settings, now=NOW)  # on 20 March

    assert facts(settings, version, "orders") == (
        4, days[0], days[1], f'["{batch.batch_id}"]', NOW,
    )  # fmt: skip
    assert facts(settings, version, "products") == (0, None, None, "[]", NOW)


def test_an_order_in_the_far_future_does_not_empty_the_windows(settings: Settings) -> None:
    orders = [
        {"order_id": "1", "customer_id": "a", "ordered_on": date(2026, 3, 19), "amount": 5},
        {"order_id": "2", "customer_id": "b", "ordered_on": date(2999, 1, 1), "amount": 7},
    ]
    lines = [{"order_id": key, "line_no": 1, "product_id": "x"} for key in ("1", "2")]
    stored(settings, "orders", orders)
    stored(settings, "order_lines", lines)
    version = warehouse.build(settings, now=NOW)

    bought = "SELECT last_on, known_last_on FROM customer_products ORDER BY last_on"
    assert selected(settings, version, bought) == [
        (date(2026, 3, 19), date(2026, 3, 19)),
        (date(2999, 1, 1), None),
    ]
    assert selected(
        settings, version,
        "SELECT net_amount_90d, net_amount_365d, orders_365d, paid_orders, known_paid_orders "
        "FROM customer_facts ORDER BY customer_id",
    ) == [(5, 5, 1, 1, 1), (None, None, 0, 1, 0)]  # fmt: skip


def test_an_instant_counts_on_its_day(settings: Settings) -> None:
    calls = [
        {"interaction_id": "1", "occurred_at": datetime(2026, 3, 21, 23, 59)},
        {"interaction_id": "2", "occurred_at": datetime(2026, 3, 22, 0, 0)},
        {"interaction_id": "3", "occurred_at": datetime(2026, 3, 1, 23, 59)},
    ]
    stored(settings, "interactions", calls)
    version = warehouse.build(settings, now=NOW)

    assert facts(settings, version, "interactions")[:3] == (3, date(2026, 3, 1), date(2026, 3, 21))


def test_batches_of_a_version_are_all_that_count_in_order(settings: Settings) -> None:
    first = stored(settings, "customers", [{"customer_id": "1"}])
    warehouse.build(settings, now=NOW)
    second = stored(settings, "customers", [{"customer_id": "2"}])
    third = stored(settings, "customers", [{"customer_id": "3"}])
    undo_all(settings, [second.batch_id], now=NOW)
    version = warehouse.build(settings, now=NOW)

    assert facts(settings, version, "customers")[3] == f'["{first.batch_id}", "{third.batch_id}"]'


def test_undo_of_the_only_batch_leaves_an_empty_table(settings: Settings) -> None:
    batch = stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    undo_all(settings, [batch.batch_id], now=NOW)
    second = warehouse.build(settings, now=NOW)

    assert second != first
    assert selected(settings, second, "SELECT customer_id FROM customers") == []
    assert selected(settings, second, "SELECT customer_id FROM customer_facts") == []
    assert warehouse.build(settings, now=NOW) == second


def test_a_rebuild_takes_nothing_from_the_published_version(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1", "name": "true"}])
    path = version_file(settings, warehouse.build(settings, now=NOW))
    path.chmod(0o644)
    engine = sa.create_engine(f"duckdb:///{path}")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE customers SET name = 'tampered'"))
    engine.dispose()

    version = warehouse.rebuild(settings, now=NOW)
    assert selected(settings, version, "SELECT name FROM customers") == [("true",)]


@pytest.mark.parametrize("name", ["TABLES", "MARTS", "SCORES", "STEPS", "TRACKED", "DIFF_COLUMNS"])
def test_every_declaration_is_in_the_fingerprint(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = release.fingerprint()
    monkeypatch.setattr(release, name, getattr(release, name)[1:])

    assert release.fingerprint() != before


def test_the_findings_are_in_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = release.fingerprint()
    monkeypatch.setattr(release, "findings_sql", lambda: "SELECT 1")

    assert release.fingerprint() != before


def test_a_version_of_another_release_is_not_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    monkeypatch.setattr(release, "findings_sql", lambda: "SELECT 1")
    reader = Warehouse(settings)
    with pytest.raises(NoWarehouseError, match="another release"), reader.connect(first):
        pass
    monkeypatch.undo()
    with reader.connect(first) as connection:
        assert connection.scalar(sa.select(mart("version_info").c.rows).limit(1)) is not None
    reader.close()


def test_the_ledger_says_what_a_version_holds(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}, {"customer_id": "2"}])
    first = warehouse.build(settings, now=NOW)
    second = warehouse.rebuild(settings, now=NOW)

    found = warehouse.versions(settings)
    assert [(v.version, v.is_current, v.is_kept, v.built_at) for v in found] == [
        (first, False, True, NOW),
        (second, True, True, NOW),
    ]
    assert found[0].row_counts == {spec.name: 0 for spec in TABLES} | {"customers": 2}


def test_a_version_is_read_only(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    version = warehouse.build(settings, now=NOW)
    opened = Warehouse(settings)

    assert version_file(settings, version).stat().st_mode & 0o777 == 0o444
    with opened.connect(version) as connection:
        with pytest.raises(sa.exc.DBAPIError, match="read-only"):
            connection.execute(sa.text("DELETE FROM customers"))
        connection.rollback()
        assert connection.scalar(sa.text("SELECT count(*) FROM customers")) == 1
    opened.close()


def test_a_reader_of_many_versions_reads_each_one(settings: Settings) -> None:
    made = []
    for number in range(1, 6):
        stored(settings, "customers", [{"customer_id": str(number)}])
        made.append(warehouse.build(settings, now=NOW))
    opened = Warehouse(settings)
    count = sa.text("SELECT count(*) FROM customers")
    with opened.connect(made[0]) as held:
        for _ in range(2):
            for expected, version in enumerate(made, start=1):
                with opened.connect(version) as connection:
                    assert connection.scalar(count) == expected
        assert held.scalar(count) == 1  # was let go of only in name
    assert len(opened._engines) == 3
    opened.close()
    assert opened._engines == {}


def test_a_pointer_that_was_cut_off_is_no_version(settings: Settings) -> None:
    settings.warehouse_dir.mkdir(parents=True)
    (settings.warehouse_dir / "CURRENT").write_text("\n", encoding="ascii")

    assert current_version(settings) is None
