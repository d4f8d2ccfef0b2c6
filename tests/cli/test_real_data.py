"""Real files through the command line, against the reference numbers of their README."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cli.run import ROOT, cli, cli_json
from tests.postgres_server import NewDatabase
from tests.real_data import online_retail, real_file

pytestmark = [pytest.mark.real_data, pytest.mark.long]
MAPPINGS = ROOT / "sample_data" / "mappings"


def value(home: Path, name: str, *words: str, **more: str) -> Any:
    (row,) = cli_json(home, "metric", "get", name, *words, **more)["rows"]
    return row["value"]


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    return online_retail(tmp_path_factory)


def test_online_retail_is_read_whole(retail: tuple[Path, Any]) -> None:
    home, document = retail
    (file,) = document["files"]
    tables = file["tables"]

    assert tables["order_lines"]["rows"] == 541_909
    assert tables["order_lines"]["rejected"] == 0
    assert tables["orders"]["rows"] == 25_900
    assert tables["customers"]["rows"] == 4_372
    assert {t: tables[t]["added"] for t in ("order_lines", "orders", "customers")} == {
        "order_lines": 541_909, "orders": 25_900, "customers": 4_372,
    }  # fmt: skip
    path = home / "warehouse" / f"{document['version']}.duckdb"
    with duckdb.connect(str(path), read_only=True) as con:
        findings = con.execute("SELECT rule, rows FROM build_findings").fetchall()
    assert dict(findings)["lines_without_customer"] == 135_080


def test_online_retail_metrics_agree_with_the_file(retail: tuple[Path, Any]) -> None:
    home, _ = retail

    assert round(value(home, "net_revenue"), 2) == 9_747_747.93
    assert value(home, "orders") == 25_900
    assert value(home, "order_lines") == 541_909
    assert value(home, "active_customers") == 4_372
    assert value(home, "units") == 5_176_450


@pytest.mark.parametrize("dimension", ["country", "ordered_on:month", "status", "product_id"])
def test_online_retail_breakdowns_add_up(retail: tuple[Path, Any], dimension: str) -> None:
    home, _ = retail
    rows = cli_json(home, "metric", "get", "net_revenue", "--by", dimension)["rows"]

    assert round(sum(row["value"] for row in rows), 2) == 9_747_747.93


def test_online_retail_from_postgres_equals_to_the_cent(
    retail: tuple[Path, Any],
    new_postgres: NewDatabase,
) -> None:
    home, _ = retail
    server = {"CRM_WAREHOUSE_URL": new_postgres()}
    assert cli(home, "refresh", "--no-models", **server).returncode == 0

    for name in ("net_revenue", "orders", "active_customers", "repeat_purchase_rate",
                 "average_order_value", "return_rate", "new_customers"):  # fmt: skip
        assert value(home, name, **server) == pytest.approx(value(home, name), abs=0.005), name
    for by in ("country", "ordered_on:month"):
        words = ("metric", "get", "net_revenue", "--by", by)
        from_server = cli_json(home, *words, **server)["rows"]
        assert from_server == cli_json(home, *words)["rows"]


def test_cdnow_has_its_published_size(tmp_path: Path) -> None:
    file = real_file("cdnow/CDNOW_sample.txt")
    document = cli_json(tmp_path, "import", file, "--mapping", MAPPINGS / "cdnow.toml")

    assert document["files"][0]["tables"]["orders"]["rejected"] == 0
    assert value(tmp_path, "orders") == 6_919
    assert value(tmp_path, "active_customers") == 2_357


def test_superstore_dates_are_day_first_and_sales_agree(tmp_path: Path) -> None:
    file = real_file("superstore/superstore.csv.gz")
    document = cli_json(tmp_path, "import", file, "--mapping", MAPPINGS / "superstore.toml")

    assert document["files"][0]["day_first"] is True
    assert value(tmp_path, "orders") == 5_111
    # Three customers appear only on lines of orders whose other lines name somebody else.
    assert document["files"][0]["tables"]["customers"]["rows"] == 804
    assert value(tmp_path, "active_customers") == 801
    assert round(value(tmp_path, "net_revenue"), 4) == 2_326_534.3543
    days = cli_json(tmp_path, "metric", "get", "orders", "--by", "ordered_on:day")["rows"]
    assert min(row["ordered_on:day"] for row in days) == "2019-01-03"
    assert max(row["ordered_on:day"] for row in days) == "2022-12-30"
