"""Which separator a text file uses, found by the columns that it gives."""

import csv
from collections import Counter
from pathlib import Path

from crm_data.errors import BadInputError

NAMES = {"tab": "\t", "whitespace": "whitespace"}
_CANDIDATES = (",", ";", "\t", "|")
_ENOUGH = 0.8


def separator_name(separator: str) -> str:
    """Return the separator as a mapping file writes it."""
    return "tab" if separator == "\t" else separator


def named_separator(name: str, path: Path) -> str:
    """Return the separator that a mapping names."""
    separator = NAMES.get(name, name)
    if separator != "whitespace" and len(separator) != 1:
        raise BadInputError(
            "unknown_delimiter",
            f"{path}: the mapping's delimiter {name!r} is not known; give one character, "
            "'tab', 'whitespace' or 'auto'.",
            path=str(path),
            delimiter=name,
        )
    return separator


def find_separator(sample: str) -> str:
    """Return the separator of a text.

    The one that gives the same number of columns (two or more) on most lines wins; with equal
    merit the one that gives more columns. A text with no separator has a single column.
    """
    best = (_ENOUGH, 0, "")
    for candidate in _CANDIDATES:
        share, columns = _agreement([len(r) for r in records(sample, candidate) if r])
        if columns > 1 and (share, columns) > best[:2]:
            best = (share, columns, candidate)
    if best[2]:
        return best[2]
    share, columns = _agreement([len(line.split()) for line in sample.splitlines() if line.strip()])
    return "whitespace" if columns > 1 and share >= 1.0 else ","


def records(sample: str, separator: str) -> list[list[str]]:
    """Return the records of a text, quotes respected."""
    if separator == "whitespace":
        return [line.split() for line in sample.splitlines()]
    return list(csv.reader(sample.splitlines(keepends=True), delimiter=separator))


def _agreement(widths: list[int]) -> tuple[float, int]:
    if not widths:
        return 0.0, 0
    columns, count = Counter(widths).most_common(1)[0]
    return count / len(widths), columns
