"""What kind of file the first bytes show, and files that hold no table."""

from pathlib import Path
from typing import Literal

from crm_data.errors import BadInputError

Kind = Literal["text", "workbook", "parquet", "json"]

TEXT_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".psv", ".dat")
SUFFIXES = (*TEXT_SUFFIXES, ".xlsx", ".xlsm", ".xls", ".parquet", ".jsonl", ".ndjson")
HEAD_BYTES = 1 << 12
_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_OLD_BOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = (b"<!doctype html", b"<html", b"<table", b"<?xml")
_MAGIC = (
    (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"), (b"\xd0\xcf\x11\xe0", "a damaged Excel workbook (.xls)"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"), (b"ARROW1", "an Arrow file"), (b"RIFF", "a media file"),
    (b"7z\xbc\xaf", "a 7z archive"), (b"Rar!", "a RAR archive"), (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"), (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
)  # fmt: skip


def is_packed(head: bytes) -> bool:
    """Whether the first bytes are those of a .gz file."""
    return head.startswith(_GZIP)


def kind_of(head: bytes, name: str) -> Kind:
    """Return the kind of a file from its first bytes; its name decides only where they do not.

    Workbooks are often called .csv, and text .xls: a name is believed only for JSON.
    """
    if head.startswith(_OLD_BOOK) or (head.startswith(_ZIP) and _is_book(head, name)):
        return "workbook"
    if head.startswith(b"PAR1"):
        return "parquet"
    is_named_json = name.lower().removesuffix(".gz").endswith(_JSON_SUFFIXES)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "json" if is_named_json or start.startswith(b'{"') else "text"


def refuse_binary(path: Path, head: bytes) -> None:
    """Raise ``BadInputError`` where the first bytes are not those of a text file with a table."""
    kind = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
    if head.startswith(_ZIP):
        kind = "a zip archive"
    if kind is None and head.lstrip().lower().startswith(_HTML):
        kind = "a web page (HTML or XML), whatever its name says"
    if kind is None and _looks_binary(head):
        kind = "binary data"
    if kind is not None:
        raise BadInputError(
            "not_text",
            f"{path} is not a text file: it seems to be {kind}. Export the table as CSV and "
            "import that.",
            path=str(path),
            kind=kind,
        )


def _is_book(head: bytes, name: str) -> bool:
    is_named = name.lower().removesuffix(".gz").endswith((".xlsx", ".xlsm"))
    return is_named or b"xl/" in head or b"[Content_Types]" in head


def _looks_binary(head: bytes) -> bool:
    """More than a stray control character: text has none but tab, line ends and form feed."""
    strange = sum(head.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 27))
    return strange > max(2, len(head) // 50)
