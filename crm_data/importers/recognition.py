"""Which mapping a file is read with, where nobody says: preset, names of the model, or a guess."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from crm_data.errors import BadInputError
from crm_data.importers.automatic import match_headers
from crm_data.importers.preset_files import fitting_preset
from crm_data.importers.proposal import Columns, Proposal, propose
from crm_data.importers.separators import records
from crm_data.importers.source import SourceFile

_ROWS = 500
_BYTES = 1 << 18


def recognise(source: SourceFile, as_table: str | None, saved_in: Path | None) -> Proposal:
    """Return the mapping of a file, with how sure it is.

    Raises
    ------
    BadInputError
        Its headers and values say too little.
    """
    preset = fitting_preset(source.headers, saved_in) if as_table is None else None
    if preset is not None:
        return Proposal(preset.for_headers(source.headers), preset=preset.name)
    try:
        return Proposal(match_headers(source.headers, source.path, as_table))
    except BadInputError as refused:
        columns = Columns.of(source.headers, first_rows(source))
        proposed = propose(columns, source.path.name.split(".")[0], as_table)
        if proposed is None:
            raise refused
        return proposed


def first_rows(source: SourceFile, most: int = _ROWS) -> Sequence[Sequence[str]]:
    """Return the first rows of a file as they are written, without its header."""
    with source.data.open("rb") as opened:
        head = opened.read(_BYTES)
    if len(head) == _BYTES:
        head = head[: head.rfind(b"\n") + 1] or head
    text = head.decode("utf-8-sig", errors="replace")
    found = (r for r in records(text, source.engine_separator) if any(v.strip() for v in r))
    return list(islice(found, int(source.has_header), most))
