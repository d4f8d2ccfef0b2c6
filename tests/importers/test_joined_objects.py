"""Several objects as one folder: their ids join."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crm_data.batch_rows import NamedRows
from crm_data.batches import ledger, path_of
from crm_data.commands.imports import import_files
from crm_data.known_names import known_rows
from crm_data.merge import apply_batch, create_table
from crm_data.settings import Settings
from crm_data.tables import table_spec
from tests.real_data import real_file

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def tables(settings: Settings, path: Path) -> duckdb.DuckDBPyConnection:
    import_files(settings, [path], now=NOW)
    con = duckdb.connect()
    reader = known_rows(settings, con)
    for batch in ledger(settings):
        source = reader.rows(batch.table, NamedRows(path_of(settings, batch), batch.named))
        if not con.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [batch.table]
        ).fetchall()[0][0]:
            create_table(con, table_spec(batch.table))
        apply_batch(con, table_spec(batch.table), source, batch.batch_id)
    return con


def orphans(con: duckdb.DuckDBPyConnection, table: str, column: str, target: str) -> Any:
    key = f"{target.removesuffix('s').replace('opportunitie', 'opportunity')}_id"
    return con.execute(
        f"SELECT count({column}) FILTER (WHERE {column} NOT IN (SELECT {key} FROM {target})), "
        f"count({column}) FROM {table}"
    ).fetchone()


@pytest.mark.real_data
def test_the_ids_of_salesforce_objects_join(settings: Settings) -> None:
    con = tables(settings, real_file("crm_exports/salesforce/Account.csv").parent)
    found = {
        (table, column): orphans(con, table, column, target)
        for table, column, target in (
            ("contacts", "customer_id", "customers"),
            ("opportunities", "customer_id", "customers"),
            ("tickets", "customer_id", "customers"),
            ("interactions", "customer_id", "customers"),
            ("campaign_members", "customer_id", "customers"),
            ("campaign_members", "lead_id", "leads"),
            ("campaign_members", "campaign_id", "campaigns"),
        )
    }
    # 15 of the 75 tasks are of leads, which are no customers.
    assert found == {
        ("contacts", "customer_id"): (0, 102),
        ("opportunities", "customer_id"): (0, 50),
        ("tickets", "customer_id"): (0, 40),
        ("interactions", "customer_id"): (0, 60),
        ("campaign_members", "customer_id"): (0, 34),
        ("campaign_members", "lead_id"): (0, 34),
        ("campaign_members", "campaign_id"): (0, 68),
    }


@pytest.mark.real_data
def test_maven_crm_as_four_files(settings: Settings) -> None:
    con = tables(settings, real_file("maven_crm/accounts.csv").parent)
    assert con.execute(
        "SELECT count(*), sum(amount) FILTER (WHERE outcome = 'won'), "
        "count(*) FILTER (WHERE outcome = 'won'), count(*) FILTER (WHERE outcome = 'lost'), "
        "count(closed_at) FROM opportunities"
    ).fetchone() == (8800, 10_005_534, 4238, 2473, 6711)
    assert orphans(con, "opportunities", "customer_id", "customers") == (0, 7375)
    assert orphans(con, "opportunities", "owner_id", "employees") == (0, 8800)
    assert orphans(con, "opportunities", "product_id", "products") == (1480, 8800)


def test_a_customer_named_twice_is_not_guessed(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text(
        "客户编号,客户名称,负责人\n1,甲,张三\n2,乙,张三\n3,乙,李四\n", "utf-8"
    )
    (folder / "b.csv").write_text(
        "商机名称,商机阶段,客户名称\nx,赢单,甲\ny,输单,乙\nz,需求,丙\n", "utf-8"
    )
    con = tables(settings, folder)
    found = con.execute("SELECT name, customer_id FROM opportunities ORDER BY 1").fetchall()
    assert found == [("x", "1"), ("y", "乙"), ("z", "丙")]
