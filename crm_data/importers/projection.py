"""The columns of one canonical table as SQL over a source file."""

import json
from dataclasses import dataclass

from crm_data.importers.cells import CellReader
from crm_data.importers.engine import ROW
from crm_data.importers.mapping import NULLABLE_KEYS, Cell, TableMapping
from crm_data.importers.written_numbers import quoted
from crm_data.tables import Field, TableSpec
from crm_data.tables.schema import duckdb_type

ATTRIBUTES = "attributes"


@dataclass(frozen=True)
class Projection:
    """A canonical table taken from a source file.

    Attributes
    ----------
    spec : TableSpec
        The table.
    columns : dict
        SQL by canonical column, in published order, ``attributes`` last where there are any.
    skipped : tuple of str
        Columns without which a row is not meant for this table.
    needs_rows : bool
        Whether a column counts rows.
    sources : tuple of str
        Text columns of the file that the values are made of.
    key_sources : tuple of str
        Those of the key.
    read : tuple of str
        Columns whose values are read as something other than text.
    is_numbered : bool
        Whether rows are numbered within the rest of the key, so that no two share it.
    """

    spec: TableSpec
    columns: dict[str, str]
    skipped: tuple[str, ...]
    needs_rows: bool
    sources: tuple[str, ...]
    key_sources: tuple[str, ...]
    read: tuple[str, ...]
    is_numbered: bool = False

    @property
    def has_key(self) -> str:
        """Return SQL: whether a row has the key of the table."""
        spec = self.spec
        needed = [key for key in spec.key if (spec.name, key) not in NULLABLE_KEYS]
        either = [key for key in spec.key if (spec.name, key) in NULLABLE_KEYS]
        tests = [f"{key} IS NOT NULL" for key in (*needed, *self.skipped)]
        if either:
            tests.append("(" + " OR ".join(f"{key} IS NOT NULL" for key in either) + ")")
        return " AND ".join(tests)

    def select(self, source: str, *, row: bool = False) -> str:
        """Return SQL: the rows of the table that have their key, with ``row_in_file`` if wanted."""
        made = [f"{sql} AS {name}" for name, sql in self.columns.items()]
        made += [ROW] if row else []
        names = [*self.columns, *([ROW] if row else [])]
        return (
            f"SELECT {', '.join(names)} FROM (SELECT {', '.join(made)} FROM {source}) "
            f"WHERE {self.has_key}"
        )


def project(reader: CellReader, table: TableMapping, unmapped: tuple[str, ...]) -> Projection:
    """Return the projection of a table; ``unmapped`` source columns become its attributes."""
    spec = table.spec
    mapped = {name: reader.value(spec.field(name), cell) for name, cell in table.columns}
    _derive(reader, table, mapped)
    for key in spec.key:
        mapped.setdefault(key, f"CAST(NULL AS {duckdb_type(spec.field(key).kind)})")
    columns = {name: mapped[name] for name in spec.names if name in mapped}
    if unmapped:
        columns[ATTRIBUTES] = _attributes(reader, unmapped)
    counting = any(c.row_number is not None or c.row_number_within is not None
                   for _, c in table.columns)  # fmt: skip
    headers = dict.fromkeys([h for _, cell in table.columns for h in cell.headers] + [*unmapped])
    keys = dict.fromkeys(h for n, cell in table.columns if n in spec.key for h in cell.headers)
    return Projection(
        spec,
        columns,
        table.skip_when_missing,
        counting,
        sources=tuple(reader.engine.columns[h] for h in headers),
        key_sources=tuple(reader.engine.columns[h] for h in keys),
        read=tuple(n for n, c in table.columns if c.is_read and spec.field(n).kind != "text"),
        is_numbered=_is_numbered(table),
    )


def _is_numbered(table: TableMapping) -> bool:
    cells = [table.cell(key) for key in table.spec.key]
    within = {cell.row_number_within for cell in cells if cell is not None} - {None}
    return len(cells) > 1 and any(
        cell == Cell(source=header) for header in within for cell in cells if cell is not None
    )


def _derive(reader: CellReader, table: TableMapping, mapped: dict[str, str]) -> None:
    if table.table == "orders" and "ordered_on" not in mapped:
        cell = table.cell("ordered_at")
        if cell is not None:
            mapped["ordered_on"] = reader.value(Field("ordered_on", "day"), cell)
    if table.table == "campaign_members" and "member_id" not in mapped:
        known = [mapped[name] for name in ("customer_id", "lead_id") if name in mapped]
        mapped["member_id"] = f"coalesce({', '.join(known)})"


def _attributes(reader: CellReader, unmapped: tuple[str, ...]) -> str:
    """Return SQL: a flat JSON object of the values that are there, NULL where there is none."""
    pairs = []
    for header in unmapped:
        text = reader.trimmed(header)  # what it means is not known: as it is written
        name = quoted(json.dumps(header, ensure_ascii=False) + ":")
        pairs.append(f"CASE WHEN {text} IS NOT NULL THEN {name} || to_json({text}) END")
    return f"'{{' || nullif(concat_ws(',', {', '.join(pairs)}), '') || '}}'"
