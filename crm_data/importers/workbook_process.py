"""A process of its own that reads a workbook: what it meets there can stop it, and nothing else.

A workbook of a few kilobytes may name a cell a billion cells away, for which its reader asks for
more memory than there is; the system then ends this process, whose memory is limited, instead of
the server. Called with one argument, a JSON object; prints one JSON object. Imports nothing of
ours, so that it starts at once.
"""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

_LOOKED_AT = 60  # rows among which the header is
_MOSTLY = 0.7
_EXACT = 1e15  # whole numbers below this are what the workbook says


class RefusedError(Exception):
    """What the parent says in a sentence: a code, and what it names."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.told = {"error": code, **details}


def sheets(book: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the names of the sheets of cells that are shown, of several only those with a table.

    Parameters
    ----------
    asked : dict
        ``wanted``: names to take whatever is in them; empty: those that look like tables.
    """
    kinds = {s.name: s for s in book.sheets_metadata if str(s.typ).endswith("WorkSheet")}
    for name in asked["wanted"]:
        if name not in kinds:
            raise RefusedError("no_sheet", sheet=name, sheets=", ".join(kinds))
    if asked["wanted"]:
        return {"sheets": [name for name in kinds if name in asked["wanted"]]}
    shown = [name for name, s in kinds.items() if str(s.visible).endswith(".Visible")]
    shown = shown or list(kinds)
    if len(shown) > 1:
        shown = [name for name in shown if _is_table(book, name)] or shown[:1]
    return {"sheets": shown}


def convert(book: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """Write a sheet as CSV, each row with its number as one more column; return its headers.

    Parameters
    ----------
    asked : dict
        ``sheet`` (None: the first), ``target``, ``has_header``, and limits: ``columns``,
        ``cell_characters``, ``file_bytes``.
    """
    wanted = [asked["sheet"]] if asked["sheet"] is not None else []
    name = sheets(book, {"wanted": wanted})["sheets"][0]
    sheet = book.get_sheet_by_name(name)
    first = list(islice(_rows(sheet), _LOOKED_AT))
    header = _header_place(first) if asked["has_header"] else None
    below = first[header][0] if header is not None else 0
    width = max((len(r) for _, r in first), default=0)
    names = [_text(v).strip() for v in first[header][1]] if header is not None else []
    names += [""] * (width - len(names))
    kept = [place for place, is_used in enumerate(_used(sheet, names, below)) if is_used]
    if len(kept) > asked["columns"]:
        raise RefusedError("too_many_columns", columns=len(kept), limit=asked["columns"])
    headers = [names[i] if header is not None else f"c{i + 1}" for i in kept]
    rows = ((n, [row[i] for i in kept]) for n, row in _rows(sheet) if n > below)
    return {"headers": headers, "rows": _write(rows, headers, asked)}


def _used(sheet: Any, names: list[str], below: int) -> list[bool]:
    """Return which columns have a name, or a value below the header."""
    used = [bool(name) for name in names]
    if not all(used):
        for number, row in _rows(sheet):
            if number > below:
                used = [was or _is_filled(value) for was, value in zip(used, row, strict=True)]
    return used


def _write(
    rows: Iterator[tuple[int, Sequence[Any]]], headers: list[str], asked: dict[str, Any]
) -> int:
    """Write a header and the rows that hold anything; return how many."""
    count = size = 0
    with open(asked["target"], "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*headers, "row"])
        for number, row in rows:
            texts = [_text(value) for value in row]
            longest = max(texts, key=len, default="")
            if len(longest) > asked["cell_characters"]:
                raise RefusedError(
                    "cell_too_long", row=number, column=headers[texts.index(longest)],
                    limit=asked["cell_characters"],
                )  # fmt: skip
            size += sum(map(len, texts))
            if size > asked["file_bytes"]:
                raise RefusedError("too_large")
            if longest:
                count += 1
                writer.writerow([*texts, number])
    return count


def _is_table(book: Any, name: str) -> bool:
    """Whether a sheet has a header of two columns or more, and a row below it."""
    first = list(islice(_rows(book.get_sheet_by_name(name)), _LOOKED_AT))
    header = _header_place(first)
    if header is None or _filled(first[header][1]) < 2:
        return False
    return any(_filled(row) for _, row in first[header + 1 :])


def _header_place(rows: list[tuple[int, Sequence[Any]]]) -> int | None:
    """Return which row holds the names: the first that is about as wide as the widest.

    Titles above a table fill a cell or two; names of groups above names of columns, merged over
    several, fill fewer cells than there are columns.
    """
    most = max((_filled(row) for _, row in rows), default=0)
    if most == 0:
        return None
    return next(i for i, (_, row) in enumerate(rows) if _filled(row) >= _MOSTLY * most)


def _filled(row: Sequence[Any]) -> int:
    return sum(map(_is_filled, row))


def _is_filled(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield the rows that hold anything, with the numbers that a spreadsheet shows."""
    return ((n, row) for n, row in enumerate(sheet.iter_rows(), 1) if any(map(_is_filled, row)))


def _text(value: Any) -> str:
    """Return a cell as text that the cleaning rules read: ISO dates, plain numbers."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        is_whole = value.is_integer() and abs(value) < _EXACT
        return str(int(value)) if is_whole else format(value, ".15g")
    if isinstance(value, datetime):
        is_day = value.time() == time(0)
        return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return f"{value / timedelta(days=1):.10g}" if isinstance(value, timedelta) else str(value)


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(asked["book"]) as book:
            return (convert if asked["what"] == "convert" else sheets)(book, asked)
    except RefusedError as refused:
        return refused.told
    except calamine.PasswordError:
        return {"error": "encrypted_workbook"}
    except MemoryError:
        return {"error": "workbook_too_demanding"}
    except BaseException as error:  # noqa: BLE001 - a panic of the reader is no Exception
        reason = next(iter(str(error).splitlines()), "no reason")
        return {"error": "damaged_workbook", "reason": reason[:200]}


if __name__ == "__main__":
    question = json.loads(sys.argv[1])
    _limit_memory(question["reader_megabytes"])
    sys.stdout.write(json.dumps(_answer(question)))  # ASCII, whatever the locale
