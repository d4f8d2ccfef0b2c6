"""Imports begun on a page: checked while one waits, loaded and undone in a job."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm_data.commands.presets import save_mapping
from crm_data.importers.mapping import Mapping
from ui import actions
from ui.context import PageContext
from ui.import_results import Imported
from ui.jobs import Job, Report, jobs_of
from ui.wizard_files import WizardFile

LOAD, UNDO = "import", "import_undo"


@dataclass(frozen=True)
class ReadFile:
    """A file that was imported: its name, its headers, how it was read."""

    name: str
    headers: tuple[str, ...]
    mapping: Mapping
    preset: str | None


@dataclass(frozen=True)
class Loaded:
    """What a load did, and how its files were read."""

    done: Imported
    files: tuple[ReadFile, ...]

    @property
    def batches(self) -> list[str]:
        """The batches that it stored."""
        return [one.batch for one in self.done.tables if one.batch is not None]


def check(
    ctx: PageContext,
    uploads: Sequence[Any],
    files: Sequence[WizardFile],
    progress: Callable[[str, float], None],
    *,
    force: bool,
) -> Imported:
    """Read and check; nothing is stored. Headline numbers come along."""
    return actions.import_uploads(
        ctx, uploads, mapping=None, dry_run=True, force=force, drafts=_drafts(files),
        progress=progress,
    )  # fmt: skip


def load(
    ctx: PageContext, uploads: Sequence[Any], files: Sequence[WizardFile], *, force: bool
) -> Job:
    """Begin to store and publish; the files are held until that is done."""
    actions.refuse_part(ctx)
    drafts, held = _drafts(files), tuple(uploads)
    read = tuple(
        ReadFile(file.name, file.preview.headers, file.mapping, file.preview.preset)
        for file in files
        if file.mapping is not None
    )

    def work(report: Report) -> Loaded:
        done = actions.import_uploads(
            ctx, held, mapping=None, dry_run=False, force=force, accept_proposal=True,
            drafts=drafts, progress=report,
        )  # fmt: skip
        return Loaded(done, read)

    return jobs_of(ctx.settings).start(LOAD, work, by=ctx.viewer, at=ctx.now)


def undo(ctx: PageContext, batches: Sequence[str]) -> Job:
    """Begin to build a version without these batches."""
    actions.refuse_part(ctx)

    def work(report: Report) -> str:
        return actions.undo_batches(ctx, batches, report)

    return jobs_of(ctx.settings).start(UNDO, work, by=ctx.viewer, at=ctx.now)


def save(ctx: PageContext, name: str, file: ReadFile) -> str:
    """Save how a file was read as a preset of the company; return its name."""
    actions.refuse_part(ctx)
    path = save_mapping(
        ctx.settings, name.strip(), file.mapping, file.headers, now=ctx.now, actor=ctx.viewer
    )
    return path.stem


def _drafts(files: Sequence[WizardFile]) -> dict[str, Mapping]:
    """Return the mappings that somebody corrected or confirmed; presets recognise themselves."""
    return {
        file.place: file.mapping
        for file in files
        if file.mapping is not None
        and (file.mapping != file.preview.mapping or file.table or file.preset)
    }
