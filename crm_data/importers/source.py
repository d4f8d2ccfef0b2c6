"""A source file made ready for the engine: UTF-8 text with one known separator and header."""

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from crm_data.errors import BadInputError
from crm_data.import_limits import STANDARD_LIMITS, ImportLimits
from crm_data.importers.compatibility import NOTHING, Unusual
from crm_data.importers.converted import Converted, convert, located, unpacked
from crm_data.importers.encodings import marked_encoding
from crm_data.importers.file_kinds import HEAD_BYTES, Kind, kind_of, refuse_binary
from crm_data.importers.inputs import read_chunks, unreadable
from crm_data.importers.json_lines import too_many_columns
from crm_data.importers.mapping import Mapping
from crm_data.importers.rewrite import rewrite
from crm_data.importers.separators import find_separator, named_separator, records
from crm_data.importers.text_check import LONGEST_LINE, check_text
from crm_data.importers.to_utf8 import as_utf8

_SAMPLE = 1 << 18
_MOST_RAGGED = 0.1


@dataclass(frozen=True)
class SourceFile:
    """A file as the engine reads it: text, or a table of another kind written as text.

    Attributes
    ----------
    path : Path
        What the user gave.
    data : Path
        UTF-8 text: ``path`` itself, or a staged copy.
    headers : tuple of str
        Unique names of its columns.
    lines : int
        Lines in ``data``; more than records tells of blank lines or values of several lines.
    is_rewritten : bool
        Whether ``data`` carries its row numbers as a last column.
    has_wide_blanks : bool
        Whether it has white space beyond ASCII, such as the ideographic space.
    ragged : tuple
        Rows that have too few or too many columns: (row number, text).
    ragged_rule : str
        What is wrong with those rows: ``ragged``, or ``not_json``.
    kind : str
        What the file is: ``text``, ``workbook``, ``parquet`` or ``json``.
    unusual : Unusual
        Characters that are not in Unicode's form NFKC.
    digest : Future of str
        Hash of the unpacked bytes, worked out meanwhile.
    """

    path: Path
    data: Path
    encoding: str
    separator: str
    has_header: bool
    headers: tuple[str, ...]
    lines: int
    digest: "Future[str]"
    has_wide_blanks: bool = False
    is_rewritten: bool = False
    ragged: tuple[tuple[int, str], ...] = ()
    ragged_rule: str = "ragged"
    kind: Kind = "text"
    unusual: Unusual = NOTHING

    @property
    def engine_separator(self) -> str:
        """Separator in ``data``: white space has become a comma there."""
        return "," if self.separator == "whitespace" else self.separator


def prepare(
    path: Path,
    mapping: Mapping | None,
    folder: Path,
    pool: ThreadPoolExecutor,
    limits: ImportLimits = STANDARD_LIMITS,
) -> SourceFile:
    """Find encoding, separator and headers of a file; stage a UTF-8 copy only where needed.

    Raises
    ------
    BadInputError
        The file cannot be read as a table, or goes beyond a limit.
    """
    file, sheet = located(path)
    raw = unpacked(file, folder / "unpacked", limits)
    head = _head(raw, path)
    if not head:
        raise BadInputError(
            "empty_file", f"{path} is empty. Export it again with its header row.", path=str(path)
        )
    kind = kind_of(head[:HEAD_BYTES], file.name)
    if sheet is not None and kind != "workbook":
        raise unreadable(path, FileNotFoundError(2, "No such file", str(path)))
    if kind != "text":
        has_header = mapping.header if mapping else True
        target = folder / "converted.csv"
        made = convert(raw, path, kind, target, limits, sheet=sheet, has_header=has_header)
        return _of_converted(path, target, made, kind, pool)
    return _of_text(path, raw, head, mapping, folder, pool, limits)


def _of_converted(
    path: Path, data: Path, made: Converted, kind: Kind, pool: ThreadPoolExecutor
) -> SourceFile:
    _refuse_ragged(path, made.rows, made.unreadable, len(made.headers))
    digest = pool.submit(_digest, data)
    checked = check_text(data, path, longest_line=None)
    return SourceFile(
        path, data, "utf-8", ",", True, unique_names(list(made.headers)), made.rows + 1, digest,
        has_wide_blanks=checked.has_wide_blanks, is_rewritten=True, ragged=made.unreadable,
        ragged_rule="not_json", kind=kind, unusual=checked.unusual,
    )  # fmt: skip


def _of_text(
    path: Path, raw: Path, head: bytes, mapping: Mapping | None, folder: Path,
    pool: ThreadPoolExecutor, limits: ImportLimits,
) -> SourceFile:  # fmt: skip
    digest = pool.submit(_digest, raw)
    marked = marked_encoding(head)
    if marked is None or marked == "utf-8":
        refuse_binary(path, head)
    data, encoding = as_utf8(raw, path, mapping.encoding if mapping else "auto", marked, folder)
    checked = check_text(data, path, longest_line=LONGEST_LINE)
    head_text = _sample(_head(data, path))
    separator = _separator(head_text, mapping, path)
    has_header = mapping.header if mapping else True
    headers = _headers(head_text, separator, path, has_header=has_header)
    if len(headers) > limits.columns:
        raise too_many_columns(path, len(headers), limits)
    source = SourceFile(
        path, data, encoding, separator, has_header, headers, checked.lines, digest,
        checked.has_wide_blanks, unusual=checked.unusual,
    )  # fmt: skip
    starts_blank = not head_text.partition("\n")[0].strip()
    only_returns = "\n" not in head_text and "\r" in head_text
    if separator == "whitespace" or starts_blank or only_returns:
        return regular(source, folder)
    return source


def regular(source: SourceFile, folder: Path) -> SourceFile:
    """Return the file rewritten record by record, without its ragged rows.

    Raises
    ------
    BadInputError
        More than one row in ten is ragged: the separator or the file is wrong.
    """
    target = folder / "regular.csv"
    made = rewrite(
        source.data, target, source.separator, len(source.headers), header=source.has_header
    )
    _refuse_ragged(source.path, made.rows, made.ragged, len(source.headers))
    return replace(source, data=target, is_rewritten=True, ragged=made.ragged)


def _refuse_ragged(
    path: Path, rows: int, ragged: tuple[tuple[int, str], ...], columns: int
) -> None:
    total = rows + len(ragged)
    if len(ragged) > _MOST_RAGGED * total:
        row, text = ragged[0]
        raise BadInputError(
            "ragged_file",
            f"{path}: {len(ragged)} of {total} rows do not have the {columns} columns of the "
            f"header, first row {row} ({text[:60]!r}). Check the separator, or export the file "
            "again with quotes.",
            path=str(path),
            rows=len(ragged),
            row=row,
        )


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for piece in read_chunks(path):
        digest.update(piece)
    return digest.hexdigest()


def _head(data: Path, path: Path) -> bytes:
    try:
        with data.open("rb") as opened:
            return opened.read(_SAMPLE)
    except OSError as error:
        raise unreadable(path, error) from error


def _sample(head: bytes) -> str:
    if len(head) == _SAMPLE:
        cut = max(head.rfind(b"\n"), head.rfind(b"\r"))
        head = head[: cut + 1] if cut > 0 else head
    return head.decode("utf-8-sig", errors="replace")


def _separator(sample: str, mapping: Mapping | None, path: Path) -> str:
    if mapping is None or mapping.delimiter == "auto":
        return find_separator(sample)
    return named_separator(mapping.delimiter, path)


def _headers(sample: str, separator: str, path: Path, *, has_header: bool) -> tuple[str, ...]:
    first = next((r for r in records(sample, separator) if any(v.strip() for v in r)), None)
    if first is None:
        raise BadInputError(
            "empty_file",
            f"{path} has only blank lines. Export it again with its header row.",
            path=str(path),
        )
    if not has_header:
        return tuple(f"c{i}" for i in range(1, len(first) + 1))
    return unique_names([name.strip() for name in first])


def unique_names(names: list[str]) -> tuple[str, ...]:
    """Return unique names: a repeated one gets _2, _3 …, an empty one its position."""
    seen: set[str] = set()
    unique = []
    for position, given in enumerate(names, 1):
        name = given or f"column_{position}"
        candidate, repeat = name, 1
        while candidate in seen:
            repeat += 1
            candidate = f"{name}_{repeat}"
        seen.add(candidate)
        unique.append(candidate)
    return tuple(unique)


def has_blank_lines(source: SourceFile) -> bool:
    """Whether there is a blank line before the last record."""
    tail = b""
    pending = False
    for piece in read_chunks(source.data):
        text = (tail + piece).replace(b"\r", b"")
        body = text.rstrip(b"\n \t")
        if body and (pending or b"\n\n" in body.lstrip(b"\n") or text.startswith(b"\n\n")):
            return True
        pending = b"\n\n" in text[len(body) :]
        tail = b"\n" if text.endswith(b"\n") else b""
    return False
