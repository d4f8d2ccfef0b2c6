"""Write-once batches of canonical rows, and the ledger that says which of them count."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_data.app_db import AuditRow, BatchRow, naive_utc, session
from crm_data.durable import age_seconds, discard, fsync, remove, unwritable
from crm_data.errors import BadInputError
from crm_data.settings import Settings
from crm_data.watermarks import Watermark, watermark_rows

_STALE_SECONDS = 24 * 3600.0


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
    watermark : Watermark or None
        From where the next import of this source goes on, unless this batch is undone.
    named : mapping
        Columns whose values may be names that stand for ids, and where they are looked up
        (``crm_data.batch_rows``) when a version is built.
    source_rows : Path or None
        Staged Parquet: the rows of the source that have refused cells, as they were written, and
        ``row_in_file``; None where nothing was refused.
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
    watermark: Watermark | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    source_rows: Path | None = None


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
    named: Mapping[str, str] = field(default_factory=dict)


def store(
    settings: Settings, new: Sequence[NewBatch], *, now: datetime, actor: str = "cli"
) -> list[Batch]:
    """Move staged files into place and enter them in the ledger, all or none.

    A batch exists when its ledger row is committed. A process killed before that leaves files
    that no ledger row names; ``sweep`` removes them.

    Raises
    ------
    StorageError
        No space, or a folder that cannot be written. Nothing was stored.
    """
    placed: list[Path] = []
    try:
        rows = [_place(settings, batch, now, placed) for batch in new]
        with session(settings) as db:
            db.add_all(rows)
            db.flush()
            stored = [_batch(row) for row in rows]
            db.add_all(watermark_rows(rows, [batch.watermark for batch in new]))
            db.add_all(
                _audit(now, actor, "import", b.batch_id, f"{b.table} from {b.source}")
                for b in stored
            )
    except OSError as error:
        discard(placed)
        raise unwritable(settings.batches_dir, error) from error
    except BaseException:
        discard(placed)
        raise
    return stored


def ledger(settings: Settings, *, with_undone: bool = True) -> list[Batch]:
    """Return all batches in the order they were stored."""
    query = sa.select(BatchRow).order_by(BatchRow.sequence)
    if not with_undone:
        query = query.where(BatchRow.undone_at.is_(None))
    with session(settings) as db:
        return [_batch(row) for row in db.scalars(query)]


def same_content(settings: Settings, content_hash: str) -> Batch | None:
    """Return the batch, not undone, that has this content hash."""
    query = (
        sa.select(BatchRow)
        .where(BatchRow.content_hash == content_hash, BatchRow.undone_at.is_(None))
        .order_by(BatchRow.sequence)
        .limit(1)
    )
    with session(settings) as db:
        row = db.scalar(query)
        return _batch(row) if row else None


def undo_all(
    settings: Settings, batch_ids: Sequence[str], *, now: datetime, actor: str = "cli"
) -> list[Batch]:
    """Mark batches as undone, all or none; the next build leaves them out. Nothing is deleted.

    Raises
    ------
    BadInputError
        One of them does not exist, or is undone already.
    """
    with session(settings) as db:
        rows = [_undoable(db, batch_id) for batch_id in dict.fromkeys(batch_ids)]
        for row in rows:
            row.undone_at = now
            details = f"{row.table_name} from {row.source}"
            db.add(_audit(now, actor, "undo", row.batch_id, details))
        db.flush()
        return [_batch(row) for row in rows]


def stored_batch(settings: Settings, batch_id: str) -> Batch:
    """Return a batch, undone or not.

    Raises
    ------
    BadInputError
        There is none of that id.
    """
    with session(settings) as db:
        return _batch(_known(db, batch_id))


def _known(db: Session, batch_id: str) -> BatchRow:
    row = db.scalar(sa.select(BatchRow).where(BatchRow.batch_id == batch_id))
    if row is None:
        raise BadInputError(
            "no_batch",
            f"There is no batch '{batch_id}'. `python -m cli batches` lists them.",
            batch=batch_id,
        )
    return row


def _undoable(db: Session, batch_id: str) -> BatchRow:
    row = _known(db, batch_id)
    if row.undone_at is not None:
        raise BadInputError(
            "already_undone",
            f"Batch '{batch_id}' is undone already, since {row.undone_at:%Y-%m-%d %H:%M} UTC. "
            "Import its file again to bring it back.",
            batch=batch_id,
            since=f"{row.undone_at:%Y-%m-%d %H:%M}",
        )
    return row


def effective(batches: Sequence[Batch]) -> dict[str, list[Batch]]:
    """Return the batches that count, by table, in order: undone and replaced ones left out."""
    by_table: dict[str, list[Batch]] = {}
    for batch in sorted(batches, key=lambda b: b.sequence):
        if batch.undone_at is not None:
            continue
        kept = by_table.setdefault(batch.table, [])
        if batch.replaces:
            kept[:] = [earlier for earlier in kept if earlier.source != batch.source]
        kept.append(batch)
    return by_table


def path_of(settings: Settings, batch: Batch) -> Path:
    """Return the Parquet file of a stored batch."""
    return settings.batches_dir / batch.table / f"{batch.batch_id}.parquet"


def sweep(settings: Settings) -> int:
    """Delete day-old leftovers of killed imports; return how many files or folders went."""
    known = {batch.batch_id for batch in ledger(settings)}
    orphans = [
        path
        for path in settings.batches_dir.glob("*/*.parquet")
        if path.name.split(".")[0] not in known
    ]
    stale = [
        p for p in (*orphans, *settings.staging_dir.glob("*")) if age_seconds(p) > _STALE_SECONDS
    ]
    for path in stale:
        remove(path)
    return len(stale)


def _place(settings: Settings, batch: NewBatch, now: datetime, placed: list[Path]) -> BatchRow:
    batch_id = f"b{naive_utc(now):%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
    folder = settings.batches_dir / batch.table
    folder.mkdir(parents=True, exist_ok=True)
    moves = [(batch.staged, folder / f"{batch_id}.parquet")]
    if batch.rejects is not None:
        moves.append((batch.rejects, folder / f"{batch_id}.rejects.parquet"))
    if batch.source_rows is not None:
        moves.append((batch.source_rows, folder / f"{batch_id}.source.parquet"))
    for staged, final in moves:
        fsync(staged)
        staged.rename(final)
        placed.append(final)
    fsync(folder)
    return BatchRow(
        batch_id=batch_id,
        table_name=batch.table,
        source=batch.source,
        preset=batch.preset,
        mapping=batch.mapping,
        content_hash=batch.content_hash,
        row_count=batch.rows,
        rejected_count=batch.rejected,
        replaces=batch.replaces,
        received_at=now,
        undone_at=None,
        named=json.dumps(dict(batch.named), sort_keys=True),
    )


def _batch(row: BatchRow) -> Batch:
    return Batch(
        batch_id=row.batch_id,
        sequence=row.sequence,
        table=row.table_name,
        source=row.source,
        preset=row.preset,
        mapping=row.mapping,
        content_hash=row.content_hash,
        rows=row.row_count,
        rejected=row.rejected_count,
        replaces=row.replaces,
        received_at=row.received_at,
        undone_at=row.undone_at,
        named=json.loads(row.named),
    )


def _audit(now: datetime, actor: str, action: str, subject: str, details: str) -> AuditRow:
    return AuditRow(happened_at=now, actor=actor, action=action, subject=subject, details=details)
