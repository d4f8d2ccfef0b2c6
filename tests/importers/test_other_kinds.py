"""Workbooks, Parquet and JSON lines are read like text: same rules, rows as the user sees them."""

import gzip
import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from crm_data.errors import BadInputError
from crm_data.importers import source_files, stage_file
from crm_data.settings import Settings
from tests.importers.old_workbook import ole, write_xls
from tests.importers.reading import Result, mapped, money, stage

CUSTOMERS = [["customer_id", "name"], ["1", "Ada"], ["2", "Bob"]]


def book(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def read(settings: Settings, path: Path, mapping: Any = None, **more: Any) -> Result:
    return Result(stage_file(settings, path, mapping, **more))


def test_sheet_with_titles_above_and_nothing_around(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        sheet = made.add_worksheet("导出")
        sheet.merge_range(0, 1, 0, 6, "Orders of January")
        sheet.merge_range(2, 1, 2, 3, "Order")
        sheet.write_row(3, 1, ["order_id", "customer_id", "ordered_on", "amount", "", "note", ""])
        sheet.write_row(4, 1, [1001, "007"])
        sheet.write_datetime(4, 3, datetime(2024, 1, 1), day)
        sheet.write(4, 4, "1,234.50")  # a number stored as text
        sheet.write(4, 6, '=HYPERLINK("http://x")', None, "<b>go</b>")
        sheet.write_row(6, 1, [1002, "008", 45293, 0.1 + 0.2])  # a day as Excel counts
        sheet.write(9, 12, " ")  # blank far away
    made_of = read(settings, path)

    assert made_of.report["kind"] == "workbook"
    assert made_of.report["encoding"] is None
    assert made_of.rows("orders", "order_id, customer_id, ordered_on, amount, attributes") == [
        ("1001", "007", date(2024, 1, 1), money("1234.5"), '{"note":"<b>go</b>"}'),
        ("1002", "008", date(2024, 1, 2), money("0.3"), None),
    ]
    assert made_of.table("orders")["unmapped"] == ["note"]


def test_refused_cells_of_a_sheet_name_the_row_that_is_shown(
    settings: Settings, tmp_path: Path
) -> None:
    path = book(tmp_path / "o.xlsx", A=[["order_id", "amount"], ["1", 5], [], ["2", "much"]])
    assert read(settings, path).rejects("orders") == [(4, "amount", "much", "not_a_number")]


def test_several_sheets_are_several_files(settings: Settings, tmp_path: Path) -> None:
    path = book(
        tmp_path / "all.xlsx", Accounts=CUSTOMERS, Notes=[["made by", ""], ["me", ""]], Empty=[],
        Orders=[["order_id", "amount"], [1, 2.5]],
    )  # fmt: skip
    found = source_files([path])
    assert found == [path / "Accounts", path / "Orders"]
    assert source_files([path], sheets=["Orders"]) == [path / "Orders"]
    assert source_files([path / "Orders"]) == [path / "Orders"]
    made = [read(settings, one) for one in found]
    assert [next(iter(one.report["tables"])) for one in made] == ["customers", "orders"]
    assert made[1].staged.batches[0].source == "all.xlsx/Orders"
    with pytest.raises(BadInputError, match="has no sheet 'Deals'; it has Accounts, Notes"):
        source_files([path], sheets=["Deals"])
    with pytest.raises(BadInputError, match="no sheet 'Deals'"):
        stage_file(settings, path / "Deals", None)


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "h.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        for name in ("Shown", "Hidden"):
            made.add_worksheet(name).write_column(0, 0, ["customer_id", "1"])
            made.get_worksheet_by_name(name).write_column(0, 1, ["name", "Ada"])
        made.get_worksheet_by_name("Hidden").hide()
    assert source_files([path]) == [path]
    assert source_files([path], sheets=["Hidden"]) == [path / "Hidden"]


def test_old_workbook_and_kinds_told_by_content(settings: Settings, tmp_path: Path) -> None:
    rows = [["customer_id", "name"], [1.0, "Ada"], [2.0, "张伟"]]
    old = write_xls(tmp_path / "old.xls", rows)
    new = book(tmp_path / "new.csv", A=rows)  # a workbook, whatever its name says
    text = tmp_path / "text.xls"
    text.write_text("customer_id\tname\n1\tAda\n2\t张伟\n", encoding="utf-8")
    for path in (old, new, text):
        assert read(settings, path).rows("customers", "customer_id, name") == [
            ("1", "Ada"), ("2", "张伟"),
        ]  # fmt: skip


def test_sheet_without_header_and_header_only(settings: Settings, tmp_path: Path) -> None:
    path = book(tmp_path / "n.xlsx", A=[["1", "Ada"], ["2", "Bob"]])
    columns = {"customer_id": "c1", "name": "c2"}
    made = stage(
        settings, tmp_path, path.read_bytes(), mapped("customers", {"header": False}, **columns)
    )
    assert made.rows("customers", "customer_id, name") == [("1", "Ada"), ("2", "Bob")]
    only = book(tmp_path / "only.xlsx", A=CUSTOMERS[:1])
    with pytest.raises(BadInputError, match="has a header but no rows"):
        stage_file(settings, only, None)


def test_json_lines_with_nested_names(settings: Settings, tmp_path: Path) -> None:
    lines = [
        {"order_id": 12345678901234567890, "amount": 1.10, "owner": {"name": "李"}},
        {"order_id": "2", "amount": None, "tags": ["a", "b"], "rush": True},
    ]
    text = "\ufeff" + "\n\n".join(json.dumps(one, ensure_ascii=False) for one in lines)
    made = stage(settings, tmp_path, text, name="orders.jsonl", as_table="orders")

    assert made.report["kind"] == "json"
    assert made.rows("orders", "order_id, amount, attributes", "order_id") == [
        ("12345678901234567890", money("1.1"), '{"owner.name":"李"}'),
        ("2", None, '{"tags":"a;b","rush":"true"}'),
    ]


def test_lines_that_are_no_object_are_refused_by_line(settings: Settings, tmp_path: Path) -> None:
    good = [json.dumps({"order_id": str(n), "amount": n}) for n in range(30)]
    good[7], good[9] = '{"order_id": "7", \0', '{"order_id": "\\ud800"}'
    data = "\n".join(good).encode().replace(b'"7"', b'"\xff"')
    made = stage(settings, tmp_path, data, name="o.jsonl")
    assert [(row, text, rule) for row, _, text, rule in made.rejects("orders")] == [
        (8, '{"order_id": "?", ?', "not_json"), (10, '{"order_id": "\\ud800"}', "not_json"),
    ]  # fmt: skip
    assert made.table("orders")["rows"] == 28
    for text in ("[1, 2]\n", "{}\n", "[" * 100_000, '{"a": 1\n'):
        with pytest.raises(BadInputError, match="line 1 is no JSON object"):
            stage(settings, tmp_path, text, name="bad.jsonl")


def test_parquet_of_every_kind(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "it's [p].parquet"
    duckdb.sql(
        "SELECT 7::BIGINT AS order_id, 1.5::DECIMAL(9,2) AS amount, "
        "TIMESTAMPTZ '2024-01-02 03:04:05+02' AS ordered_at, ['x', 'y'] AS tags, "
        "{'a': 1} AS more, 'na''me' AS channel UNION ALL SELECT 8, NULL, NULL, NULL, NULL, NULL"
    ).write_parquet(str(path))
    made = read(settings, path)
    assert made.report["kind"] == "parquet"
    assert made.rows("orders", "order_id, amount, ordered_at, channel, attributes") == [
        ("7", money("1.5"), datetime(2024, 1, 2, 1, 4, 5), "na'me",
         '{"tags":"x;y","more":"{\\"a\\":1}"}'),
        ("8", None, None, None, None),
    ]  # fmt: skip


def test_folder_and_zip_mix_kinds(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    two = book(tmp_path / "two.xlsx", Accounts=CUSTOMERS, More=CUSTOMERS)
    (folder / "a.csv").write_text("customer_id,name\n1,Ada\n")
    (folder / "b.xlsx.gz").write_bytes(
        gzip.compress(book(tmp_path / "b", A=CUSTOMERS).read_bytes())
    )
    (folder / "c.jsonl").write_text('{"customer_id": 1, "name": "Ada"}')
    (folder / "~$b.xlsx").write_text("a lock that a spreadsheet left")
    with zipfile.ZipFile(folder / "d.zip", "w") as packed:
        packed.write(two, "in/two.xlsx")
    found = source_files([folder])
    assert [one.relative_to(folder).as_posix() for one in found] == [
        "a.csv", "b.xlsx.gz", "c.jsonl", "d.zip/in/two.xlsx/Accounts", "d.zip/in/two.xlsx/More",
    ]  # fmt: skip
    counts = [read(settings, one).table("customers")["rows"] for one in found]
    assert counts == [1, 2, 1, 2, 2]
    hashes = {read(settings, one).staged.batches[0].content_hash for one in found[-2:]}
    assert len(hashes) == 1, "the same content is the same import, wherever it comes from"


def test_workbooks_that_cannot_be_read(settings: Settings, tmp_path: Path) -> None:
    whole = book(tmp_path / "whole.xlsx", A=CUSTOMERS).read_bytes()
    locked = ole({"EncryptionInfo": b"x", "EncryptedPackage": b"x"})
    far = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(far)) as made:
        sheet = made.add_worksheet()
        sheet.write(0, 0, "customer_id")
        sheet.write(1_048_575, 16_383, "x")
    for data, code in (
        (locked, "encrypted_workbook"),
        (whole[: len(whole) // 2], "damaged_archive"),
        (far.read_bytes(), "workbook_too_demanding"),
        (write_xls(tmp_path / "x.xls", CUSTOMERS).read_bytes()[:1200], "damaged_workbook"),
        (whole.replace(b"xl/worksheets/sheet1", b"xl/worksheets/sheet9"), "damaged_workbook"),
    ):
        with pytest.raises(BadInputError) as caught:
            stage(settings, tmp_path, data, name="in.xlsx")
        assert (caught.value.code, "\n" in str(caught.value)) == (code, False)
        assert not list(settings.staging_dir.glob("*"))
