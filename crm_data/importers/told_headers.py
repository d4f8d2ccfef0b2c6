"""Headers of a file as a sentence names them: on one line, and not all of a thousand."""

from collections.abc import Sequence

_MOST, _LONGEST = 30, 60


def told_headers(headers: Sequence[str]) -> str:
    """Return headers with commas between; long ones are cut, and those past the 30th counted."""
    short = []
    for header in headers[:_MOST]:
        line = " ".join(header.split())
        short.append(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")
    more = len(headers) - _MOST
    return ", ".join(short) + (f" … (+{more})" if more > 0 else "")
