"""Exports that say what they are. Nothing in them can be executed by a spreadsheet.

A CSV stays one plain table: a header and rows, no comment lines that a program would trip over.
What it is (period, filters, version, watermark, time) stands in constant columns on the right, so
that it survives renaming, mailing and stacking of files. An XLSX has a sheet ``About`` instead.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_STARTS_INSIDE = re.compile(rf"([;\t\r\n] *)(?=[{re.escape(''.join(FORMULA_STARTS))}])")
_UNSAFE_IN_NAMES = re.compile(r"[^0-9A-Za-z_.-]+")
XLSX_MAX_ROWS = 1_048_575


@dataclass(frozen=True)
class Stamp:
    """What an export is: written into it."""

    subject: str
    period: str
    filters: str
    version: str
    watermark: str
    exported_at: str
    exported_by: str


def safe_text(value: object) -> object:
    """Return text that starts like a formula with an apostrophe before it; others unchanged."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return "'" + value
    return value


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy with safe text and headers; numbers, flags and dates stay what they are."""
    safe = frame.copy()
    for name in safe.columns:
        if _holds_text(safe[name]):
            safe[name] = safe[name].astype(object).map(safe_text, na_action="ignore")
    safe.columns = pd.Index([safe_text(str(name)) for name in safe.columns])
    return safe


def csv_bytes(
    frame: pd.DataFrame, stamp: Stamp | None, *, about: Mapping[str, str] | None = None
) -> bytes:
    """Return a CSV with a byte-order mark, without which Excel garbles Chinese.

    ``about`` are headers of the columns that say what it is, by field of ``stamp``; without them
    they are called ``export_<field>``. Without a stamp the frame is all there is.

    Text is quoted, numbers and missing values are not. Where Excel splits at semicolons or tabs,
    it does so inside quotes too, so what comes after one is disarmed like the start of a text.
    """
    stamped = frame.copy()
    for field in fields(stamp) if stamp is not None else ():
        header = about[field.name] if about else f"export_{field.name}"
        stamped[header] = str(getattr(stamp, field.name))
    safe = safe_frame(stamped)
    for name in safe.columns[[_holds_text(safe[name]) for name in safe.columns]]:
        safe[name] = safe[name].map(_safe_inside, na_action="ignore")
    safe.columns = pd.Index([_safe_inside(name) for name in safe.columns])
    missing = uuid4().hex  # in no text, so that only missing values lose their quotes
    written = safe.to_csv(
        index=False, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC, na_rep=missing
    )
    return written.replace(f'"{missing}"', "").encode("utf-8-sig")


def xlsx_bytes(frame: pd.DataFrame, stamp: Stamp, *, about: dict[str, str]) -> bytes:
    """Return a workbook: the rows with typed cells, and a sheet that says what they are.

    Parameters
    ----------
    about : dict
        Label of each field of ``stamp`` in the viewer's language, and ``sheet`` and ``rows``
        (names of the two sheets).
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        formats = {
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        _write_rows(book.add_worksheet(about["rows"]), safe_frame(frame), head, formats)
        sheet = book.add_worksheet(about["sheet"])
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 80)
        for row, field in enumerate(fields(stamp)):
            sheet.write_string(row, 0, about[field.name], head)
            sheet.write_string(row, 1, str(safe_text(getattr(stamp, field.name))))
    return buffer.getvalue()


def file_name(subject: str, stamp_day: date, version: str, extension: str) -> str:
    """Return a file name that every system accepts."""
    base = _UNSAFE_IN_NAMES.sub("-", f"{subject}_{stamp_day.isoformat()}_{version}").strip("-.")
    return f"{base}.{extension}"


def _holds_text(column: pd.Series) -> bool:
    is_text = pd.api.types.is_string_dtype(column) or column.dtype == object
    return is_text or isinstance(column.dtype, pd.CategoricalDtype)


def _safe_inside(value: object) -> object:
    return _STARTS_INSIDE.sub(r"\1'", value) if isinstance(value, str) else value


def _write_rows(sheet: Any, frame: pd.DataFrame, head: object, formats: dict[str, object]) -> None:
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, name, head)
        for row, value in enumerate(frame.iloc[:XLSX_MAX_ROWS, column].tolist(), start=1):
            _write_cell(sheet, row, column, value, formats)
    sheet.freeze_panes(1, 0)
    sheet.autofit(240)


def _write_cell(
    sheet: Any, row: int, column: int, value: object, formats: dict[str, object]
) -> None:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return
    if isinstance(value, datetime):
        is_day = value.time() == datetime.min.time()
        chosen = formats["day" if is_day else "instant"]
        sheet.write_datetime(row, column, value, chosen)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))
