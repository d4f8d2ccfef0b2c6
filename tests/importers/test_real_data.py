"""Real files against the reference numbers of their README."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crm_data.importers import read_mapping, stage_file
from crm_data.importers.source import prepare
from crm_data.settings import Settings
from tests.importers.reading import Result, money
from tests.real_data import ROOT, real_file

pytestmark = pytest.mark.real_data
MAPPINGS = ROOT / "sample_data" / "mappings"


def staged(settings: Settings, name: str, mapping: str) -> Result:
    found = real_file(name)
    return Result(stage_file(settings, found, read_mapping(MAPPINGS / mapping)))


def counts(made: Result) -> dict[str, tuple[int, int]]:
    tables: dict[str, Any] = made.report["tables"]
    return {name: (t["rows"], t["rejected"]) for name, t in tables.items()}


def test_online_retail(settings: Settings) -> None:
    made = staged(settings, "uci_online_retail/online_retail_all_days.csv.gz", "online_retail.toml")
    assert counts(made) == {
        "order_lines": (541_909, 0), "orders": (25_900, 0), "customers": (4_372, 0),
        "products": (4_070, 0),
    }  # fmt: skip
    assert made.rows("order_lines", "sum(amount)") == [(money("9747747.9340"),)]
    assert made.rows("order_lines", "count(DISTINCT (order_id, line_no))") == [(541_909,)]
    assert made.rows("orders", "min(ordered_on), max(ordered_on)") == [
        (date(2010, 12, 1), date(2011, 12, 9))
    ]
    assert made.table("customers")["findings"] == {
        "conflicting_values": 8, "skipped_missing": 135_080,
    }  # fmt: skip
    assert made.rows("orders", "count(*) FILTER (status = 'returned')")[0][0] > 3_000


def test_cdnow(settings: Settings) -> None:
    made = staged(settings, "cdnow/CDNOW_sample.txt", "cdnow.toml")

    assert counts(made) == {"orders": (6_919, 0), "customers": (2_357, 0)}
    assert made.report["delimiter"] == "whitespace"
    assert made.rows("orders", "min(ordered_on), max(ordered_on), sum(amount)") == [
        (date(1997, 1, 1), date(1998, 6, 30), money("244091.94"))
    ]


def test_superstore(settings: Settings) -> None:
    made = staged(settings, "superstore/superstore.csv.gz", "superstore.toml")

    found = counts(made)
    assert made.report["day_first"] is True
    assert found["order_lines"] == (10_194, 0)
    assert found["orders"] == (5_111, 0)
    assert found["customers"] == (804, 0)
    assert made.rows("order_lines", "sum(amount)") == [(money("2326534.3543"),)]
    assert made.rows("orders", "min(ordered_on), max(ordered_on)") == [
        (date(2019, 1, 3), date(2022, 12, 30))
    ]


def test_exports_of_crms_are_decoded_from_either_encoding(tmp_path: Path) -> None:
    folder = real_file("crm_exports/synthetic_rows")
    chinese = tmp_path / "fxiaoke.csv"
    text = (folder / "fxiaoke_accounts.csv").read_text("utf-8-sig")
    chinese.write_bytes(text.encode("gb18030"))
    with ThreadPoolExecutor(1) as pool:
        found = prepare(chinese, None, tmp_path, pool)
        expected = prepare(folder / "fxiaoke_accounts.csv", None, tmp_path, pool)

    assert (found.encoding, expected.encoding) == ("gb18030", "utf-8")
    assert found.headers == expected.headers
    assert found.data.read_text("utf-8") == text
