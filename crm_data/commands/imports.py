"""Importing files: stage every one, refuse what is there already, store all or none."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from crm_data import batches as batch_store
from crm_data import warehouse
from crm_data.errors import AlreadyImportedError, UsageError
from crm_data.importers import StagedFile, expand_paths, read_mapping, stage_file
from crm_data.settings import Settings

Progress = Callable[[str, float], None]


def import_files(
    settings: Settings,
    paths: Sequence[Path],
    *,
    mapping: Path | None = None,
    as_table: str | None = None,
    preset: str | None = None,
    dry_run: bool = False,
    force: bool = False,
    replace: bool = False,
    now: datetime,
    actor: str = "cli",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read, map, check and store files as batches, one per table; does not build.

    Returns
    -------
    dict
        The document of ``import --json`` without ``version``; with ``dry_run`` also without
        batch ids, and nothing is stored.

    Raises
    ------
    BadInputError
        A file or the mapping cannot be used. Nothing of any file was stored.
    AlreadyImportedError
        The same content was imported before, the same way, and ``force`` is not given.
    """
    if preset is not None:
        raise UsageError(
            "no_preset",
            f"There is no preset '{preset}' in this version. Describe the file with --mapping.",
            preset=preset,
        )
    chosen = read_mapping(mapping) if mapping is not None else None
    files = expand_paths(paths)
    with ExitStack() as stack:
        staged = []
        for position, path in enumerate(files):
            made = stage_file(
                settings,
                path,
                chosen,
                as_table=as_table,
                replaces=replace,
                progress=_part(progress, position, len(files)),
            )
            stack.callback(made.discard)
            staged.append(made)
        if not force and not dry_run:
            _refuse_known(settings, staged)
        for made in staged:
            _count(settings, made)
        if not dry_run:
            _store(settings, staged, now, actor)
    return {"files": [made.report for made in staged]}


def _part(progress: Progress | None, position: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda step, share: progress(step, (position + share) / total)


def _refuse_known(settings: Settings, staged: Sequence[StagedFile]) -> None:
    """Refuse when every table of a file is in the ledger already, or the call repeats a file."""
    for made in staged:
        known = [batch_store.same_content(settings, b.content_hash) for b in made.batches]
        earlier = [batch for batch in known if batch is not None]
        if len(earlier) < len(known) or not earlier:
            continue
        first = earlier[0]
        raise AlreadyImportedError(
            "already_imported",
            f"{made.path} was imported already on {first.received_at:%Y-%m-%d %H:%M} UTC as "
            f"{first.batch_id}, with the same content and mapping. Nothing was stored; --force "
            "imports it again.",
            path=made.path.name,
            batch=first.batch_id,
            since=f"{first.received_at:%Y-%m-%d %H:%M}",
        )


def _count(settings: Settings, made: StagedFile) -> None:
    for batch in made.batches:
        added, changed, unchanged = warehouse.count_changes(settings, batch)
        made.report["tables"][batch.table] |= {
            "added": added,
            "changed": changed,
            "unchanged": unchanged,
        }


def _store(settings: Settings, staged: Sequence[StagedFile], now: datetime, actor: str) -> None:
    new = [(made, batch) for made in staged for batch in made.batches]
    stored = batch_store.store(settings, [batch for _, batch in new], now=now, actor=actor)
    for (made, batch), kept in zip(new, stored, strict=True):
        made.report["tables"][batch.table]["batch"] = kept.batch_id
