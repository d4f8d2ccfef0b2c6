"""What an import or a check did, table by table, as the pages read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_data.errors import CrmError


@dataclass(frozen=True)
class TableResult:
    """What an import did to one table. Counts of changes are None after a check.

    ``columns`` are field, column of the file and confidence; ``doubtful`` are
    the fields to be confirmed before anything is stored; ``preset`` is None without one;
    ``mapping`` is the mapping of the file as TOML; ``batch`` is None after a check.
    """

    file: str
    table: str
    rows: int
    rejected: int
    added: int | None
    changed: int | None
    unchanged: int | None
    unmapped: tuple[str, ...]
    findings: dict[str, int]
    columns: tuple[tuple[str, str, float], ...] = ()
    doubtful: tuple[str, ...] = ()
    preset: str | None = None
    mapping: str = ""
    batch: str | None = None


@dataclass(frozen=True)
class Imported:
    """What an upload did; ``left_out`` are files known already, a check publishes no version.

    ``headlines`` are the headline numbers ``before`` and ``after``, of a check.
    """

    tables: list[TableResult]
    left_out: Sequence[CrmError]
    version: str | None
    headlines: dict[str, dict[str, float | None]] | None = None


def results_of(document: dict[str, Any]) -> list[TableResult]:
    """Return the tables of the document of an import."""
    return [
        TableResult(
            file=Path(str(file["path"])).name,
            table=table,
            rows=facts["rows"],
            rejected=facts["rejected"],
            added=facts.get("added"),
            changed=facts.get("changed"),
            unchanged=facts.get("unchanged"),
            unmapped=tuple(facts.get("unmapped") or ()),
            findings=(facts.get("findings") or {}) | (facts.get("changes") or {}),
            columns=tuple(
                (name, column["source"] or "", column["confidence"])
                for name, column in facts["columns"].items()
                if column["source"] is not None or name in (facts.get("doubtful") or ())
            ),
            doubtful=tuple(facts.get("doubtful") or ()),
            preset=file.get("preset"),
            mapping=file.get("mapping", ""),
            batch=facts.get("batch"),
        )
        for file in document["files"]
        for table, facts in file["tables"].items()
    ]
