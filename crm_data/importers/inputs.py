"""Which files a path means, and their bytes: plain, .gz, a member of a .zip, a folder."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import IO

from crm_data.errors import BadInputError

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".psv", ".dat")
_NO_DATA = ("license", "licence", "readme", "notice", "copying", "changelog")
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_MAGIC = (
    (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"), (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"PAR1", "a Parquet file"), (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"), (b"ARROW1", "an Arrow file"), (b"RIFF", "a media file"),
    (b"7z\xbc\xaf", "a 7z archive"), (b"Rar!", "a RAR archive"), (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"), (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
)  # fmt: skip


def expand_paths(paths: Sequence[Path]) -> list[Path]:
    """Return one path per source file.

    A folder stands for the data files below it, a zip for its members. A member is written as a
    path below its zip (``exports.zip/accounts.csv``), which ``read_chunks`` understands.

    Raises
    ------
    BadInputError
        A path does not exist, or there is nothing to read in it.
    """
    found: list[Path] = []
    for path in paths:
        inner = _expand(path)
        if not inner:
            raise BadInputError(
                "nothing_to_import",
                f"{path} holds no file to import; expected are {', '.join(SUFFIXES)}, also as .gz "
                "or inside a .zip.",
                path=str(path),
            )
        found += inner
    return list(dict.fromkeys(found))


def is_plain(path: Path) -> bool:
    """Whether the file's own bytes are the text: neither packed nor inside a zip."""
    if archive_of(path) is not None:
        return False
    try:
        with path.open("rb") as opened:
            return not opened.read(2).startswith(_GZIP)
    except OSError as error:
        raise unreadable(path, error) from error


def read_chunks(path: Path) -> Iterator[bytes]:
    """Yield the unpacked bytes of a source file; every failure is one clear sentence."""
    try:
        with ExitStack() as stack:
            raw = _open_raw(path, stack)
            packed = raw.peek(2).startswith(_GZIP)  # type: ignore[attr-defined]  # both kinds peek
            stream = stack.enter_context(gzip.open(raw)) if packed else raw
            while piece := stream.read(_CHUNK):
                yield piece
    except (gzip.BadGzipFile, zlib.error, EOFError, zipfile.BadZipFile) as error:
        raise _damaged(path, error) from error
    except OSError as error:
        raise unreadable(path, error) from error


def refuse_binary(path: Path, head: bytes) -> None:
    """Raise ``BadInputError`` where the first bytes are not those of a text file."""
    kind = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
    if head.startswith(_ZIP):
        is_book = b"xl/" in head or b"[Content_Types]" in head
        kind = "an Excel workbook (.xlsx)" if is_book else "a zip archive"
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


def unreadable(path: Path, error: OSError) -> BadInputError:
    """Return the error for a source file that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return BadInputError(
            "file_not_found",
            f"There is no file {path}. Check the path and try again.",
            path=str(path),
        )
    return BadInputError(
        "file_not_readable",
        f"{path} cannot be read: {error.strerror or error}. Check that this user may read it.",
        path=str(path),
        reason=str(error.strerror or error),
    )


def _looks_binary(head: bytes) -> bool:
    """More than a stray control character: text has none but tab, line ends and form feed."""
    strange = sum(head.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 27))
    return strange > max(2, len(head) // 50)


def _expand(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_data(p.name))
            return [source for p in inside for source in _expand(p)]
        if path.suffix.lower() == ".zip" and path.is_file():
            return [path / name for name in _members(path)]
        if archive_of(path) is None:
            path.stat()
    except OSError as error:
        raise unreadable(path, error) from error
    return [path]


def _is_data(name: str) -> bool:
    lower = name.lower()
    if lower.startswith(".") or "__macosx" in lower or lower.split(".")[0] in _NO_DATA:
        return False
    return lower.removesuffix(".gz").endswith(SUFFIXES) or lower.endswith(".zip")


def _members(archive: Path) -> list[str]:
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [_below(i.filename) for i in opened.infolist() if not i.is_dir()]
    except zipfile.BadZipFile as error:
        raise _damaged(archive, error) from error
    found = sorted(n for n in names if _is_data(Path(n).name) and "__MACOSX" not in n)
    twice = next((n for n, m in pairwise(found) if n == m), None)
    if twice is not None:
        raise _damaged(archive, zipfile.BadZipFile(f"two members are called {twice}"))
    return found


def _below(name: str) -> str:
    """Return a member's name as a path below its zip: never outside, never a file of this disk."""
    parts = name.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def archive_of(path: Path) -> Path | None:
    """Return the zip that a member path points into, or None for a path of its own."""
    return next((p for p in path.parents if p.suffix.lower() == ".zip" and p.is_file()), None)


def _open_raw(path: Path, stack: ExitStack) -> IO[bytes]:
    archive = archive_of(path)
    if archive is None:
        return stack.enter_context(path.open("rb"))
    packed = stack.enter_context(zipfile.ZipFile(archive))
    try:
        wanted = path.relative_to(archive).as_posix()
        member = next((i for i in packed.infolist() if _below(i.filename) == wanted), None)
        if member is None:
            raise FileNotFoundError(2, "No such member", str(path))
        return stack.enter_context(packed.open(member))
    except RuntimeError as error:
        raise BadInputError(
            "encrypted_archive",
            f"{path} is protected by a password. Unpack it first and import the files.",
            path=str(path),
        ) from error


def _damaged(path: Path, error: Exception) -> BadInputError:
    return BadInputError(
        "damaged_archive",
        f"{path} is damaged and cannot be unpacked ({error}). Fetch or pack the file again.",
        path=str(path),
        reason=str(error),
    )
