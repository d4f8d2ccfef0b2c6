"""Stage small texts and look at what came of them."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from crm_data.importers import StagedFile, mapping_from_dict, stage_file
from crm_data.settings import Settings

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Result:
    staged: StagedFile

    @property
    def report(self) -> dict[str, Any]:
        return self.staged.report

    def table(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.report["tables"][name]
        return found

    def rows(self, table: str, columns: str, order: str = "ALL") -> list[Row]:
        batch = next(b for b in self.staged.batches if b.table == table)
        return duckdb.sql(
            f"SELECT {columns} FROM read_parquet('{batch.staged}') ORDER BY {order}"
        ).fetchall()

    def types(self, table: str) -> dict[str, str]:
        batch = next(b for b in self.staged.batches if b.table == table)
        described = duckdb.sql(f"DESCRIBE FROM read_parquet('{batch.staged}')").fetchall()
        return {row[0]: row[1] for row in described}

    def rejects(self, table: str) -> list[Row]:
        batch = next(b for b in self.staged.batches if b.table == table)
        if batch.rejects is None:
            return []
        return duckdb.sql(
            f"SELECT row, \"column\", value, rule FROM read_parquet('{batch.rejects}') ORDER BY ALL"
        ).fetchall()


def stage(
    settings: Settings,
    folder: Path,
    text: str | bytes,
    mapping: dict[str, Any] | None = None,
    *,
    name: str = "in.csv",
    **more: Any,
) -> Result:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    chosen = None if mapping is None else mapping_from_dict(mapping)
    return Result(stage_file(settings, path, chosen, **more))


def mapped(table: str, source: dict[str, Any] | None = None, **columns: Any) -> dict[str, Any]:
    return {"source": source or {}, "tables": {table: {"columns": columns}}}


def money(text: str) -> Decimal:
    return Decimal(text).quantize(Decimal("0.0001"))
