"""Members of a zip, and what of an archive is refused before anything is unpacked."""

import re
import stat
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import IO

from crm_data.errors import BadInputError
from crm_data.import_limits import MEGABYTE, ImportLimits

_ENCRYPTED = 0x1


def archive_of(path: Path) -> Path | None:
    """Return the zip that a member path points into, or None for a path of its own."""
    return next((p for p in path.parents if p.suffix.lower() == ".zip" and p.is_file()), None)


def member_names(archive: Path, is_data: Callable[[str], bool]) -> list[str]:
    """Return the members of a zip that hold data, as paths below it.

    Raises
    ------
    BadInputError
        The zip is damaged, or holds what none of ours would: a member outside of it, a link, a
        zip in the zip, a password, two members of one name.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [info for info in opened.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise damaged(archive, error) from error
    for info in members:
        _refuse_unsafe(archive, info)
    kept = [i for i in members if is_data(Path(below(i.filename)).name) and not _is_mac(i)]
    for info in kept:
        _refuse_unreadable(archive, info)
    found = sorted(below(info.filename) for info in kept)
    twice = next((n for n, m in pairwise(found) if n == m), None)
    if twice is not None:
        raise damaged(archive, zipfile.BadZipFile(f"two members are called {twice}"))
    return found


def has_member(archive: Path, path: Path) -> bool:
    """Whether a path below a zip is one of its members.

    Raises
    ------
    BadInputError
        The zip is damaged.
    """
    wanted = path.relative_to(archive).as_posix()
    try:
        with zipfile.ZipFile(archive) as opened:
            return any(below(info.filename) == wanted for info in opened.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise damaged(archive, error) from error


def open_member(archive: Path, path: Path, stack: ExitStack) -> tuple[IO[bytes], int]:
    """Open a member of a zip for reading; return it and its packed size in bytes.

    Raises
    ------
    BadInputError
        There is no such member, or it has a password.
    """
    packed = stack.enter_context(zipfile.ZipFile(archive))
    wanted = path.relative_to(archive).as_posix()
    member = next((i for i in packed.infolist() if below(i.filename) == wanted), None)
    if member is None:
        raise FileNotFoundError(2, "No such member", str(path))
    _refuse_unreadable(archive, member)
    try:
        return stack.enter_context(packed.open(member)), member.compress_size
    except NotImplementedError as error:
        raise damaged(path, error) from error


def below(name: str) -> str:
    """Return a member's name as a path below its zip: never outside, never a file of this disk."""
    parts = name.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def damaged(path: Path, error: Exception) -> BadInputError:
    """Return the error for an archive that cannot be unpacked."""
    return BadInputError(
        "damaged_archive",
        f"{path} is damaged and cannot be unpacked ({error}). Fetch or pack the file again.",
        path=str(path),
        reason=str(error),
    )


def too_large(path: Path, most: int) -> BadInputError:
    """Return the error for content of more bytes than an import may have."""
    return BadInputError(
        "too_large",
        f"{path} becomes larger than the {most // MEGABYTE} MB that it may. Import it in parts; "
        "where it is sound, raise CRM_IMPORT_FILE_MB or, of an archive, CRM_IMPORT_EXPANSION.",
        path=str(path),
        limit=most // MEGABYTE,
    )


def _is_mac(info: zipfile.ZipInfo) -> bool:
    return "__MACOSX" in info.filename


def _refuse_unsafe(archive: Path, info: zipfile.ZipInfo) -> None:
    name = info.filename.replace("\\", "/")
    is_outside = ".." in name.split("/") or name.startswith("/") or re.match(r"[A-Za-z]:", name)
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if is_outside or is_link:
        what = "a path outside of the archive" if is_outside else "a link to another file"
        raise BadInputError(
            "unsafe_archive",
            f"{archive} holds {what} ({info.filename}), as no export does. Do not trust it; pack "
            "the files themselves and import that.",
            path=str(archive),
            member=info.filename,
        )


def _refuse_unreadable(archive: Path, info: zipfile.ZipInfo) -> None:
    if info.filename.lower().endswith(".zip"):
        raise BadInputError(
            "nested_archive",
            f"{archive} holds another archive ({info.filename}). Unpack it first and import the "
            "files.",
            path=str(archive),
            member=info.filename,
        )
    if info.flag_bits & _ENCRYPTED:
        raise BadInputError(
            "encrypted_archive",
            f"{archive} is protected by a password. Unpack it first and import the files.",
            path=str(archive),
        )


def refuse_expansion(archive: Path, path: Path, limits: ImportLimits) -> None:
    """Raise ``BadInputError`` where the members of a zip say that they become too large."""
    try:
        with zipfile.ZipFile(archive) as opened:
            size = sum(info.file_size for info in opened.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise damaged(path, error) from error
    most = limits.unpacked_bytes(archive.stat().st_size)
    if size > most:
        raise too_large(path, most)
