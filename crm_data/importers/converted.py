"""Files that are no text, written as text that the engine reads, and sheets as paths."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_data.import_limits import STANDARD_LIMITS, ImportLimits
from crm_data.importers.archives import archive_of, has_member
from crm_data.importers.file_kinds import HEAD_BYTES, Kind, kind_of
from crm_data.importers.inputs import (
    expand_paths,
    first_bytes,
    is_plain,
    read_chunks,
    refuse_many,
)
from crm_data.importers.json_lines import convert_json_lines
from crm_data.importers.parquet_files import convert_parquet
from crm_data.importers.workbooks import convert_sheet, sheet_names


@dataclass(frozen=True)
class Converted:
    """A table as CSV with a row number as last column; ``unreadable`` are (row, text)."""

    headers: tuple[str, ...]
    rows: int
    unreadable: tuple[tuple[int, str], ...] = ()


def source_files(
    paths: Sequence[Path], limits: ImportLimits = STANDARD_LIMITS, sheets: Sequence[str] = ()
) -> list[Path]:
    """Return one path per table: files as ``expand_paths`` gives them, and sheets of workbooks.

    A sheet is written as a path below its workbook (``book.xlsx/Accounts``), unless it is the
    only one with a table.

    Parameters
    ----------
    sheets : sequence of str
        The sheets to take of a workbook; empty: all that are shown and hold a table.

    Raises
    ------
    BadInputError
        As ``expand_paths``; a workbook cannot be read, or lacks a sheet.
    """
    found: list[Path] = []
    for given in paths:
        if located(given)[1] is not None:
            found.append(given)
            continue
        for path in expand_paths([given], limits):
            is_book = _kind(path, limits) == "workbook"
            found += _sheet_paths(path, limits, sheets) if is_book else [path]
    files = list(dict.fromkeys(found))
    refuse_many(files, limits)
    return files


def located(path: Path) -> tuple[Path, str | None]:
    """Split a path into the file that there is, and the name of a sheet below it."""
    archive = archive_of(path)
    for file in (path, *path.parents):
        if archive is None and file.is_file():
            is_one = True
        else:
            is_one = archive is not None and archive in file.parents and has_member(archive, file)
        if is_one:
            return file, path.relative_to(file).as_posix() if file != path else None
    return path, None


def source_name(path: Path) -> str:
    """Return the name of a source without its folder; a sheet's has its workbook's before it."""
    file, sheet = located(path)
    return file.name if sheet is None else f"{file.name}/{sheet}"


def convert(
    raw: Path, path: Path, kind: Kind, target: Path, limits: ImportLimits, *,
    sheet: str | None, has_header: bool,
) -> Converted:  # fmt: skip
    """Write an unpacked file of a kind other than text to ``target`` as CSV.

    Raises
    ------
    BadInputError
        The file is damaged, or goes beyond a limit.
    """
    if kind == "workbook":
        return Converted(*convert_sheet(raw, path, sheet, target, limits, has_header=has_header))
    if kind == "parquet":
        link = target.with_name("source.parquet")  # no character of its name reaches the engine
        link.symlink_to(raw.resolve())
        return Converted(*convert_parquet(link, path, target, limits))
    made = convert_json_lines(raw, path, target, limits)
    return Converted(made.headers, made.rows, made.unreadable)


def unpacked(path: Path, target: Path, limits: ImportLimits) -> Path:
    """Write the unpacked content of a file to ``target``; a plain file is its own."""
    if is_plain(path):
        return path
    with target.open("wb") as out:
        for piece in read_chunks(path, limits):
            out.write(piece)
    return target


def _kind(file: Path, limits: ImportLimits) -> Kind:
    return kind_of(first_bytes(file, HEAD_BYTES, limits), file.name)


def _sheet_paths(file: Path, limits: ImportLimits, sheets: Sequence[str]) -> list[Path]:
    with tempfile.TemporaryDirectory(prefix="workbook-") as folder:
        book = unpacked(file, Path(folder) / "book", limits)
        names = sheet_names(book, file, sheets, limits)
    return [file / name for name in names] if len(names) > 1 or sheets else [file]
