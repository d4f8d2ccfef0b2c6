"""The wizard of imports: files, how each is read, a check, the load, and what came of it."""

from typing import Any

import streamlit as st

from ui import import_jobs
from ui.context import PageContext
from ui.errors import boundary
from ui.formats import plain
from ui.import_jobs import LOAD, UNDO
from ui.import_mapping import table_name
from ui.import_outcome import checked_part, loaded_part
from ui.job_bar import dismiss_button, ended_job, running_part
from ui.jobs import Job
from ui.progress import progress_bar
from ui.wizard_columns import file_columns
from ui.wizard_files import WizardFile, files_of, forget_files

TYPES = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "parquet", "jsonl", "ndjson", "gz", "zip"]
MAPPING_TYPES = ["toml"]
_CHECKED, _ROUND = "wizard.checked", "wizard.round"
_OWN, _DONE = "wizard.own", "wizard.done"


def upload_form(ctx: PageContext) -> None:
    """Draw the wizard, and do what it asks for."""
    if running_part(ctx) or _ended(ctx):
        return  # what came of the files of this session stands in for them
    t, turn = ctx.t, st.session_state.get(_ROUND, 0)
    uploads = st.file_uploader(
        t("import.files"), TYPES, accept_multiple_files=True, help=t("import.files_help"),
        key=f"uploads-{turn}",
    )  # fmt: skip
    st.caption(_limits(ctx, TYPES))
    with st.expander(t("wizard.more")):
        mapping = st.file_uploader(
            t("import.mapping"), MAPPING_TYPES, help=t("import.mapping_help"),
            key=f"mapping-upload-{turn}",
        )  # fmt: skip
        st.caption(_limits(ctx, MAPPING_TYPES))
        force = st.checkbox(t("import.again"), key="import_again")
    if not uploads:
        return
    files: list[WizardFile] = []
    with boundary(t):
        files = files_of(ctx, uploads, mapping)
    if not files:
        return
    chosen = _chosen(ctx, files)
    with st.container(border=True), boundary(t):
        file_columns(ctx, uploads, chosen)
    _buttons(ctx, uploads, files, force=force)


def _chosen(ctx: PageContext, files: list[WizardFile]) -> WizardFile:
    """Draw which of several files is looked at, with where each stands."""
    if len(files) == 1:
        return files[0]

    def called(place: int) -> str:
        file = files[place]
        state = "problem" if file.mapping is None else "asks" if file.asks else "ready"
        table = table_name(ctx, file.mapping.tables[0].table) if file.mapping else "–"
        return ctx.t(f"wizard.file_{state}", file=file.name, table=table)

    place = st.selectbox(
        ctx.t("wizard.file", n=ctx.formats.count(len(files))),
        range(len(files)),
        format_func=called,
        key="wizard_file",
    )
    return files[place]


def _buttons(ctx: PageContext, uploads: Any, files: list[WizardFile], *, force: bool) -> None:
    t = ctx.t
    can_check = all(file.mapping is not None for file in files)
    is_ready = can_check and not any(file.asks for file in files)
    if can_check and not is_ready:
        st.warning(t("mapping.ask"), icon=":material/help:")
    with st.container(horizontal=True):
        check = st.button(
            t("import.check"), icon=":material/fact_check:", key="wizard_check",
            disabled=not can_check,
        )  # fmt: skip
        st.button(
            t("import.start"), type="primary", icon=":material/publish:", key="wizard_load",
            disabled=not is_ready, on_click=_load, args=(ctx, uploads, files, force),
        )  # fmt: skip
    now = ([(file.place, file.mapping) for file in files], force, ctx.version)
    if check:
        with boundary(t):
            with progress_bar(ctx) as report:
                done = import_jobs.check(ctx, uploads, files, report, force=force)
            st.session_state[_CHECKED] = (now, done)
    kept = st.session_state.get(_CHECKED)
    if kept is not None and kept[0] == now:
        checked_part(ctx, kept[1])


def _load(ctx: PageContext, uploads: Any, files: list[WizardFile], force: bool) -> None:
    with boundary(ctx.t):
        st.session_state[_OWN] = import_jobs.load(ctx, uploads, files, force=force)


def _ended(ctx: PageContext) -> bool:
    """Draw what the last load or undo did; return whether its result stands in for the wizard."""
    job = ended_job(ctx, LOAD, UNDO)
    if job is None:
        return False
    if job.error is None and job.kind == LOAD:
        loaded_part(ctx, job.result)
    elif job.error is None:
        st.success(ctx.t("wizard.undone", version=plain(job.result)), icon=":material/undo:")
    dismiss_button(ctx, job)
    is_own = st.session_state.get(_OWN) is job
    if job.error is not None or not is_own:
        return False  # the files that were chosen here are still to be imported
    _begin_again(job)
    return True


def _begin_again(job: Job) -> None:
    """Forget the files, once: what was loaded is not asked about again."""
    if st.session_state.get(_DONE) is job:
        return
    forget_files()
    st.session_state.pop(_CHECKED, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[_DONE] = job


def _limits(ctx: PageContext, types: list[str]) -> str:
    """Return which files may be chosen, and how large."""
    names = ctx.t("filter.separator").join(kind.upper() for kind in types)
    read = ctx.settings.import_limits.file_megabytes
    megabytes = min(int(st.get_option("server.maxUploadSize")), read)
    size = f"{megabytes / 1000:g} GB" if megabytes >= 1000 else f"{megabytes} MB"
    return ctx.t("import.limits", types=names, size=size)


def command_lines(ctx: PageContext) -> None:
    """Show how the command line does the same."""
    st.caption(ctx.t("first.cli"))
    st.code(
        "python -m cli import orders.csv --mapping orders.toml\npython -m cli demo", language="bash"
    )
