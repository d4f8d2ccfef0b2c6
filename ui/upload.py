"""The import form: files, optional mapping, check or import."""

from typing import Any

import streamlit as st

from crm_data.errors import UsageError
from ui import actions
from ui.context import PageContext
from ui.errors import boundary, sentence
from ui.formats import plain
from ui.import_mapping import proposed_mapping
from ui.import_results import TableResult
from ui.progress import progress_bar

TYPES = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "parquet", "jsonl", "ndjson", "gz", "zip"]
MAPPING_TYPES = ["toml"]
_KEPT = "imports.checked"


def upload_form(ctx: PageContext) -> None:
    """Draw the form, and do what it asks for."""
    t = ctx.t
    with st.form("upload", border=False, clear_on_submit=False):
        files = st.file_uploader(
            t("import.files"), TYPES, accept_multiple_files=True, help=t("import.files_help")
        )
        st.caption(_limits(ctx, TYPES))
        mapping = st.file_uploader(
            t("import.mapping"), MAPPING_TYPES, help=t("import.mapping_help")
        )
        st.caption(_limits(ctx, MAPPING_TYPES))
        force = st.checkbox(t("import.again"))
        with st.container(horizontal=True):
            start = st.form_submit_button(
                t("import.start"), type="primary", icon=":material/publish:"
            )
            check = st.form_submit_button(t("import.check"), icon=":material/fact_check:")
    wants = "start" if start else "check" if check else ""
    kept = st.session_state.get(_KEPT)
    if not wants and kept is not None and kept[0] == [file.file_id for file in files or ()]:
        wants = "accept" if _asks(ctx, kept[1]) else ""
        if not wants:
            _show(ctx, kept[1], None)
    if not wants:
        return
    if not files:
        st.warning(t("import.choose_first"))
        return
    st.session_state.pop(_KEPT, None)
    with boundary(t):
        _import(ctx, files, mapping, wants, force=force)


def _import(
    ctx: PageContext, files: Any, mapping: actions.Upload | None, wants: str, *, force: bool
) -> None:
    """Do what was asked for; a doubtful proposal is kept and shown instead of stored."""
    try:
        with progress_bar(ctx) as report:
            done = actions.import_uploads(
                ctx,
                files,
                mapping=mapping,
                dry_run=wants == "check",
                force=force,
                accept_proposal=wants == "accept",
                progress=report,
            )
    except UsageError as error:
        if error.code != "doubtful_mapping":
            raise
        _import(ctx, files, mapping, "check", force=force)
        return
    if wants == "check":
        st.session_state[_KEPT] = ([file.file_id for file in files], done.tables)
        st.rerun()
    for known in done.left_out:
        st.warning(sentence(ctx.t, known))
    _show(ctx, done.tables, done.version)


def _asks(ctx: PageContext, tables: list[TableResult]) -> bool:
    """Say what is to be confirmed, where anything is; return whether that was done just now."""
    if not any(one.doubtful for one in tables):
        return False
    with st.container(border=True):
        st.warning(ctx.t("mapping.ask"), icon=":material/help:")
        return st.button(
            ctx.t("mapping.accept"), type="primary", icon=":material/check:", key="accept_proposal"
        )


def _limits(ctx: PageContext, types: list[str]) -> str:
    """Return which files may be chosen, and how large."""
    names = ctx.t("filter.separator").join(kind.upper() for kind in types)
    megabytes = int(st.get_option("server.maxUploadSize"))
    size = f"{megabytes / 1000:g} GB" if megabytes >= 1000 else f"{megabytes} MB"
    return ctx.t("import.limits", types=names, size=size)


def command_lines(ctx: PageContext) -> None:
    """Show how the command line does the same."""
    st.caption(ctx.t("first.cli"))
    st.code(
        "python -m cli import orders.csv --mapping orders.toml\npython -m cli demo", language="bash"
    )


def _show(ctx: PageContext, results: list[TableResult], version: str | None) -> None:
    for position, one in enumerate(results):
        key = "import.result_checked" if version is None else "import.result"
        table_key = f"table.{one.table}"
        counts = {
            name: ctx.formats.count(getattr(one, name))
            for name in ("rows", "added", "changed", "unchanged", "rejected")
        }
        table = ctx.t(table_key) if table_key in ctx.t else one.table
        show = st.warning if one.rejected else st.success
        show(ctx.t(key, table=table, **counts))
        if one.unmapped:
            columns = ", ".join(plain(name) for name in one.unmapped)
            st.caption(ctx.t("import.unmapped", file=plain(one.file), columns=columns))
        proposed_mapping(ctx, one, is_open=version is None, position=position)
        for rule, count in one.findings.items():
            if f"finding.{rule}" in ctx.t:
                st.caption(f"{ctx.t(f'finding.{rule}')}: {ctx.formats.count(count)}")
    if version is not None:
        st.success(ctx.t("progress.done", version=version), icon=":material/check_circle:")
