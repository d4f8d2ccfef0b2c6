"""Text of any encoding as UTF-8."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from crm_data.errors import BadInputError
from crm_data.importers.encodings import candidates, known_encoding
from crm_data.importers.inputs import read_chunks

_SAMPLE = 1 << 18
_CONTINUED = bytes(range(0x80, 0xC0))  # a sample may begin within a character
_LEAST_SOUND, _MOSTLY_SOUND = 4, 4  # other encodings look like UTF-8 by chance only
# GB18030 and Big5 hardly ever give two Han characters, or an accent within a word, by chance.
_SURELY_UTF8 = re.compile("[\u4e00-\u9fff]{2}|[A-Za-z][\u00c0-\u024f][a-z]")
_SURE_LINES = 0.01


def as_utf8(
    raw: Path, path: Path, wanted: str, marked: str | None, folder: Path
) -> tuple[Path, str]:
    """Return a file as UTF-8, a copy where it is not, and its encoding.

    Parameters
    ----------
    raw : Path
        The unpacked file.
    path : Path
        What the user calls it.
    wanted : str
        The encoding that the mapping says, or ``auto``.
    marked : str or None
        The encoding that the first bytes show.
    folder : Path
        Where a copy goes.

    Raises
    ------
    BadInputError
        The text is in no encoding that is known, or in two.
    """
    tried = _encodings(raw, path, wanted, marked)
    if not tried:
        return raw, "utf-8"
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


def _encodings(raw: Path, path: Path, wanted: str, marked: str | None) -> list[str]:
    """Return the encodings to try, the likeliest first; none where it is known to be UTF-8."""
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
        return ["utf-8" if known == "utf-8-sig" else known]
    if marked is not None:
        return [marked]
    bad = _first_undecodable(raw)
    if bad is None:
        return []
    _refuse_mixed(raw, path, bad)
    return candidates(_around(raw, bad))


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


def _refuse_mixed(raw: Path, path: Path, bad: int) -> None:
    """Refuse a text with lines of UTF-8 and others: no encoding reads it as it was meant."""
    with raw.open("rb") as opened:
        opened.seek(max(0, bad - _SAMPLE // 2))
        sample = opened.read(_SAMPLE)
    text = sample.lstrip(_CONTINUED).decode(errors="replace")
    broken = text.count("\ufffd")
    sound = sum(len(part) for part in re.findall(r"[^\x00-\x7f\ufffd]+", text))
    mostly_sound = sound >= _LEAST_SOUND and sound >= _MOSTLY_SOUND * broken
    if not mostly_sound and not _has_lines_of_both(_around(raw, bad)):
        return
    with raw.open("rb") as opened:
        line = sum(piece.count(b"\n") for piece in _until(opened, bad)) + 1
    raise BadInputError(
        "mixed_encodings",
        f"{path}: line {line} is not UTF-8, though other lines are. The file has texts of two "
        "encodings, or is cut off; export it again as UTF-8.",
        path=str(path),
        line=line,
    )


def _has_lines_of_both(sample: bytes) -> bool:
    """Whether some lines are surely UTF-8 and others are not, or half characters are all wrong."""
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    sure = 0
    for line in lines:
        try:
            sure += _SURELY_UTF8.search(line.decode()) is not None
        except UnicodeDecodeError:
            continue
    if sure and sure >= _SURE_LINES * len(lines):
        return True
    try:
        sample.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _until(opened: IO[bytes], end: int) -> Iterator[bytes]:
    while end > 0 and (piece := opened.read(min(end, 1 << 20))):
        end -= len(piece)
        yield piece


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
