import csv
from pathlib import Path

from sample_data.exports import CUSTOMERS_FILE, ORDERS_FILE, export_files
from sample_data.generate import generate

EXAMPLES = Path(__file__).parents[2] / "sample_data" / "examples"


def read(path: Path, encoding: str) -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def test_orders_export_has_every_line_and_one_twice(small, tmp_path):
    orders, _ = export_files(small, tmp_path)
    rows = read(orders, "utf-8-sig")
    lines = small.frames["order_lines"]
    assert orders.read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(rows) == 1 + lines.num_rows + 1
    assert rows[5] == rows[6]
    first = lines.slice(0, 1).to_pylist()[0]
    assert rows[1][0] == first["order_id"]
    assert rows[1][-1] == f"¥{first['amount']:,.2f}"


def test_customers_export_is_gb18030_with_an_empty_line(small, tmp_path):
    _, customers = export_files(small, tmp_path)
    rows = read(customers, "gb18030")
    assert rows[0][0] == "客户编号"
    assert sum(not any(row) for row in rows) == 1
    assert len(rows) == 1 + 600 + 1


def test_examples_in_the_repository_are_these_exports(tmp_path):
    export_files(generate(300, 7, 36), tmp_path, rows=160)
    for name in (ORDERS_FILE, CUSTOMERS_FILE):
        example = EXAMPLES / name
        assert example.read_bytes() == (tmp_path / name).read_bytes()
        assert example.stat().st_size < 60_000
        assert example.read_bytes().count(b"\n") <= 200
