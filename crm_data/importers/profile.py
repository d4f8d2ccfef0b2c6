"""How each source column is read, decided from all of its values."""

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from crm_data.errors import BadInputError
from crm_data.importers.cells import DATED, NUMERIC, CellReader, Reading
from crm_data.importers.currency_signs import Signs
from crm_data.importers.decisions import decide
from crm_data.importers.mapping import Cell, Mapping, TableMapping
from crm_data.tables import Field

_ROW_LIKE = 0.8
_ROW_LIKE_IN_PART = 0.99  # a key that repeats all over a large file rarely repeats in a part
_SAFE_MONEY = 1e13


@dataclass(frozen=True)
class Profile:
    """What a whole file is like.

    Attributes
    ----------
    rows : int
        Its records.
    present : dict
        Values that are not empty, by header.
    is_row_like : dict
        By table, whether nearly every record has a key of its own.
    may_refuse : bool
        Whether some value may be unreadable or out of range.
    readings : dict
        How each source column is read, where not plainly.
    signs : dict
        Currency signs of the numbers by header, where there are any.
    """

    rows: int
    present: dict[str, int]
    is_row_like: dict[str, bool]
    may_refuse: bool
    readings: dict[str, Reading]
    signs: dict[str, Signs]

    @property
    def day_first(self) -> bool | None:
        """Whether dates are written day first; None where no date shows an order."""
        orders = {r.date_order for r in self.readings.values() if r.date_order is not None}
        return None if not orders else "day" in orders


def read_cells(mapping: Mapping) -> list[tuple[TableMapping, Field, Cell]]:
    """Return the cells whose values are read and may turn out unreadable."""
    return [
        (table, table.spec.field(name), cell)
        for table in mapping.tables
        for name, cell in table.columns
        if cell.is_read and table.spec.field(name).kind not in ("text", "json")
    ]


def _key_headers(mapping: Mapping) -> tuple[str, ...]:
    """Return the source columns without which a row is not stored."""
    keys = [
        cell
        for table in mapping.tables
        for name, cell in table.columns
        if name in (*table.spec.key, *table.skip_when_missing)
    ]
    return tuple(dict.fromkeys(h for cell in keys for h in cell.headers))


def numeric_headers(kind: str, cell: Cell) -> tuple[str, ...]:
    """Return the source columns of a cell that must hold numbers."""
    if cell.is_product or kind in NUMERIC:
        return tuple(h for h in (cell.source, cell.times) if h is not None)
    return ()


def profile(reader: CellReader, mapping: Mapping, part: Path | None = None) -> Profile:
    """Read the whole file once, and once more where a column is not written plainly.

    Parameters
    ----------
    part : Path, optional
        A file with some of the records: what is found then is a guess.

    Raises
    ------
    BadInputError
        The file has no rows, or the order of day and month cannot be told.
    """
    records = reader.engine.rows(part=part)
    reader.readings = {}
    counts = _count(reader, mapping, records, is_part=part is not None)
    if counts["rows"] == 0:
        path = reader.engine.source.path
        raise BadInputError(
            "no_rows",
            f"{path} has a header but no rows. Export it again with its data.",
            path=str(path),
        )
    numbers_in, dates_in = _not_plain(counts, "number"), _not_plain(counts, "date")
    shares = {c.source for _, f, c in read_cells(mapping) if f.kind == "share" and c.source}
    in_percent = {h for h in shares if 1 < (counts[f"max {h}"] or 0) <= 100}
    reader.readings = {h: Reading(in_percent=True) for h in in_percent}
    signs = decide(reader, records, numbers_in, dates_in, mapping.day_first)
    row_like = _ROW_LIKE if part is None else _ROW_LIKE_IN_PART
    return Profile(
        rows=counts["rows"],
        present={n.removeprefix("present "): c
                 for n, c in counts.items() if n.startswith("present ")},
        is_row_like={t.table: counts[f"keys {t.table}"] > row_like * counts["rows"]
                     for t in mapping.tables},
        may_refuse=bool(numbers_in or dates_in) or _may_refuse(mapping, counts),
        readings=dict(reader.readings),
        signs=signs,
    )  # fmt: skip


def _count(reader: CellReader, mapping: Mapping, records: str, *, is_part: bool) -> dict[str, Any]:
    """Count rows, values, and values that a plain cast reads, by what is counted and where."""
    engine, counted = reader.engine, {"rows": "count(*)"}
    for header in _key_headers(mapping):
        counted[f"present {header}"] = f"count({reader.text(header)})"
    for _, column, cell in read_cells(mapping):
        for header in cell.headers:
            counted.setdefault(f"present {header}", f"count({engine.columns[header]})")
        for header in numeric_headers(column.kind, cell):
            double = f"TRY_CAST({engine.columns[header]} AS DOUBLE)"
            whole = f"{double} = trunc({double}) AND abs({double}) < 9e18"
            counted[f"number {header}"] = f"count(*) FILTER (WHERE isfinite({double}))"
            counted[f"max {header}"] = f"max({double})"
            counted[f"min {header}"] = f"min({double})"
            if column.kind == "count" and not cell.is_product:
                counted[f"whole {header}"] = f"count(*) FILTER (WHERE {whole})"
        if column.kind in DATED and not cell.is_product:
            name = f"date {cell.source}" if cell.format is None else f"form {cell.source}"
            counted[name] = f"count({reader.read('day', cell)})"
    for table in mapping.tables:
        counted[f"keys {table.table}"] = _key_count(reader, table, is_part=is_part)
    row = engine.one(f"SELECT {', '.join(counted.values())} FROM {records}")
    return dict(zip(counted, row, strict=True))


def _not_plain(counts: dict[str, Any], what: str) -> set[str]:
    """Return the source columns with values that ``what`` does not read."""
    names = [name.removeprefix(f"{what} ") for name in counts if name.startswith(f"{what} ")]
    return {h for h in names if counts[f"{what} {h}"] < counts[f"present {h}"]}


def _key_count(reader: CellReader, table: TableMapping, *, is_part: bool) -> str:
    cells = [table.cell(key) for key in table.spec.key]
    if any(cell and (cell.row_number or cell.row_number_within) for cell in cells):
        return "count(*)"
    headers = dict.fromkeys(h for cell in cells if cell for h in cell.headers)
    texts = [reader.text(h) for h in headers]
    if not texts:
        return "1"
    key = texts[0] if len(texts) == 1 else f"hash({', '.join(texts)})"
    return f"count(DISTINCT {key})" if is_part else f"approx_count_distinct({key})"


def _may_refuse(mapping: Mapping, counts: dict[str, Any]) -> bool:
    """Whether plainly written values can still be refused: flags, fractions, great numbers."""
    if _not_plain(counts, "whole") or _not_plain(counts, "form"):
        return True
    for _, column, cell in read_cells(mapping):
        headers = numeric_headers(column.kind, cell)
        least = min((counts[f"min {h}"] or 0 for h in headers), default=0)
        greatest = [max(abs(counts[f"max {h}"] or 0), abs(counts[f"min {h}"] or 0))
                    for h in headers]  # fmt: skip
        if column.kind == "flag" or (column.kind == "share" and (least < 0 or greatest[0] > 1)):
            return True
        factor = abs(float(cell.times_number or 1))
        if column.kind == "money" and prod(greatest) * factor >= _SAFE_MONEY:
            return True
    return False
