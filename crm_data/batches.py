"""Write-once batches and their ledger. (Interface first; see docs/architecture.md.)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crm_data.settings import Settings


@dataclass(frozen=True)
class NewBatch:
    """A staged batch that is not stored yet.

    Parameters
    ----------
    table : str
        Canonical table.
    staged : Path
        Parquet file under ``settings.staging_dir``. Columns: all key columns of the table (unique
        together, and not missing except ``quotas.owner_id``/``team``), any other declared columns
        that the source has (canonical types, see ``tables.schema.duckdb_type``), and optionally
        ``attributes`` (VARCHAR, a flat JSON object). No ``batch_id``.
    rows : int
        Rows of ``staged``.
    content_hash : str
        Hash of the source's content, the table and the mapping: the same hash is the same import.
    source : str
        Name of the source (file name without folder, or the preset's name): with ``replaces`` it
        says whose earlier batches this one supersedes.
    rejects : Path or None
        Staged Parquet: row BIGINT, column VARCHAR, value VARCHAR, rule VARCHAR.
    rejected : int
        Rows refused.
    mapping : str
        The mapping used, as JSON.
    preset : str or None
        Name of the preset used.
    replaces : bool
        Whether this batch is the whole truth of its table and source from now on.
    """

    table: str
    staged: Path
    rows: int
    content_hash: str
    source: str
    rejects: Path | None = None
    rejected: int = 0
    mapping: str = "{}"
    preset: str | None = None
    replaces: bool = False


@dataclass(frozen=True)
class Batch:
    """A stored batch, as the ledger knows it. ``sequence`` orders batches of all tables."""

    batch_id: str
    sequence: int
    table: str
    source: str
    preset: str | None
    mapping: str
    content_hash: str
    rows: int
    rejected: int
    replaces: bool
    received_at: datetime
    undone_at: datetime | None


def store(settings: Settings, new: Sequence[NewBatch], *, now: datetime) -> list[Batch]:
    """Move staged files into place and enter them in the ledger, all or none."""
    raise NotImplementedError


def ledger(settings: Settings, *, with_undone: bool = True) -> list[Batch]:
    """Return all batches in the order they were stored."""
    raise NotImplementedError


def same_content(settings: Settings, content_hash: str) -> Batch | None:
    """Return the batch, not undone, that has this content hash."""
    raise NotImplementedError


def path_of(settings: Settings, batch: Batch) -> Path:
    """Return the Parquet file of a stored batch."""
    return settings.batches_dir / batch.table / f"{batch.batch_id}.parquet"
