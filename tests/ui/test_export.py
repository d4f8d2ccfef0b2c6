"""Exports: nothing in them is executed, numbers stay numbers, and they say what they are."""

import io
import zipfile

import pandas as pd
import pytest

from ui.export import Stamp, csv_bytes, file_name, safe_frame, safe_text, xlsx_bytes

STAMP = Stamp("Orders", "1 – 31 Jan", "region: =1+1", "v000001", "2026-01-31", "2026-02-01", "me")
FRAME = pd.DataFrame(
    {
        "name": ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx", " =1", "王小明", None],
        "=cmd": range(9),
        "amount": [-1.5, float("nan"), 2.0, 0.0, 1e12, 3.0, 4.0, 5.0, 6.0],
        "ordered_on": pd.to_datetime(["2026-01-31"] * 9),
    }
)
ABOUT = {field: field for field in (*Stamp.__dataclass_fields__, "sheet", "rows")}


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20"]
)
def test_text_that_starts_like_a_formula_is_disarmed(start: str) -> None:
    assert safe_text(f"{start}1+1") == f"'{start}1+1"


def test_headers_are_disarmed_too_and_numbers_stay_numbers() -> None:
    safe = safe_frame(FRAME)

    assert safe.columns.tolist() == ["name", "'=cmd", "amount", "ordered_on"]
    assert safe["amount"].iloc[0] == -1.5
    assert safe["name"].iloc[7] == "王小明"
    assert FRAME.columns[1] == "=cmd"


def test_csv_is_one_plain_table_with_its_provenance_in_columns() -> None:
    content = csv_bytes(FRAME, STAMP)
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")

    assert content.startswith(b'\xef\xbb\xbf"name",')
    assert len(read) == 9
    assert read["amount"].iloc[0] == -1.5
    assert set(read["export_version"]) == {"v000001"}
    assert read["export_filters"].iloc[0] == "region: =1+1"


def test_csv_quotes_text_and_leaves_numbers_and_missing_values_plain() -> None:
    frame = pd.DataFrame(
        {
            "name": ["a;b", None], "n": pd.array([1, None], dtype="Int64"), "x": [1.5, None],
            "is_new": [True, False], "kind": pd.Categorical(["p", None]),
            "on": pd.to_datetime(["2026-01-31", None]),
        }
    )  # fmt: skip
    lines = csv_bytes(frame, STAMP).decode("utf-8-sig").split("\r\n")

    assert lines[0].startswith('"name","n","x","is_new","kind","on","export_subject",')
    assert lines[1].startswith('"a;b",1,1.5,True,"p","2026-01-31","Orders",')
    assert lines[2].startswith(',,,False,,,"Orders",')


@pytest.mark.parametrize("separator", [";", "\t", "; ", "\n"])
def test_csv_has_no_formula_after_what_another_excel_splits_at(separator: str) -> None:
    frame = pd.DataFrame({f"head{separator}=1": [f"a{separator}=1+1{separator}@x", "a;b"]})
    content = csv_bytes(frame, STAMP)
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")

    assert read.columns[0] == f"head{separator}'=1"
    assert read.iloc[:, 0].tolist() == [f"a{separator}'=1+1{separator}'@x", "a;b"]


def test_categories_are_disarmed_too() -> None:
    frame = pd.DataFrame({"kind": pd.Categorical(["=1+1", "a", None])})

    assert safe_frame(frame)["kind"].tolist()[:2] == ["'=1+1", "a"]
    assert b"'=1+1" in csv_bytes(frame, STAMP)


def test_workbook_has_typed_cells_no_formulas_and_an_about_sheet() -> None:
    content = xlsx_bytes(FRAME, STAMP, about=ABOUT)

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        rows = book.read("xl/worksheets/sheet1.xml").decode()
        about = book.read("xl/worksheets/sheet2.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in rows + about
    assert "<v>-1.5</v>" in rows
    assert "'=HYPERLINK(1)" in words
    assert "v000001" in words


def test_a_file_name_holds_nothing_that_a_system_would_trip_over() -> None:
    from datetime import date

    assert file_name("../a b:c", date(2026, 1, 2), "v1", "csv") == "a-b-c_2026-01-02_v1.csv"
