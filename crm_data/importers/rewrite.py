"""Records of an irregular text file, one by one, with the row numbers that a spreadsheet shows.

Only files that the fast reader refuses come here: rows with too few or too many columns, quotes
that do not match, blank lines between rows, mixed line ends, columns separated by white space.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LONGEST_RECORD = 200  # lines that one quoted value may span before its quote counts as stray
_KEPT_TEXT = 2000
csv.field_size_limit(1 << 28)


@dataclass(frozen=True)
class Rewritten:
    """What came of a rewrite: rows kept, and ragged rows as (row number, text)."""

    rows: int
    ragged: tuple[tuple[int, str], ...]


def rewrite(source: Path, target: Path, separator: str, width: int, *, header: bool) -> Rewritten:
    """Write regular records to ``target``, each with its row number as one more column.

    Parameters
    ----------
    source, target : Path
        UTF-8 text files.
    separator : str
        One character, or ``whitespace`` (then ``target`` has commas).
    width : int
        Columns that a record must have; one more is accepted when it is empty.
    header : bool
        Whether the first record holds names; it is copied.
    """
    ragged: list[tuple[int, str]] = []
    rows = 0
    joined = "," if separator == "whitespace" else separator
    with (
        source.open(encoding="utf-8-sig") as lines,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, delimiter=joined, lineterminator="\n")
        for number, (text, record) in enumerate(_records(lines, separator, width), 1):
            if record is None:
                out.write(f"{text}{joined}{number}\n")
            elif len(record) == width:
                writer.writerow([*record, number])
            elif record:
                ragged.append((number, text[:_KEPT_TEXT]))
            rows += record is None or len(record) == width
    return Rewritten(rows - header, tuple(ragged))


def _records(
    lines: Iterator[str], separator: str, width: int
) -> Iterator[tuple[str, list[str] | None]]:
    """Yield text and columns; None where the text is already regular, [] for a blank line."""
    if separator == "whitespace":
        yield from ((line.rstrip("\n"), line.split()) for line in lines)
        return
    ahead: deque[str] = deque()
    while True:
        line = _next(lines, ahead)
        if line is None:
            return
        text = line.rstrip("\n")
        if '"' not in text:
            yield text, _columns(text, separator, width)
        elif text.count('"') % 2 == 0:
            yield text, _parsed([line], separator, width)
        else:
            yield _quoted(line, lines, ahead, separator, width)


def _next(lines: Iterator[str], ahead: deque[str]) -> str | None:
    return ahead.popleft() if ahead else next(lines, None)


def _columns(text: str, separator: str, width: int) -> list[str] | None:
    if text.count(separator) == width - 1 and (text.strip() or width > 1):
        return None
    if not text.strip():
        return []
    return _without_trailing(text.split(separator), width)


def _parsed(lines: list[str], separator: str, width: int) -> list[str]:
    records = list(csv.reader(lines, delimiter=separator))
    if len(records) != 1:
        return []
    record = _without_trailing(records[0], width)
    if record:
        record[-1] = record[-1].removesuffix("\n")
    return record


def _without_trailing(record: list[str], width: int) -> list[str]:
    if len(record) == width + 1 and not record[-1].strip():
        return record[:-1]
    return record


def _quoted(
    first: str, lines: Iterator[str], ahead: deque[str], separator: str, width: int
) -> tuple[str, list[str]]:
    """Join the lines of a value that spans several; give them back where that fails."""
    taken = [first]
    while len(taken) < _LONGEST_RECORD:
        line = _next(lines, ahead)
        if line is None:
            break
        taken.append(line)
        if line.count('"') % 2:
            record = _parsed(taken, separator, width)
            if len(record) == width:
                return "".join(taken).rstrip("\n"), record
            break
    ahead.extendleft(reversed(taken[1:]))
    return first.rstrip("\n"), _parsed([first], separator, width) or [first]
