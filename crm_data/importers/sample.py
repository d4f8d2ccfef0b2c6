"""A part of a large file from all over it: enough to guess how its columns are written."""

from pathlib import Path

from crm_data.importers.source import SourceFile

_SMALLEST_FILE = 64 << 20
_PIECES = 64
_PIECE = 128 << 10


def spread_sample(source: SourceFile, target: Path, smallest: int = _SMALLEST_FILE) -> Path | None:
    """Write whole lines from all over a file to ``target``; None for a file that is not large."""
    size = source.data.stat().st_size
    if size < smallest or source.is_rewritten:
        return None
    with source.data.open("rb") as lines, target.open("wb") as out:
        for number in range(_PIECES):
            lines.seek(size * number // _PIECES)
            piece = lines.read(min(_PIECE, size // _PIECES))
            start = piece.find(b"\n") + 1 if number else 0
            out.write(piece[start : piece.rfind(b"\n") + 1])
    return target
