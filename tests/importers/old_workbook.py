"""A small writer of .xls files (BIFF8 in an OLE2 container), for tests of their reader."""

import struct
from collections.abc import Sequence
from pathlib import Path

_FREE, _END, _SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 512


def write_xls(path: Path, rows: Sequence[Sequence[str | float]], sheet: str = "Sheet1") -> Path:
    """Write one sheet of texts and numbers."""
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 0))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                body += _record(0x0204, struct.pack("<HHH", r, c, 0) + text)
            else:
                body += _record(0x0203, struct.pack("<HHHd", r, c, 0, value))
    body += _record(0x000A, b"")
    name = sheet.encode("utf-16-le")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 0))
    size = len(start) + 4 + 8 + len(name) + 4
    bound = struct.pack("<IHBB", size, 0, len(sheet), 1) + name
    stream = start + _record(0x0085, bound) + _record(0x000A, b"") + body
    path.write_bytes(ole({"Workbook": stream}))
    return path


def ole(streams: dict[str, bytes]) -> bytes:
    """Return an OLE2 container of streams; each is filled up to the size of a large one."""
    padded = {n: s.ljust(max(4096, -(-len(s) // _SECTOR) * _SECTOR), b"\0") for n, s in
              streams.items()}  # fmt: skip
    chain, data, entries = [0xFFFFFFFD, _END], b"", [_entry("Root Entry", 5, 1, _END, 0)]
    for name, stream in padded.items():
        first, count = len(chain), len(stream) // _SECTOR
        chain += [*range(first + 1, first + count), _END]
        entries.append(_entry(name, 2, _FREE, first, len(stream)))
        data += stream
    table = struct.pack(f"<{_SECTOR // 4}I", *chain, *[_FREE] * (_SECTOR // 4 - len(chain)))
    folder = b"".join(entries).ljust(_SECTOR, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHHHIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, 1, 0, 4096, _END,
                        0, _END, 0)  # fmt: skip
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    return head + table + folder + data


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
        + struct.pack("<III", _FREE, _FREE, child) + b"\0" * 36 + struct.pack("<IQ", first, size)
    )  # fmt: skip
