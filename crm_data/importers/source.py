"""A source file made ready for the engine: UTF-8 text with one known separator and header."""

import codecs
import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from crm_data.errors import BadInputError
from crm_data.importers.encodings import candidates, known_encoding, marked_encoding
from crm_data.importers.inputs import is_plain, read_chunks, refuse_binary, unreadable
from crm_data.importers.mapping import Mapping
from crm_data.importers.rewrite import rewrite
from crm_data.importers.separators import find_separator, named_separator, records

_SAMPLE = 1 << 18
_MOST_RAGGED = 0.1
_WIDE_BLANKS = ("\u3000".encode(), "\u00a0".encode())


@dataclass(frozen=True)
class SourceFile:
    """A text file as the engine reads it.

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

    @property
    def engine_separator(self) -> str:
        """Separator in ``data``: white space has become a comma there."""
        return "," if self.separator == "whitespace" else self.separator


def prepare(
    path: Path, mapping: Mapping | None, folder: Path, pool: ThreadPoolExecutor
) -> SourceFile:
    """Find encoding, separator and headers of a file; stage a UTF-8 copy only where needed.

    Raises
    ------
    BadInputError
        The file cannot be read as text with columns.
    """
    raw = path if is_plain(path) else _unpacked(path, folder)
    digest = pool.submit(_digest, raw)
    head = _head(raw, path)
    if not head:
        raise BadInputError(
            "empty_file", f"{path} is empty. Export it again with its header row.", path=str(path)
        )
    marked = marked_encoding(head)
    if marked is None or marked == "utf-8":
        refuse_binary(path, head)
    data, encoding = _as_utf8(raw, path, mapping.encoding if mapping else "auto", marked, folder)
    lines, has_wide_blanks = _check_text(data, path)
    head_text = _sample(_head(data, path))
    separator = _separator(head_text, mapping, path)
    has_header = mapping.header if mapping else True
    headers = _headers(head_text, separator, path, has_header=has_header)
    source = SourceFile(
        path, data, encoding, separator, has_header, headers, lines, digest, has_wide_blanks
    )
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
    total = made.rows + len(made.ragged)
    if len(made.ragged) > _MOST_RAGGED * total:
        row, text = made.ragged[0]
        raise BadInputError(
            "ragged_file",
            f"{source.path}: {len(made.ragged)} of {total} rows do not have the "
            f"{len(source.headers)} columns of the header, first row {row} ({text[:60]!r}). "
            "Check the separator, or export the file again with quotes.",
            path=str(source.path),
            rows=len(made.ragged),
            row=row,
        )
    return replace(source, data=target, is_rewritten=True, ragged=made.ragged)


def _unpacked(path: Path, folder: Path) -> Path:
    target = folder / "unpacked"
    with target.open("wb") as out:
        for piece in read_chunks(path):
            out.write(piece)
    return target


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


def _as_utf8(
    raw: Path, path: Path, wanted: str, marked: str | None, folder: Path
) -> tuple[Path, str]:
    if wanted != "auto":
        known = known_encoding(wanted)
        if known is None:
            raise BadInputError(
                "unknown_encoding",
                f"{path}: the mapping's encoding {wanted!r} is not known; use 'auto' or a name "
                "such as utf-8, gb18030, big5 or utf-16.",
                path=str(path),
                encoding=wanted,
            )
        tried = ["utf-8" if known == "utf-8-sig" else known]
    elif marked is not None:
        tried = [marked]
    else:
        bad = _first_undecodable(raw)
        tried = ["utf-8"] if bad is None else candidates(_around(raw, bad))
    for encoding in tried:
        if encoding == "utf-8":
            if _first_undecodable(raw) is None:
                return raw, encoding
        elif _transcode(raw, folder / "utf8.csv", encoding):
            return folder / "utf8.csv", _plain_name(encoding)
    raise BadInputError(
        "wrong_encoding",
        f"{path} is not text in {' or '.join(tried)}. Save it as UTF-8 and import that.",
        path=str(path),
        encodings=", ".join(tried),
    )


def _plain_name(encoding: str) -> str:
    return "utf-16" if encoding.startswith("utf-16") else encoding


def _first_undecodable(path: Path) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = 0
    try:
        for piece in read_chunks(path):
            if not piece.isascii() or decoder.getstate()[0]:
                decoder.decode(piece)
            position += len(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return max(0, position + error.start)
    return None


def _around(path: Path, position: int) -> bytes:
    with path.open("rb") as opened:
        opened.seek(max(0, position - 200))
        piece = opened.read(_SAMPLE)
    start = 0 if position <= 200 else piece.find(b"\n") + 1
    end = piece.rfind(b"\n")
    return piece[start : end if end > start else None]


def _transcode(raw: Path, target: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with target.open("wb") as out:
            for piece in read_chunks(raw):
                out.write(decoder.decode(piece).encode())
            out.write(decoder.decode(b"", final=True).encode())
    except UnicodeError:
        target.unlink()
        return False
    return True


def _check_text(data: Path, path: Path) -> tuple[int, bool]:
    """Return the lines and whether there are wide blanks; refuse a NUL byte, with its line."""
    lines, has_wide_blanks, is_open = 0, False, False
    for piece in read_chunks(data):
        where = piece.find(b"\0")
        if where >= 0:
            line = lines + piece.count(b"\n", 0, where) + 1
            raise BadInputError(
                "null_byte",
                f"{path} has a NUL byte in line {line}, which text cannot have. Remove it, or "
                "export the file again.",
                path=str(path),
                line=line,
            )
        lines += piece.count(b"\n")
        is_open = not piece.endswith(b"\n")
        if not has_wide_blanks and not piece.isascii():
            has_wide_blanks = any(blank in piece for blank in _WIDE_BLANKS)
    return lines + is_open, has_wide_blanks


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
