"""JSON lines (one object per line) as CSV: nested names with dots, each row with its number."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_data.errors import BadInputError
from crm_data.import_limits import ImportLimits
from crm_data.importers.archives import too_large

_DEEPEST = 5
_LONGEST_LINE = 16 << 20
_KEPT_TEXT = 2000


@dataclass(frozen=True)
class JsonTable:
    """Headers, rows, and lines that are no object: (line, text)."""

    headers: tuple[str, ...]
    rows: int
    unreadable: tuple[tuple[int, str], ...]


def convert_json_lines(
    data: Path, path: Path, target: Path, limits: ImportLimits
) -> JsonTable:  # fmt: skip
    """Write the objects of a file to ``target``, with the number of their line as last column.

    Numbers stay as they are written; lists of single values become one text with ``;``.

    Raises
    ------
    BadInputError
        No line is an object, or there are too many columns or characters.
    """
    headers: dict[str, None] = {}
    unreadable: list[tuple[int, str]] = []
    rows = 0
    for number, text, found in _records(data, path):
        if found is None:
            unreadable.append((number, _shown(text)))
            continue
        rows += 1
        headers.update(dict.fromkeys(found))
        if len(headers) > limits.columns:
            raise too_many_columns(path, len(headers), limits)
    if not rows:
        raise _not_json(path, unreadable)
    size = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*headers, "row"])
        for number, _, found in _records(data, path):
            if found is not None:
                size += sum(map(len, found.values()))
                if size > limits.file_bytes:
                    raise too_large(path, limits.file_bytes)
                writer.writerow([*(found.get(name, "") for name in headers), number])
    return JsonTable(tuple(headers), rows, tuple(unreadable))


def too_many_columns(path: Path, columns: int, limits: ImportLimits) -> BadInputError:
    """Return the error for a table that is wider than it may be."""
    return BadInputError(
        "too_many_columns",
        f"{path} has {columns} columns, more than a table may have ({limits.columns}). Export "
        "those that are needed, or raise CRM_IMPORT_COLUMNS.",
        path=str(path),
        columns=columns,
        limit=limits.columns,
    )


def line_too_long(path: Path, line: int, most: int) -> BadInputError:
    """Return the error for a line that no record has."""
    return BadInputError(
        "line_too_long",
        f"{path}: line {line} is longer than {most >> 20} MB, which no record is. Check that the "
        "file has line ends, or export it again.",
        path=str(path),
        line=line,
    )


def _records(data: Path, path: Path) -> Iterator[tuple[int, str, dict[str, str] | None]]:
    """Yield line number, text, and the flat object of each line; None where it is none."""
    with data.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as lines:
        number = 0
        while line := lines.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE:
                raise line_too_long(path, number, _LONGEST_LINE)
            if text := line.strip():
                yield number, text, _object(text)


def _shown(text: str) -> str:
    """Return what is kept of a line that is no object: only what is text."""
    return text[:_KEPT_TEXT].encode(errors="replace").decode().replace("\0", "?")


def _object(text: str) -> dict[str, str] | None:
    try:
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None)
        flat = _flat(found, "", 1) if isinstance(found, dict) else {}
        "".join((*flat, *flat.values())).encode()  # half a character is no text
    except (ValueError, RecursionError):
        return None
    return flat or None


def _flat(found: dict[str, Any], before: str, depth: int) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in found.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            flat |= _flat(value, f"{before}{key}.", depth + 1)
        else:
            flat[before + key] = _text(value)
    return flat


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(one, str | bool) for one in value):
        return ";".join(_text(one) for one in value)
    return json.dumps(value, ensure_ascii=False)


def _not_json(path: Path, unreadable: list[tuple[int, str]]) -> BadInputError:
    line, text = unreadable[0] if unreadable else (1, "")
    return BadInputError(
        "not_json_lines",
        f"{path}: line {line} is no JSON object ({text[:40]!a}). Write one object per line "
        "(JSON lines) and import that.",
        path=str(path),
        line=line,
    )
