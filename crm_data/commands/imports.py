"""Importing files: stage every one, leave out what is there already, store the rest or none."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from crm_data import batches as batch_store
from crm_data import warehouse
from crm_data.commands.import_currency import convert_currencies
from crm_data.commands.import_names import count_names
from crm_data.errors import AlreadyImportedError, UsageError
from crm_data.importers import StagedFile, read_mapping, source_files, stage_file
from crm_data.importers.mapping import Mapping as FileMapping
from crm_data.importers.preset_files import preset_named
from crm_data.settings import Settings
from crm_data.trial import try_batches

Progress = Callable[[str, float], None]


def import_files(
    settings: Settings,
    paths: Sequence[Path],
    *,
    mapping: Path | None = None,
    as_table: str | None = None,
    preset: str | None = None,
    dry_run: bool = False,
    accept_proposal: bool = False,
    force: bool = False,
    replace: bool = False,
    skip_known: bool = False,
    sheets: Sequence[str] = (),
    relabel: Callable[[StagedFile], StagedFile] | None = None,
    read_as: Callable[[Path], FileMapping | None] | None = None,
    headlines: bool = False,
    now: datetime,
    actor: str = "cli",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read, map, check and store files as batches, one per table; does not build.

    Parameters
    ----------
    accept_proposal : bool
        Store files whose proposed mapping is doubtful in what the numbers stand on.
    force : bool
        Store content that was imported before, the same way, and content that repeats here.
    skip_known : bool
        Leave such files out and store the others; otherwise the first one stops everything.
    sheets : sequence of str
        The sheets to take of workbooks; empty: all that are shown and hold a table.
    relabel : callable, optional
        Gives each staged file another name, where it stands for something else.
    read_as : callable, optional
        Says how a file is read, None where it is to be recognised; instead of ``mapping``.
    headlines : bool
        With ``dry_run``: also work out the headline numbers as they are and as they would be.

    Returns
    -------
    dict
        The document of ``import --json`` without ``version``: ``files`` that were read, and with
        ``skip_known`` ``refused``, those left out (path, batch or None, code and message). With
        ``dry_run`` there are no batch ids, nothing is refused and nothing is stored.

    Raises
    ------
    BadInputError
        A file or the mapping cannot be used. Nothing of any file was stored.
    UsageError
        A proposed mapping is doubtful (``doubtful_mapping``), and is not accepted. Nothing was
        stored.
    AlreadyImportedError
        A file is known, and neither ``force`` nor ``skip_known`` is given. Nothing was stored.
    """
    read_as = read_as or _reading(settings, mapping, preset)
    files = source_files(paths, settings.import_limits, sheets)
    with ExitStack() as stack:
        staged = []
        for position, path in enumerate(files):
            made = stage_file(
                settings,
                path,
                read_as(path),
                as_table=as_table,
                replaces=replace,
                progress=_part(progress, position, len(files)),
            )
            stack.callback(made.discard)
            staged.append(relabel(made) if relabel is not None else made)
        _refuse_doubtful([] if dry_run or accept_proposal else staged)
        count_names(settings, staged)
        convert_currencies(settings, staged)
        known = [] if force or dry_run else _known(settings, staged)
        if known and not skip_known:
            raise known[0][1]
        left_out = [made for made, _ in known]
        fresh = [made for made in staged if made not in left_out]
        beside = [batch for made in fresh for batch in made.batches]
        for made in fresh:
            _count(settings, made, beside)
        document: dict[str, Any] = {"files": [made.report for made in fresh]}
        if not dry_run:
            _store(settings, fresh, now, actor)
        elif headlines:
            tried = try_batches(settings, beside, now=now, progress=progress)
            document["headlines"] = {"before": dict(tried.before), "after": dict(tried.after)}
    if skip_known:
        document["refused"] = [_refused(made, error) for made, error in known]
    return document


def _reading(
    settings: Settings, mapping: Path | None, preset: str | None
) -> Callable[[Path], FileMapping | None]:
    """Return how every file is read: by the mapping or preset that was given, or recognised."""
    if preset is not None and mapping is not None:
        raise UsageError("preset_and_mapping", "Give --preset or --mapping, not both.")
    chosen = read_mapping(mapping) if mapping is not None else None
    if preset is not None:
        chosen = preset_named(preset, settings.presets_dir).mapping
    return lambda _path: chosen


def _part(progress: Progress | None, position: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda step, share: progress(step, (position + share) / total)


def _refuse_doubtful(staged: Sequence[StagedFile]) -> None:
    """Raise where a mapping was guessed and what the numbers stand on is not sure."""
    asked = [
        (made.path.name, table, name, facts["columns"][name]["source"])
        for made in staged
        for table, facts in made.report["tables"].items()
        for name in facts["doubtful"]
    ]
    if not asked:
        return
    said = [
        f"{table}.{name} from " + (f"column '{source}'" if source else "no column")
        for _, table, name, source in asked
    ]
    files = ", ".join(dict.fromkeys(file for file, *_ in asked))
    more = f" and {len(said) - 6} more" if len(said) > 6 else ""
    raise UsageError(
        "doubtful_mapping",
        f"{files}: which column is what is doubtful: {', '.join(said[:6])}{more}. Nothing was "
        "stored. Look with --dry-run, then say it with --mapping, --preset or --as, or take the "
        "proposal as it is with --accept-proposal.",
        path=files,
    )


def _known(
    settings: Settings, staged: Sequence[StagedFile]
) -> list[tuple[StagedFile, AlreadyImportedError]]:
    """Return the files of which every table is in the ledger, or repeats a file before them."""
    found = []
    first_with: dict[tuple[str, ...], StagedFile] = {}
    for made in staged:
        hashes = tuple(batch.content_hash for batch in made.batches)
        known = [batch_store.same_content(settings, one) for one in hashes]
        earlier = [batch for batch in known if batch is not None]
        if earlier and len(earlier) == len(known):
            found.append((made, _already_imported(made, earlier[0])))
        elif hashes in first_with:
            found.append((made, _repeated(made, first_with[hashes])))
        else:
            first_with[hashes] = made
    return found


def _already_imported(made: StagedFile, first: batch_store.Batch) -> AlreadyImportedError:
    return AlreadyImportedError(
        "already_imported",
        f"{made.path} was imported already on {first.received_at:%Y-%m-%d %H:%M} UTC as "
        f"{first.batch_id}, with the same content and mapping. Nothing of it was stored; --force "
        "imports it again.",
        path=made.path.name,
        batch=first.batch_id,
        since=f"{first.received_at:%Y-%m-%d %H:%M}",
    )


def _repeated(made: StagedFile, first: StagedFile) -> AlreadyImportedError:
    return AlreadyImportedError(
        "repeated_file",
        f"{made.path} has the same content as {first.path}, which is imported with it. Nothing of "
        "it was stored; --force imports both.",
        path=made.path.name,
        first=first.path.name,
    )


def _refused(made: StagedFile, error: AlreadyImportedError) -> dict[str, Any]:
    return {
        "path": made.report["path"],
        "batch": error.details.get("batch"),
        "code": error.code,
        "message": str(error),
        "details": error.details,
    }


def _count(settings: Settings, made: StagedFile, beside: Sequence[batch_store.NewBatch]) -> None:
    for batch in made.batches:
        added, changed, unchanged = warehouse.count_changes(settings, batch, beside)
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
