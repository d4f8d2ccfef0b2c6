from pathlib import Path

import pytest

from crm_data.settings import Settings
from tests.importers.reading import mapped, stage


def test_last_value_that_is_there_wins(settings: Settings, tmp_path: Path) -> None:
    text = "customer_id,name,city,region\n1,Ada,Rome,\n2,Bob,,x\n1,,Paris,\n1,Ada L,,\n"
    made = stage(settings, tmp_path, text)

    assert made.rows("customers", "customer_id, name, city, region") == [
        ("1", "Ada L", "Paris", None), ("2", "Bob", None, "x"),
    ]  # fmt: skip
    assert made.table("customers")["rows"] == 2
    assert made.table("customers")["findings"] == {"conflicting_values": 2}


def test_equal_rows_and_gaps_do_not_conflict(settings: Settings, tmp_path: Path) -> None:
    text = "customer_id,name,city\n1,Ada,\n1,Ada,Rome\n1,Ada,Rome\n1, Ada ,\n"
    made = stage(settings, tmp_path, text)

    assert made.rows("customers", "customer_id, name, city") == [("1", "Ada", "Rome")]
    assert made.table("customers")["findings"] == {}


def test_file_order_decides_in_a_long_file(settings: Settings, tmp_path: Path) -> None:
    rows = [f"{n % 700},name {n}" for n in range(50_000)]
    made = stage(settings, tmp_path, "customer_id,name\n" + "\n".join(rows))

    found = dict(made.rows("customers", "customer_id, name"))
    assert len(found) == 700
    assert all(found[str(n % 700)] == f"name {n}" for n in range(49_300, 50_000))
    assert made.table("customers")["findings"] == {"conflicting_values": 700}


def test_lines_with_their_own_number_never_merge(settings: Settings, tmp_path: Path) -> None:
    mapping = mapped(
        "order_lines", order_id="id", line_no={"row_number_within": "id"}, product_id="p"
    )
    text = "id,p\n" + "".join(f"{n % 3},same\n" for n in range(300))
    made = stage(settings, tmp_path, text, mapping)

    assert made.rows("order_lines", "count(*), max(line_no)") == [(300, 100)]


def test_lines_with_the_same_number_merge(settings: Settings, tmp_path: Path) -> None:
    made = stage(settings, tmp_path, "order_id,line_no,product_id\nA,1,p\nA,2,q\nA,1,r\n")

    assert made.rows("order_lines", "order_id, line_no, product_id") == [
        ("A", 1, "r"), ("A", 2, "q"),
    ]  # fmt: skip
    assert made.table("order_lines")["findings"] == {"conflicting_values": 1}


def test_values_written_differently_but_equal_do_not_conflict(
    settings: Settings, tmp_path: Path
) -> None:
    text = 'order_id,amount,ordered_on\n1,5,2020-01-02\n1,5.00,2020/1/2\n1,"5.0",\n'
    made = stage(settings, tmp_path, text)

    assert made.table("orders")["rows"] == 1
    assert made.table("orders")["findings"] == {}


def test_attributes_of_merged_rows(settings: Settings, tmp_path: Path) -> None:
    made = stage(settings, tmp_path, "customer_id,extra\n1,a\n1,b\n1,\n")

    assert made.rows("customers", "customer_id, attributes") == [("1", '{"extra":"b"}')]
    assert made.table("customers")["findings"] == {}


def test_missing_keys_are_refused_or_skipped(settings: Settings, tmp_path: Path) -> None:
    text = "who,name\n1,Ada\n,Bob\n2,Eve\n \t,Kim\n"
    columns = {"customer_id": "who", "name": "name"}
    refused = stage(settings, tmp_path, text, {"tables": {"customers": {"columns": columns}}})
    assert refused.rejects("customers") == [
        (3, "who", None, "missing_key"), (5, "who", None, "missing_key"),
    ]  # fmt: skip
    assert refused.table("customers")["rejected"] == 2

    skip = {"tables": {"customers": {"columns": columns, "skip_when_missing": ["customer_id"]}}}
    skipped = stage(settings, tmp_path, text, skip)
    assert skipped.table("customers")["findings"] == {"skipped_missing": 2}
    assert skipped.rejects("customers") == []
    assert skipped.rows("customers", "name") == refused.rows("customers", "name")


def test_unreadable_key_refuses_the_row_once(settings: Settings, tmp_path: Path) -> None:
    text = "campaign_id,spent_on,amount\nx,2026-01-01,1\nx,never,2\nx,,3\n"
    made = stage(settings, tmp_path, text)

    assert made.table("campaign_costs")["rows"] == 1
    assert made.rejects("campaign_costs") == [
        (3, "spent_on", "never", "not_a_date"), (4, "campaign_id", None, "missing_key"),
    ]  # fmt: skip


def test_ragged_rows_are_refused_and_the_others_kept(settings: Settings, tmp_path: Path) -> None:
    lines = [f"{n},Ada,Rome" for n in range(2, 32)]
    lines[4], lines[9], lines[20] = "6,Ada", "11,Ada,Rome,x", "22,Ada,Rome,"
    made = stage(settings, tmp_path, "customer_id,name,city\n" + "\n".join(lines) + "\n")

    assert made.rejects("customers") == [
        (6, None, "6,Ada", "ragged"), (11, None, "11,Ada,Rome,x", "ragged"),
    ]  # fmt: skip
    assert made.table("customers")["rows"] == 28
    assert made.table("customers")["rejected"] == 2
    assert made.rows("customers", "count(*)", "1") == [(28,)]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("customer_id,birth_on\n1,2000-01-01\n2,x\n", 3),
        ("customer_id,birth_on\n1,2000-01-01\n\n\n2,x\n", 5),
        ("\ncustomer_id,birth_on\n1,2000-01-01\n2,x\n", 4),
        ('customer_id,birth_on,name\n1,2000-01-01,"a\nb"\n2,x,c\n', 3),
        ('customer_id,birth_on,name\n1,2000-01-01,"a\n\nb"\n\n2,x,c\n', 4),
        ("customer_id,birth_on\r\n1,2000-01-01\r\n\r\n2,x\r\n", 4),
        ("customer_id;birth_on\n1;2000-01-01\n2;x\n\n\n", 3),
    ],
)
def test_row_numbers_are_those_of_a_spreadsheet(
    settings: Settings, tmp_path: Path, text: str, row: int
) -> None:
    made = stage(settings, tmp_path, text)

    assert made.rejects("customers") == [(row, "birth_on", "x", "not_a_date")]


def test_row_numbers_in_a_long_file(settings: Settings, tmp_path: Path) -> None:
    """Many readers share the file; the numbers must still be those of the file."""
    lines = [f"{n},2020-01-0{1 + n % 9},{'x' * 60}" for n in range(400_000)]
    bad = (7, 123_456, 250_001, 399_999)
    for n in bad:
        lines[n] = f"{n},bad {n},y"
    text = "order_id,ordered_on,note\n" + "\n".join(lines)
    made = stage(settings, tmp_path, text)

    assert made.rejects("orders") == [(n + 2, "ordered_on", f"bad {n}", "not_a_date") for n in bad]
    assert made.table("orders")["rows"] == 400_000


def test_quoted_commas_and_row_numbers_without_header(settings: Settings, tmp_path: Path) -> None:
    mapping = mapped("customers", {"header": False}, customer_id="c1", birth_on="c2")
    made = stage(settings, tmp_path, '1,2000-01-01\n"2,x",oops\n', mapping)

    assert made.rejects("customers") == [(2, "c2", "oops", "not_a_date")]
