"""Build a version from the batches, publish it by one atomic pointer change, go back, prune."""

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import sqlalchemy as sa

from crm_data import batches as batch_store
from crm_data import postgres_publish
from crm_data.app_db import AuditRow, VersionRow, session
from crm_data.batch_rows import Correction, NamedRows
from crm_data.batches import Batch, NewBatch
from crm_data.build_file import write_version
from crm_data.build_plan import BatchFile, BuildPlan
from crm_data.durable import discard, fsync, unwritable
from crm_data.errors import NoWarehouseError, StorageError
from crm_data.known_names import known_rows
from crm_data.locks import build_lock
from crm_data.merge import count_changes as count_changes_in
from crm_data.merged_records import stored_merges
from crm_data.planned_splits import locked_splits, splits_as_rule
from crm_data.repairs import corrections
from crm_data.rules import stored_rules
from crm_data.score_store import Scorer
from crm_data.settings import Settings
from crm_data.tables.model import TABLES, table_spec
from crm_data.version_ledger import record, record_if_missing
from crm_data.versions import POINTER, current_version, open_version, version_file

KEPT_VERSIONS = 5
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Version:
    """A published version, as the ledger knows it."""

    version: str
    built_at: datetime
    seconds: float
    row_counts: Mapping[str, int]
    is_current: bool
    is_kept: bool


def build(
    settings: Settings,
    *,
    now: datetime,
    full: bool = False,
    wait_seconds: float = 600.0,
    actor: str = "cli",
    progress: Progress | None = None,
    scorer: Scorer | None = None,
    rescore: bool = False,
) -> str:
    """Build from the batches that count, publish, and return the version's id.

    Where the batches of a table only grew since the published version, only the new ones are
    applied to a copy; ``full`` starts from nothing. ``scorer`` fits the models and scores the
    customers. When nothing changed, the published version stays and its id is returned, unless it
    was scored by other rules, or not at all, or ``rescore`` asks for new scores.

    Raises
    ------
    BuildBusyError
        Another build holds the lock longer than ``wait_seconds``.
    StorageError
        A batch is missing or damaged, the disk is full, or the store does not answer. The
        published version stays.
    """
    with build_lock(settings, wait_seconds=wait_seconds):
        started = time.monotonic()
        published = current_version(settings)
        if published is not None:
            record_if_missing(settings, published, actor)
        counted = batch_store.effective(batch_store.ledger(settings))
        plan = plan_build(settings, published, counted, full=full)
        scores_due = scorer is not None and (rescore or plan.base_rules != plan.rules)
        if published is not None and not (plan.has_changes or full or scores_due):
            return published
        version = _next_id(settings)
        staged = settings.staging_dir / f"build-{version}.duckdb"
        try:
            settings.staging_dir.mkdir(parents=True, exist_ok=True)
            _remove_build(staged)  # of a killed build: its log would be replayed into this one
            counts = write_version(
                settings,
                plan,
                staged,
                now=now,
                progress=progress,
                scorer=scorer,
            )
            _publish(settings, staged, version)
        except OSError as error:
            raise unwritable(settings.warehouse_dir, error) from error
        except duckdb.Error as error:
            raise _build_failed(error) from error
        finally:
            _remove_build(staged)
        ids = {table: [b.batch_id for b in found] for table, found in counted.items()}
        record(settings, version, now, time.monotonic() - started, ids, counts, actor)
        _prune(settings, now)
        return version


def rebuild(
    settings: Settings,
    *,
    now: datetime,
    actor: str = "cli",
    progress: Progress | None = None,
    scorer: Scorer | None = None,
) -> str:
    """Build a version from all batches, taking nothing from earlier versions."""
    return build(settings, now=now, full=True, actor=actor, progress=progress, scorer=scorer)


def rollback(settings: Settings, version: str, *, now: datetime, actor: str = "cli") -> None:
    """Make a kept version the published one again. The next build starts from the batches.

    Raises
    ------
    NoWarehouseError
        The version is not kept (any more).
    """
    with build_lock(settings, wait_seconds=60.0):
        if version not in kept_versions(settings):
            raise NoWarehouseError(
                "no_version",
                f"There is no version '{version}'. `python -m cli versions` lists those kept.",
                version=version,
            )
        _point_to(settings, version)
        with session(settings) as db:
            db.add(
                AuditRow(
                    happened_at=now, actor=actor, action="rollback", subject=version, details=""
                )
            )


def versions(settings: Settings) -> list[Version]:
    """Return the published versions that are kept, oldest first."""
    kept = set(kept_versions(settings))
    current = current_version(settings)
    with session(settings) as db:
        rows = db.scalars(sa.select(VersionRow).order_by(VersionRow.version))
        return [
            Version(
                row.version,
                row.built_at,
                row.seconds,
                json.loads(row.row_counts),
                row.version == current,
                row.version in kept,
            )
            for row in rows
            if row.version in kept
        ]


def kept_versions(settings: Settings) -> list[str]:
    """Return the ids of the versions that can be read, oldest first."""
    if settings.warehouse_url:
        return postgres_publish.kept_versions(settings)
    return sorted(path.stem for path in settings.warehouse_dir.glob("v*.duckdb"))


def count_changes(
    settings: Settings, new: NewBatch, beside: Sequence[NewBatch] = ()
) -> tuple[int, int, int]:
    """Return how many rows a staged batch adds, changes and leaves as they are.

    ``beside`` are the staged batches that come with it: they may say what its names stand for.
    """
    version = current_version(settings)
    if version is None or settings.warehouse_url:
        return new.rows, 0, 0
    with open_version(settings, version) as con:
        rows = known_rows(settings, con, beside).rows(new.table, NamedRows(new.staged, new.named))
        return count_changes_in(con, table_spec(new.table), rows)


def plan_build(
    settings: Settings,
    published: str | None,
    counted: Mapping[str, Sequence[Batch]],
    *,
    full: bool = False,
    fresh: Sequence[BatchFile] = (),
    tables: Sequence[str] = (),
    repaired: Sequence[Correction] | None = None,
) -> BuildPlan:
    """Return what a build would do with the batches that count.

    ``fresh`` are files of ``tables`` that would come after them; ``repaired`` are the repairs, None
    those that were accepted.
    """
    wanted = {
        spec.name: [
            BatchFile(b.batch_id, batch_store.path_of(settings, b), b.received_at, b.named)
            for b in counted.get(spec.name, ())
        ]
        for spec in TABLES
    }
    for table, file in zip(tables, fresh, strict=True):
        wanted[table].append(file)
    base = None
    if published is not None and not full and not settings.warehouse_url:
        base = version_file(settings, published)
        if not base.exists():
            base = None
    repaired = corrections(settings) if repaired is None else repaired
    rules = stored_rules(settings) | splits_as_rule(locked_splits(settings))
    return BuildPlan.make(settings, base, wanted, rules, repaired, stored_merges(settings))


def _next_id(settings: Settings) -> str:
    with session(settings) as db:
        known = list(db.scalars(sa.select(VersionRow.version)))
    numbers = [int(v[1:]) for v in (*known, *kept_versions(settings))]
    return f"v{max(numbers, default=0) + 1:06d}"


def _publish(settings: Settings, staged: Path, version: str) -> None:
    if settings.warehouse_url:
        postgres_publish.publish(settings, staged, version)
        return
    fsync(staged)
    final = version_file(settings, version)
    staged.rename(final)
    try:
        final.chmod(0o444)
        fsync(settings.warehouse_dir)
        _point_to(settings, version)
    except (OSError, StorageError):
        if current_version(settings) != version:
            discard([final])
        raise


def _point_to(settings: Settings, version: str) -> None:
    if settings.warehouse_url:
        postgres_publish.point_to(settings, version)
        return
    pointer = settings.warehouse_dir / POINTER
    fresh = pointer.with_suffix(".new")
    try:
        with fresh.open("w", encoding="ascii") as handle:
            handle.write(version)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(pointer)
        fsync(settings.warehouse_dir)
    except OSError as error:
        discard([fresh])
        raise unwritable(settings.warehouse_dir, error) from error


def _prune(settings: Settings, now: datetime) -> None:
    kept = kept_versions(settings)
    current = current_version(settings)
    drop = [v for v in kept[:-KEPT_VERSIONS] if v != current]
    for version in drop:
        if settings.warehouse_url:
            postgres_publish.drop(settings, version)
        else:
            version_file(settings, version).unlink(missing_ok=True)
    with session(settings) as db:
        db.execute(sa.update(VersionRow).where(VersionRow.version.in_(drop)).values(dropped_at=now))


def _remove_build(staged: Path) -> None:
    for path in (staged, staged.with_suffix(".duckdb.wal")):
        path.unlink(missing_ok=True)
    shutil.rmtree(staged.with_suffix(".tmp"), ignore_errors=True)


def _build_failed(error: duckdb.Error) -> StorageError:
    reason = str(error).splitlines()[0]
    return StorageError(
        "build_failed",
        f"The build stopped: {reason}. The published version is unchanged; free space or restore "
        "the batch that it names, then run `python -m cli rebuild`.",
        reason=reason,
    )
