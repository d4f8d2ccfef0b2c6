"""Which encoding a text file has: byte-order mark, UTF-8, GB18030 or Big5, then a guess."""

import codecs
from collections.abc import Iterable

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOSTLY = 0.15


def marked_encoding(head: bytes) -> str | None:
    """Return the encoding that a byte-order mark names, or that UTF-16 without one shows."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    pairs = len(head) // 2
    if pairs >= 8 and head[1::2].count(0) > pairs * 0.3 and not head[0::2].count(0):
        return "utf-16-le"
    if pairs >= 8 and head[0::2].count(0) > pairs * 0.3 and not head[1::2].count(0):
        return "utf-16-be"
    return None


def candidates(sample: bytes) -> list[str]:
    """Return encodings worth trying for bytes that are not UTF-8, the likeliest first."""
    pairs = list(_pairs(sample))
    if pairs:
        # GB18030 accepts nearly every pair of bytes. Real Chinese text in it rarely has a second
        # byte below 0xA1; Big5 has it in two characters of five, Western text nearly always.
        low = sum(second < 0xA1 for _, second in pairs) / len(pairs)
        common = sum(0xA1 <= first <= 0xC6 for first, _ in pairs) / len(pairs)
        if low <= _MOSTLY:
            return ["gb18030", "big5", *_guess(sample)]
        if common >= 1 - _MOSTLY:
            return ["big5", *_guess(sample), "gb18030"]
    return [*_guess(sample), "cp1252"]


def known_encoding(name: str) -> str | None:
    """Return Python's name of an encoding, or None where it knows none of that name."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _pairs(sample: bytes) -> Iterable[tuple[int, int]]:
    position = 0
    while position < len(sample) - 1:
        if sample[position] < 0x80:
            position += 1
            continue
        yield sample[position], sample[position + 1]
        position += 2


def _guess(sample: bytes) -> list[str]:
    best = from_bytes(sample[:65536]).best()
    return [] if best is None or best.encoding.startswith(("utf", "ascii")) else [best.encoding]
