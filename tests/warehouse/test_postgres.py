"""The warehouse and the app database on PostgreSQL: the same rows, the same rules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_data import warehouse
from crm_data.app_db import Base, dispose, session
from crm_data.batches import ledger, undo_all
from crm_data.errors import NoWarehouseError, StorageError
from crm_data.settings import Settings
from crm_data.tables.schema import METADATA
from crm_data.versions import Warehouse, current_version, postgres_engine
from tests.conftest import NOW
from tests.postgres_server import NewDatabase
from tests.warehouse.stage import selected, stored

pytestmark = pytest.mark.postgres

ORDERS = [
    {
        "order_id": "1",
        "customer_id": "c,1",
        "ordered_on": date(2025, 1, 5),
        "ordered_at": datetime(2025, 1, 5, 1, 2, 3),
        "amount": Decimal("12.3456"),
        "channel": 'say "hi"\nthere',
    },
    {"order_id": "2", "customer_id": None, "status": "returned", "amount": Decimal("-2.5")},
    {"order_id": "\\N", "customer_id": "", "amount": None, "channel": "中文，逗号"},
]


@pytest.fixture
def team(settings: Settings, new_postgres: NewDatabase) -> Iterator[Settings]:
    """Both stores in a PostgreSQL database of their own."""
    url = new_postgres()
    made = replace(settings, warehouse_url=url, app_url=url)
    yield made
    dispose(made)


def rows_in_postgres(settings: Settings, version: str, name: str) -> list[tuple[object, ...]]:
    warehouse_ = Warehouse(settings)
    with warehouse_.connect(version) as connection:
        rows = [tuple(row) for row in connection.execute(sa.select(METADATA.tables[name]))]
    warehouse_.close()
    return sorted(rows, key=repr)


def test_every_table_and_mart_holds_the_rows_of_the_duckdb_build(
    settings: Settings, team: Settings
) -> None:
    customers = [{"customer_id": "c,1", "name": "李 'x'", "attributes": '{"a":"\\\\"}'}]
    lines = [{"order_id": "2", "line_no": 1, "product_id": "p", "quantity": 0.1}]
    for where in (settings, team):
        stored(where, "customers", customers)
        stored(where, "orders", ORDERS)
        stored(where, "order_lines", lines)
    in_file, in_server = warehouse.build(settings, now=NOW), warehouse.build(team, now=NOW)

    for name in METADATA.tables:
        expected = sorted(selected(settings, in_file, f"SELECT * FROM {name}"), key=repr)
        found = rows_in_postgres(team, in_server, name)
        assert without_batches(name, found) == without_batches(name, expected), name


def without_batches(name: str, rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Batch ids differ between two imports of the same rows."""
    if name == "version_info":
        return [(*row[:4], row[5]) for row in rows]
    has_batch = "batch_id" in METADATA.tables[name].c
    return [row[:-1] if has_batch else row for row in rows]


def test_versions_roll_back_and_are_pruned(team: Settings) -> None:
    made = []
    for number in range(6):
        batch = stored(team, "customers", [{"customer_id": str(number)}])
        made.append(warehouse.build(team, now=NOW))

    assert warehouse.kept_versions(team) == made[-5:]
    assert current_version(team) == made[-1]
    warehouse.rollback(team, made[2], now=NOW)
    assert current_version(team) == made[2]
    assert len(rows_in_postgres(team, made[2], "customers")) == 3
    undo_all(team, [batch.batch_id], now=NOW)
    assert len(rows_in_postgres(team, warehouse.build(team, now=NOW), "customers")) == 5
    opened = Warehouse(team)
    with pytest.raises(NoWarehouseError), opened.connect(made[0]):
        pass
    opened.close()


def test_a_server_that_is_gone_is_one_sentence_and_loses_nothing(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    gone = replace(settings, warehouse_url="postgresql://nobody@127.0.0.1:1/none")

    with pytest.raises(StorageError) as raised:
        warehouse.build(gone, now=NOW)

    assert "\n" not in str(raised.value)
    assert len(ledger(settings)) == 1


def test_a_failed_publish_leaves_the_published_version(
    team: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(team, "customers", [{"customer_id": "1"}])
    first = warehouse.build(team, now=NOW)
    stored(team, "customers", [{"customer_id": "2"}])
    monkeypatch.setattr("crm_data.postgres_publish._INDEXES", (("order_facts", "no_such_column"),))

    with pytest.raises(StorageError, match="refused.*Nothing was published"):
        warehouse.build(team, now=NOW)

    assert current_version(team) == first
    assert warehouse.kept_versions(team) == [first]


def registry(settings: Settings) -> list[tuple[object, ...]]:
    engine = postgres_engine(settings.warehouse_url)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT version, is_current FROM clientscope_versions ORDER BY 1")
        ).all()
    engine.dispose()
    return [tuple(row) for row in rows]


def schemas(settings: Settings) -> set[str]:
    engine = postgres_engine(settings.warehouse_url)
    found = set(sa.inspect(engine).get_schema_names())
    engine.dispose()
    return {name for name in found if name.startswith("clientscope_")}


def test_the_pointer_changes_in_the_transaction_that_copies(
    team: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(team, "customers", [{"customer_id": "1"}])
    first = warehouse.build(team, now=NOW)
    stored(team, "customers", [{"customer_id": "2"}])

    def refused(connection: sa.Connection, _version: str) -> None:
        connection.execute(sa.text("SELECT 1 / 0"))

    with monkeypatch.context() as patched:
        patched.setattr("crm_data.postgres_publish._set_current", refused)
        with pytest.raises(StorageError, match="division by zero"):
            warehouse.build(team, now=NOW)

    assert registry(team) == [(first, True)]
    assert schemas(team) == {f"clientscope_{first}"}
    assert list(team.staging_dir.iterdir()) == []


def test_one_version_is_current_and_pruned_schemas_are_gone(team: Settings) -> None:
    stored(team, "customers", [{"customer_id": "1"}])
    made = [warehouse.rebuild(team, now=NOW) for _ in range(6)]

    assert registry(team) == [*((v, False) for v in made[1:-1]), (made[-1], True)]
    assert schemas(team) == {f"clientscope_{v}" for v in made[1:]}
    warehouse.rollback(team, made[3], now=NOW)
    assert [v for v, is_current in registry(team) if is_current] == [made[3]]


def test_a_schema_left_by_somebody_is_replaced(team: Settings) -> None:
    stored(team, "customers", [{"customer_id": "1"}])
    engine = postgres_engine(team.warehouse_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA clientscope_v000001"))
        connection.execute(sa.text("CREATE TABLE clientscope_v000001.customers (x int)"))
    engine.dispose()

    assert len(rows_in_postgres(team, warehouse.build(team, now=NOW), "customers")) == 1


def test_a_version_in_postgres_is_read_only(team: Settings) -> None:
    stored(team, "customers", [{"customer_id": "1"}])
    version = warehouse.build(team, now=NOW)
    opened = Warehouse(team)
    with (
        opened.connect(version) as connection,
        pytest.raises(sa.exc.DBAPIError, match="read-only transaction"),
    ):
        connection.execute(METADATA.tables["customers"].delete())
    opened.close()

    assert len(rows_in_postgres(team, version, "customers")) == 1


def test_tables_longer_than_a_chunk_arrive_whole(
    team: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_data.postgres_publish._CHUNK_BYTES", 7)
    names = ["李", "with,comma", "line\nbreak", "\\N", 'quo"te', "é" * 20]
    customers = [{"customer_id": str(n), "name": name} for n, name in enumerate(names)]
    stored(team, "customers", customers)

    rows = rows_in_postgres(team, warehouse.build(team, now=NOW), "customers")
    assert [row[1] for row in rows] == names


def test_columns_that_are_looked_up_have_an_index(team: Settings) -> None:
    stored(team, "customers", [{"customer_id": "1"}])
    version = warehouse.build(team, now=NOW)
    engine = postgres_engine(team.warehouse_url)
    with engine.connect() as connection:
        found = connection.execute(
            sa.text("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = :s"),
            {"s": f"clientscope_{version}"},
        ).all()
    engine.dispose()

    indexed = {(row.tablename, row.indexdef.rpartition("(")[2].rstrip(")")) for row in found}
    assert indexed == {
        ("order_facts", "ordered_on"), ("order_facts", "customer_id"),
        ("order_facts", "order_no"), ("order_categories", "category"), ("orders", "order_id"),
        ("contract_changes", "month_on"), ("silence_flows", "silence_days"),
        ("order_pauses", "customer_no"), ("decline_values", "month_on"),
        ("contract_spells", "ended_on"), ("ticket_facts", "created_on"),
        ("survey_facts", "answered_on"),
        ("customer_scores", "customer_id"), ("customer_products", "customer_no"),
        ("customer_categories", "customer_no"),
        ("customer_products", "product_id"), ("product_pairs", "product_id"),
        ("product_pairs", "other_id"), ("order_categories", "customer_no"),
        ("order_lines", "order_id"), ("customer_facts", "customer_id"),
        ("customer_facts", "customer_no"),
        ("customers", "customer_id"), ("interactions", "customer_id"),
        ("tickets", "customer_id"), ("opportunities", "customer_id"),
        ("survey_responses", "customer_id"), ("campaign_members", "customer_id"),
    }  # fmt: skip


def test_a_home_with_an_apostrophe_can_publish(team: Settings, tmp_path: Path) -> None:
    moved = replace(team, home=tmp_path / "Ada's")
    try:
        stored(moved, "customers", [{"customer_id": "1"}])
        version = warehouse.build(moved, now=NOW)
    finally:
        dispose(moved)

    assert len(rows_in_postgres(team, version, "customers")) == 1


def test_migrations_make_the_models_tables(team: Settings) -> None:
    with session(team) as db:
        found = set(sa.inspect(db.connection()).get_table_names())

    assert set(Base.metadata.tables) <= found


def test_a_warehouse_of_another_kind_is_refused(settings: Settings) -> None:
    with pytest.raises(StorageError, match="names 'mysql'"):
        current_version(replace(settings, warehouse_url="mysql://x/y"))
