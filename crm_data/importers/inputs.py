"""Which files a path means, and their bytes: plain, .gz, a member of a .zip, a folder."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from crm_data.errors import BadInputError
from crm_data.import_limits import STANDARD_LIMITS, ImportLimits
from crm_data.importers.archives import (
    archive_of,
    damaged,
    member_names,
    open_member,
    too_large,
)
from crm_data.importers.file_kinds import SUFFIXES, is_packed

_NO_DATA = ("license", "licence", "readme", "notice", "copying", "changelog")
_CHUNK = 1 << 20


def expand_paths(paths: Sequence[Path], limits: ImportLimits = STANDARD_LIMITS) -> list[Path]:
    """Return one path per source file.

    A folder stands for the data files below it, a zip for its members. A member is written as a
    path below its zip (``exports.zip/accounts.csv``), which ``read_chunks`` understands.

    Raises
    ------
    BadInputError
        A path does not exist, there is nothing to read in it, or there are too many files.
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
    files = list(dict.fromkeys(found))
    refuse_many(files, limits)
    return files


def refuse_many(files: Sequence[Path], limits: ImportLimits) -> None:
    """Raise ``BadInputError`` for more files than one import may have."""
    if len(files) > limits.files:
        raise BadInputError(
            "too_many_files",
            f"{len(files)} files are more than one import may have ({limits.files}). Import them "
            "in parts, or raise CRM_IMPORT_FILES.",
            files=len(files),
            limit=limits.files,
        )


def is_plain(path: Path) -> bool:
    """Whether the file's own bytes are the content: neither packed nor inside a zip."""
    return archive_of(path) is None and not is_packed(_first(path, 2))


def first_bytes(path: Path, size: int, limits: ImportLimits = STANDARD_LIMITS) -> bytes:
    """Return the first bytes of the unpacked content."""
    return next(read_chunks(path, limits), b"")[:size]


def read_chunks(path: Path, limits: ImportLimits = STANDARD_LIMITS) -> Iterator[bytes]:
    """Yield the unpacked bytes of a source file; every failure is one clear sentence.

    Raises
    ------
    BadInputError
        The file cannot be read, is damaged, or becomes larger than an import may.
    """
    try:
        with ExitStack() as stack:
            raw, packed_size = _open_raw(path, stack)
            packed = is_packed(raw.peek(2))  # type: ignore[attr-defined]  # both kinds peek
            stream = stack.enter_context(gzip.open(raw)) if packed else raw
            is_whole = not packed and archive_of(path) is None
            most = limits.file_bytes if is_whole else limits.unpacked_bytes(packed_size)
            size = 0
            while piece := stream.read(_CHUNK):
                size += len(piece)
                if size > most:
                    raise too_large(path, most)
                yield piece
    except (gzip.BadGzipFile, zlib.error, EOFError, zipfile.BadZipFile) as error:
        raise damaged(path, error) from error
    except OSError as error:
        raise unreadable(path, error) from error


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


def _first(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(size)
    except OSError as error:
        raise unreadable(path, error) from error


def _expand(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_data(p.name))
            return [source for p in inside for source in _expand(p)]
        if path.suffix.lower() == ".zip" and path.is_file():
            return [path / name for name in member_names(path, _is_data)]
        if archive_of(path) is None:
            path.stat()
    except OSError as error:
        raise unreadable(path, error) from error
    return [path]


def _is_data(name: str) -> bool:
    lower = name.lower()
    if lower.startswith((".", "~$")) or lower.split(".")[0] in _NO_DATA:
        return False
    return lower.removesuffix(".gz").endswith(SUFFIXES) or lower.endswith(".zip")


def _open_raw(path: Path, stack: ExitStack) -> tuple[IO[bytes], int]:
    archive = archive_of(path)
    if archive is not None:
        return open_member(archive, path, stack)
    opened = stack.enter_context(path.open("rb"))
    return opened, path.stat().st_size
