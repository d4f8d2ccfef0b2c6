"""Writes that pages may start. Each calls one function that the command line calls, too.

Imports are inside the functions: importing and building are rare, and their libraries are not
needed to look at a page.
"""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pandas as pd

from crm_data.batches import Batch
from crm_data.errors import AlreadyImportedError, NotPermittedError
from crm_data.warehouse import Version
from ui.context import PageContext
from ui.export import Stamp
from ui.import_results import Imported, results_of

Progress = Callable[[str, float], None]
DEMO_SEED, DEMO_MONTHS = 1, 36


class Upload(Protocol):
    """A file as the upload widget gives it."""

    name: str

    def getbuffer(self) -> memoryview:
        """Return the content."""


def build_demo(ctx: PageContext, *, customers: int, progress: Progress) -> str:
    """Build and publish the sample company; its history ends yesterday."""
    refuse_part(ctx)
    from sample_data.demo import build_demo as build
    from scoring import score_version

    version = build(
        ctx.settings,
        customers=customers,
        seed=DEMO_SEED,
        months=DEMO_MONTHS,
        end=ctx.today - timedelta(days=1),
        now=ctx.now,
        progress=progress,
        scorer=score_version,
    )
    return _measured(ctx, version)


def import_uploads(
    ctx: PageContext,
    uploads: Sequence[Upload],
    *,
    mapping: Upload | None,
    dry_run: bool,
    force: bool,
    accept_proposal: bool = False,
    progress: Progress,
) -> Imported:
    """Import uploaded files and publish; with ``dry_run`` only read and check."""
    refuse_part(ctx)
    from crm_data import warehouse
    from crm_data.commands.imports import import_files
    from scoring import score_version

    ctx.settings.staging_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="upload-", dir=ctx.settings.staging_dir))
    try:
        paths = [_put(folder, number, upload) for number, upload in enumerate(uploads)]
        document = import_files(
            ctx.settings,
            paths,
            mapping=_put(folder, len(paths), mapping) if mapping else None,
            as_table=None,
            preset=None,
            dry_run=dry_run,
            accept_proposal=accept_proposal,
            force=force,
            replace=False,
            skip_known=True,
            now=ctx.now,
            actor=ctx.viewer,
            progress=lambda step, share: progress(step, share * 0.5),
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    results = results_of(document)
    left_out = [
        AlreadyImportedError(one["code"], one["message"], **one["details"])
        for one in document["refused"]
    ]
    if dry_run or not results:
        return Imported(results, left_out, None)
    version = warehouse.build(
        ctx.settings,
        now=ctx.now,
        actor=ctx.viewer,
        progress=lambda step, share: progress(step, 0.5 + share * 0.5),
        scorer=score_version,
    )
    return Imported(results, left_out, _measured(ctx, version))


def batches(ctx: PageContext) -> list[Batch]:
    """Return the ledger of imports, newest first, undone ones included."""
    refuse_part(ctx)
    from crm_data.batches import ledger

    return ledger(ctx.settings)[::-1]


def undo(ctx: PageContext, batch_id: str, progress: Progress) -> str:
    """Leave a batch out of the next version, and build that."""
    refuse_part(ctx)
    from crm_data.batches import undo_all

    undo_all(ctx.settings, [batch_id], now=ctx.now, actor=ctx.viewer)
    return rebuilt(ctx, progress)


def rebuilt(ctx: PageContext, progress: Progress) -> str:
    """Build and publish what was decided, and return the version."""
    from crm_data import warehouse
    from scoring import score_version

    version = warehouse.build(
        ctx.settings, now=ctx.now, actor=ctx.viewer, progress=progress, scorer=score_version
    )
    return _measured(ctx, version)


def rejects(ctx: PageContext, batch: Batch) -> pd.DataFrame:
    """Return the refused cells of a batch: row, column, value, rule."""
    refuse_part(ctx)
    from crm_data.refused_rows import rejects_path_of

    path = rejects_path_of(ctx.settings, batch)
    if not path.exists():
        return pd.DataFrame({name: [] for name in ("row", "column", "value", "rule")})
    return pd.read_parquet(path)


def versions(ctx: PageContext) -> list[Version]:
    """Return the versions that are kept, newest first."""
    refuse_part(ctx)
    from crm_data import warehouse

    return warehouse.versions(ctx.settings)[::-1]


def rollback(ctx: PageContext, version: str) -> str:
    """Publish a kept version again."""
    refuse_part(ctx)
    from crm_data import warehouse

    warehouse.rollback(ctx.settings, version, now=ctx.now, actor=ctx.viewer)
    return version


def rebuild(ctx: PageContext, progress: Progress) -> str:
    """Build a version from all batches, taking nothing from earlier versions."""
    refuse_part(ctx)
    from crm_data import warehouse
    from scoring import score_version

    version = warehouse.rebuild(
        ctx.settings, now=ctx.now, actor=ctx.viewer, progress=progress, scorer=score_version
    )
    return _measured(ctx, version)


def rescore(ctx: PageContext, progress: Progress) -> str:
    """Score every customer again, by the rules as they are now, and publish."""
    refuse_part(ctx)
    from crm_data import warehouse
    from scoring import score_version

    version = warehouse.build(
        ctx.settings,
        now=ctx.now,
        actor=ctx.viewer,
        progress=progress,
        scorer=score_version,
        rescore=True,
    )
    return _measured(ctx, version)


def record_export(ctx: PageContext, *, what: str, stamp: Stamp, rows: int) -> None:
    """Write an export into the audit log; call it before the file is handed out.

    Raises
    ------
    StorageError
        The audit log cannot be written.
    """
    from crm_data.commands.exports import record_export as record

    record(
        ctx.settings,
        what=what,
        filters="; ".join(part for part in (stamp.period, stamp.filters) if part),
        rows=rows,
        version=stamp.version,
        actor=ctx.viewer,
        now=ctx.now,
    )


def refuse_part(ctx: PageContext) -> None:
    """Refuse who sees a part: files and versions are of the whole company."""
    if not ctx.scope.is_everything:
        raise NotPermittedError(
            "imports_not_yours",
            "Files and versions are of the whole company: only who sees every customer may import, "
            "undo or read what was refused. Ask an administrator.",
        )


def _measured(ctx: PageContext, version: str) -> str:
    """Record sizes of saved segments, and check alerts, of a version that was just published."""
    from crm_data.app_db import naive_utc
    from crm_data.commands.segment_sizes import record_sizes
    from ui.alert_checks import check_alerts

    record_sizes(ctx.settings, version, ctx.now)
    check_alerts(ctx.settings, version, naive_utc(ctx.now))
    return version


def _put(folder: Path, number: int, upload: Upload) -> Path:
    """Write an upload under its own name in a folder of its own: names may repeat or be hostile."""
    place = folder / str(number)
    place.mkdir()
    name = Path(upload.name.replace("\\", "/")).name.lstrip(".") or "upload"
    path = place / name
    path.write_bytes(upload.getbuffer())
    return path
