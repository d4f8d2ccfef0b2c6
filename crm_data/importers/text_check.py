"""One look through a whole text: lines, wide blanks, and what no text has."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from crm_data.errors import BadInputError
from crm_data.importers.compatibility import NOTHING, Unusual, unusual
from crm_data.importers.inputs import read_chunks
from crm_data.importers.json_lines import line_too_long

LONGEST_LINE = 16 << 20
_WIDE_BLANKS = ("\u3000".encode(), "\u00a0".encode())


@dataclass(frozen=True)
class CheckedText:
    """Lines of a text, whether it has white space beyond ASCII, and what is not in NFKC."""

    lines: int
    has_wide_blanks: bool
    unusual: Unusual


def check_text(data: Path, path: Path, *, longest_line: int | None) -> CheckedText:
    """Read a UTF-8 text once.

    Parameters
    ----------
    longest_line : int or None
        Bytes that a line may have; None where a record is known to be shorter.

    Raises
    ------
    BadInputError
        There is a NUL byte, or a line that is too long; with its number.
    """
    lines, has_wide_blanks, is_open, length = 0, False, False, 0
    found, decoder = NOTHING, codecs.getincrementaldecoder("utf-8")(errors="ignore")
    for piece in read_chunks(data):
        where = piece.find(b"\0")
        if where >= 0:
            raise _null_byte(path, lines + piece.count(b"\n", 0, where) + 1)
        ends = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        first = re.search(rb"[\r\n]", piece)
        length += len(piece) if first is None else first.start()
        if longest_line is not None and length > longest_line:
            raise line_too_long(path, lines + 1, longest_line)
        length = length if ends < 0 else len(piece) - ends - 1
        lines += piece.count(b"\n")
        is_open = not piece.endswith(b"\n")
        if not piece.isascii() or decoder.getstate()[0]:
            found = found.joined(unusual(decoder.decode(piece)))
            has_wide_blanks = has_wide_blanks or any(blank in piece for blank in _WIDE_BLANKS)
    return CheckedText(lines + is_open, has_wide_blanks, found)


def _null_byte(path: Path, line: int) -> BadInputError:
    return BadInputError(
        "null_byte",
        f"{path} has a NUL byte in line {line}, which text cannot have. Remove it, or "
        "export the file again.",
        path=str(path),
        line=line,
    )
