"""Orders and deals in other currencies: by the rate of their day, or missing and counted."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crm_data import warehouse
from crm_data.batches import ledger, path_of
from crm_data.commands.imports import import_files
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.real_data import real_file

RATES = "currency,rate_on,rate_to_company\nUSD,2026-01-01,7\nUSD,2026-01-10,7.5\nEUR,2026-01-05,8\n"
ORDERS = (
    "order_id,ordered_on,currency,amount\n1,2026-01-09,USD,10\n2,2026-01-10,us$,10.01\n"
    "3,2026-01-04,EUR,5\n4,2026-01-06,CNY,5\n5,2026-01-06,,6\n6,,USD,7\n7,2026-02-01,usd,\n"
    "8,2026-01-01,人民币,9\n"
)
CONVERTED = [
    ("1", "USD", "70", "10"), ("2", "USD", "75.075", "10.01"), ("3", "EUR", None, "5"),
    ("4", "CNY", "5", "5"), ("5", None, "6", "6"), ("6", "USD", None, "7"),
    ("7", "USD", None, None), ("8", "CNY", "9", "9"),
]  # fmt: skip


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def do(settings: Settings, *paths: Path, **more: Any) -> dict[str, Any]:
    return import_files(settings, paths, now=NOW, **more)


def stored(settings: Settings, table: str, columns: str) -> list[tuple[Any, ...]]:
    batch = next(b for b in reversed(ledger(settings)) if b.table == table)
    with duckdb.connect() as con:
        return con.execute(
            f"SELECT {columns} FROM read_parquet(?) ORDER BY ALL", [str(path_of(settings, batch))]
        ).fetchall()


def money(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(*r[:2], *(None if v is None else Decimal(v) for v in r[2:])) for r in rows]


def test_rates_of_the_same_import_and_of_what_is_published(
    settings: Settings, tmp_path: Path
) -> None:
    rates, orders = write(tmp_path, "rates.csv", RATES), write(tmp_path, "orders.csv", ORDERS)
    made = do(settings, orders, rates)
    columns = "order_id, currency, amount, amount_original"
    assert stored(settings, "orders", columns) == money(CONVERTED)
    findings = made["files"][0]["tables"]["orders"]["findings"]
    assert findings["currency_converted"] == 2
    assert findings["currency_without_rate"] == 2

    warehouse.build(settings, now=NOW)
    do(settings, orders, force=True)
    assert stored(settings, "orders", columns) == money(CONVERTED), "by the published rates"
    newer = write(tmp_path, "newer.csv", RATES.replace("7.5", "8"))
    do(settings, newer, orders, force=True)
    assert stored(settings, "orders", columns)[1][2] == Decimal("80.08"), "new rates come first"


def test_the_company_decides_what_another_currency_is(settings: Settings, tmp_path: Path) -> None:
    american = replace(settings, currency="USD")
    made = do(american, write(tmp_path, "orders.csv", ORDERS))
    amounts = [row[2] for row in stored(american, "orders", "order_id, currency, amount")]
    assert amounts == [10, Decimal("10.01"), None, None, 6, 7, None, None]
    findings = made["files"][0]["tables"]["orders"]["findings"]
    assert findings["currency_without_rate"] == 3
    assert "currency_converted" not in findings


def test_amounts_that_a_file_gives_in_both_stay(settings: Settings, tmp_path: Path) -> None:
    text = "order_id,ordered_on,currency,amount,amount_original\n1,2026-01-01,USD,70,10\n"
    do(settings, write(tmp_path, "both.csv", text), write(tmp_path, "rates.csv", RATES))
    assert stored(settings, "orders", "amount, amount_original") == [(70, 10)]


def test_original_amounts_alone_are_converted(settings: Settings, tmp_path: Path) -> None:
    text = "order_id,ordered_on,currency,amount_original\n1,2026-01-01,USD,10\n"
    do(settings, write(tmp_path, "o.csv", text), write(tmp_path, "rates.csv", RATES))
    assert stored(settings, "orders", "amount, amount_original") == [(70, 10)]


def test_lines_follow_the_order_of_their_file(settings: Settings, tmp_path: Path) -> None:
    mapping = write(
        tmp_path, "m.toml",
        """
        [tables.order_lines.columns]
        order_id = "o"
        line_no = "n"
        unit_price = "p"
        amount = "a"
        [tables.orders.columns]
        order_id = "o"
        ordered_on = "on"
        currency = "c"
        amount = "total"
        """,
    )  # fmt: skip
    text = "o,n,p,a,on,c,total\n1,1,1,2,2026-01-01,USD,5\n1,2,3,3,2026-01-01,USD,5\n2,1,4,4,,,4\n"
    lines, rates = write(tmp_path, "lines.csv", text), write(tmp_path, "rates.csv", RATES)
    do(settings, rates)
    warehouse.build(settings, now=NOW)
    do(settings, lines, mapping=mapping)
    assert stored(settings, "order_lines", "order_id, line_no, unit_price, amount") == [
        ("1", 1, 7, 14), ("1", 2, 21, 21), ("2", 1, 4, 4),
    ]  # fmt: skip
    assert stored(settings, "orders", "order_id, amount") == [("1", 35), ("2", 4)]


DEALS = (
    "opportunity_id,created_at,closed_at,currency,amount\n"
    "1,2026-01-02,,USD,12000\n2,2026-01-02,2026-01-11,US$,100\n3,2026-01-04,,EUR,8500\n"
    "4,2026-01-06,,CNY,250000\n5,2026-01-06,,,6\n"
)


def test_deals_are_converted_on_the_day_of_their_end_else_beginning(
    settings: Settings, tmp_path: Path
) -> None:
    deals, rates = write(tmp_path, "deals.csv", DEALS), write(tmp_path, "rates.csv", RATES)
    made = do(settings, deals, rates)
    columns = "opportunity_id, currency, amount, amount_original"
    assert stored(settings, "opportunities", columns) == money([
        ("1", "USD", "84000", "12000"), ("2", "USD", "750", "100"), ("3", "EUR", None, "8500"),
        ("4", "CNY", "250000", "250000"), ("5", None, "6", "6"),
    ])  # fmt: skip
    findings = made["files"][0]["tables"]["opportunities"]["findings"]
    assert (findings["currency_converted"], findings["currency_without_rate"]) == (2, 1)


@pytest.mark.real_data
def test_currencies_of_an_export_of_deals_are_not_added_as_one(settings: Settings) -> None:
    made = do(settings, real_file("crm_exports/synthetic_rows/pipedrive_deals_export.csv"))
    columns = "opportunity_id, currency, amount, amount_original"
    assert stored(settings, "opportunities", columns)[:4] == money([
        ("9000", "USD", None, "12000"), ("9001", "EUR", None, "8500"),
        ("9002", "USD", None, "36000.5"), ("9003", "CNY", "250000", "250000"),
    ])  # fmt: skip
    findings = made["files"][0]["tables"]["opportunities"]["findings"]
    assert findings["currency_without_rate"] >= 3
