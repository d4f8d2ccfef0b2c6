"""Messy CSV exports of a sample company, such as people bring from other systems."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sample_data.company import SampleCompany

ORDERS_FILE = "order_lines_export.csv"
CUSTOMERS_FILE = "customers_gb18030.csv"
_ORDER_HEADERS = (
    "Order No.", "Line", "Date", "Customer No", "Channel", "Status", "Product", "Qty",
    "Unit Price", "Line Total",
)  # fmt: skip
_CUSTOMER_HEADERS = (
    "客户编号", "客户名称", "类型", "手机号", "电子邮箱", "城市", "大区", "客户来源", "注册日期",
)  # fmt: skip
_KIND_ZH = {"person": "个人", "company": "企业"}


def export_files(company: SampleCompany, folder: Path, *, rows: int | None = None) -> list[Path]:
    """Write orders with lines, and customers, the way other systems export them.

    Parameters
    ----------
    company : SampleCompany
        What ``generate`` returned.
    folder : Path
        An existing folder.
    rows : int, optional
        At most this many rows a file, the latest orders and the first customers; all by default.

    Returns
    -------
    list of Path
        ``order_lines_export.csv``: UTF-8 with byte-order mark, days before months, thousands
        separators, currency signs, a line repeated by mistake. ``customers_gb18030.csv``: GB18030,
        Chinese headers and dates, padded cells, an empty line.
    """
    orders, customers = folder / ORDERS_FILE, folder / CUSTOMERS_FILE
    _write(orders, "utf-8-sig", _ORDER_HEADERS, _order_rows(company, rows))
    _write(customers, "gb18030", _CUSTOMER_HEADERS, _customer_rows(company, rows))
    return [orders, customers]


def _write(path: Path, encoding: str, headers: Sequence[str], rows: Iterable[Any]) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        writer.writerows(rows)


def _order_rows(company: SampleCompany, limit: int | None) -> list[tuple[str, ...]]:
    lines = company.frames["order_lines"]
    if limit is not None:
        kept = max(min(limit - 1, lines.num_rows), 0)
        lines = lines.slice(lines.num_rows - kept)
        first = lines["order_id"][0]
        whole = pc.not_equal(lines["order_id"], first)
        lines = lines.filter(whole)
    orders = company.frames["orders"].select(
        ["order_id", "customer_id", "ordered_on", "channel", "status"]
    )
    order_place = pc.index_in(lines["order_id"], orders["order_id"].combine_chunks())
    heads = orders.take(order_place).to_pylist()
    rows = [_order_row(head, line) for head, line in zip(heads, lines.to_pylist(), strict=True)]
    return rows[:5] + rows[4:]


def _order_row(head: dict[str, Any], line: dict[str, Any]) -> tuple[str, ...]:
    return (
        line["order_id"],
        str(line["line_no"]),
        f"{head['ordered_on']:%d/%m/%Y}",
        head["customer_id"] or "",
        head["channel"].title(),
        head["status"].title(),
        f"{line['product_id']} ",
        f"{line['quantity']:g}",
        f"{line['unit_price']:,.2f}",
        _yuan(line["amount"]),
    )


def _yuan(amount: Decimal) -> str:
    return f"-¥{-amount:,.2f}" if amount < 0 else f"¥{amount:,.2f}"


def _customer_rows(company: SampleCompany, limit: int | None) -> list[tuple[str, ...]]:
    table: pa.Table = company.frames["customers"]
    kept = table.num_rows if limit is None else min(limit - 1, table.num_rows)
    rows = [_customer_row(row) for row in table.slice(0, kept).to_pylist()]
    middle = len(rows) // 2
    return [*rows[:middle], ("",) * len(_CUSTOMER_HEADERS), *rows[middle:]]


def _customer_row(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["customer_id"],
        row["name"],
        _KIND_ZH[row["kind"]],
        row["phone"] or "",
        row["email"] or "",
        f"{row['city']} " if row["city"] else "",
        row["region"] or "",
        row["source"] or "",
        _chinese_date(row["created_at"].date()),
    )


def _chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
