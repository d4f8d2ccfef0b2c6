"""Writes that pages may start. Each calls one function that the command line calls, too.

Imports are inside the functions: importing and building are rare, and their libraries are not
needed to look at a page.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pandas as pd

from crm_data.batches import Batch
from crm_data.errors import AlreadyImportedError, NotPermittedError
from crm_data.import_history import Imported as ImportedBatch
from crm_data.importers.mapping import Mapping as FileMapping
from crm_data.warehouse import Version
from ui.context import PageContext
from ui.export import Stamp
from ui.import_results import Imported, results_of
from ui.upload_folder import Upload, on_disk, place_of

Progress = Callable[[str, float], None]
DEMO_SEED, DEMO_MONTHS = 1, 36


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
    drafts: Mapping[str, FileMapping] | None = None,
    progress: Progress,
) -> Imported:
    """Import uploaded files and publish; with ``dry_run`` only read and check.

    ``drafts`` are mappings by ``upload_folder.place_of``; files without one are recognised.
    """
    refuse_part(ctx)
    from crm_data import warehouse
    from crm_data.commands.imports import import_files
    from scoring import score_version

    given = [*uploads, *([mapping] if mapping else [])]
    with on_disk(ctx.settings, given) as paths:
        document = import_files(
            ctx.settings,
            paths[: len(uploads)],
            mapping=paths[-1] if mapping else None,
            dry_run=dry_run,
            accept_proposal=accept_proposal,
            force=force,
            skip_known=True,
            read_as=None if drafts is None else lambda one: drafts.get(place_of(one, paths[0])),
            headlines=dry_run,
            now=ctx.now,
            actor=ctx.viewer,
            progress=lambda step, share: progress(step, share * 0.5),
        )
    results = results_of(document)
    left_out = [
        AlreadyImportedError(one["code"], one["message"], **one["details"])
        for one in document["refused"]
    ]
    if dry_run or not results:
        return Imported(results, left_out, None, document.get("headlines"))
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


def history(ctx: PageContext) -> list[ImportedBatch]:
    """Return every import with who brought it in, newest first."""
    refuse_part(ctx)
    from crm_data.import_history import import_history

    return import_history(ctx.settings)[::-1]


def undo(ctx: PageContext, batch_id: str, progress: Progress) -> str:
    """Leave a batch out of the next version, and build that."""
    return undo_batches(ctx, [batch_id], progress)


def undo_batches(ctx: PageContext, batch_ids: Sequence[str], progress: Progress) -> str:
    """Leave batches out of the next version, all or none, and build that."""
    refuse_part(ctx)
    from crm_data.batches import undo_all

    undo_all(ctx.settings, batch_ids, now=ctx.now, actor=ctx.viewer)
    return rebuilt(ctx, progress)


def rebuilt(ctx: PageContext, progress: Progress) -> str:
    """Build and publish what was decided, and return the version."""
    refuse_part(ctx)
    from crm_data import warehouse
    from scoring import score_version

    version = warehouse.build(
        ctx.settings, now=ctx.now, actor=ctx.viewer, progress=progress, scorer=score_version
    )
    return _measured(ctx, version)


def refused_in_source(ctx: PageContext, batch_id: str) -> pd.DataFrame:
    """Return the rows of a batch that have refusals, in their file's own layout."""
    refuse_part(ctx)
    from crm_data.refused_rows import refused_in_source as found

    return found(ctx.settings, batch_id)


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
