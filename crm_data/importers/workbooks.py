"""Workbooks (.xlsx, .xlsm, .xls): their sheets, each a table, read by a process of its own."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crm_data.errors import BadInputError
from crm_data.import_limits import ImportLimits
from crm_data.importers.archives import refuse_expansion, too_large
from crm_data.importers.file_kinds import HEAD_BYTES

_READER = Path(__file__).with_name("workbook_process.py")
_SECONDS = 900
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SENTENCES = {
    "encrypted_workbook": "{path} is protected by a password. Save it without one and import that.",
    "workbook_too_demanding": (
        "{path} needs more memory than a workbook may ({limit} MB): it has too many cells, or "
        "cells far from all others. Delete the empty rows and columns, or export it as CSV."
    ),
    "damaged_workbook": (
        "{path} cannot be read as a workbook ({reason}). Open it, save it again and import that."
    ),
    "no_sheet": "{path} has no sheet '{sheet}'; it has {sheets}. Name one of those.",
    "too_many_columns": (
        "{path} has {columns} columns, more than a table may have ({limit}). Export those that are "
        "needed, or raise CRM_IMPORT_COLUMNS."
    ),
    "cell_too_long": (
        "{path}: the cell of column '{column}' in row {row} is longer than the {limit} characters "
        "that it may have. Shorten it, or raise CRM_IMPORT_CELL_CHARS."
    ),
}


def refusal(code: str, path: Path, **details: Any) -> BadInputError:
    """Return the error of a code that ``_SENTENCES`` has."""
    said = _SENTENCES[code].format(path=path, **details)
    return BadInputError(code, said, path=str(path), **details)


def sheet_names(
    book: Path, path: Path, wanted: Sequence[str], limits: ImportLimits
) -> tuple[str, ...]:
    """Return the sheets of a workbook that hold tables, or those that are wanted.

    Parameters
    ----------
    book : Path
        The workbook, unpacked.
    path : Path
        What the user calls it.

    Raises
    ------
    BadInputError
        The workbook cannot be read, or lacks a wanted sheet.
    """
    answer = _ask(book, path, limits, what="sheets", wanted=list(wanted), sheet=None)
    return tuple(answer["sheets"])


def convert_sheet(
    book: Path, path: Path, sheet: str | None, target: Path, limits: ImportLimits, *,
    has_header: bool,
) -> tuple[tuple[str, ...], int]:  # fmt: skip
    """Write a sheet (None: its only one) as CSV with row numbers; return its headers and rows.

    Columns without a name and a value are left out.

    Raises
    ------
    BadInputError
        The workbook cannot be read, or goes beyond a limit.
    """
    answer = _ask(
        book, path, limits, what="convert", sheet=sheet, target=str(target), has_header=has_header
    )
    return tuple(answer["headers"]), int(answer["rows"])


def _ask(book: Path, path: Path, limits: ImportLimits, **more: Any) -> dict[str, Any]:
    _refuse_at_once(book, path, limits)
    question = asdict(limits) | {"book": str(book), "file_bytes": limits.file_bytes} | more
    try:
        # -P: the folder of the reader has modules called like those of the standard library.
        done = subprocess.run(  # noqa: S603 - our own program, and no shell
            [sys.executable, "-P", str(_READER), json.dumps(question)],
            capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise refusal(
            "damaged_workbook", path, reason=f"not read in {_SECONDS // 60} minutes"
        ) from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise refusal("workbook_too_demanding", path, limit=limits.reader_megabytes) from error
    if (code := answer.pop("error", None)) is None:
        return answer
    if code == "too_large":
        raise too_large(path, limits.file_bytes)
    if code == "workbook_too_demanding":
        answer = {"limit": limits.reader_megabytes}
    raise refusal(code, path, **answer)


def _refuse_at_once(book: Path, path: Path, limits: ImportLimits) -> None:
    """Refuse what needs no reading: a password, and a zip that becomes far larger than it is."""
    with book.open("rb") as opened:
        is_zip = opened.read(HEAD_BYTES).startswith(b"PK")
    if is_zip:
        refuse_expansion(book, path, limits)
    elif _ENCRYPTED in book.read_bytes():
        raise refusal("encrypted_workbook", path)
