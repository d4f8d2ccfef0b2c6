"""The import form: files, optional mapping, check or import."""

import streamlit as st

from ui import actions
from ui.context import PageContext
from ui.errors import boundary, sentence
from ui.formats import plain
from ui.import_mapping import proposed_mapping
from ui.progress import progress_bar

TYPES = ["csv", "tsv", "txt", "gz", "zip"]
MAPPING_TYPES = ["toml"]


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
    if not (start or check):
        return
    if not files:
        st.warning(t("import.choose_first"))
        return
    with boundary(t):
        with progress_bar(ctx) as report:
            done = actions.import_uploads(
                ctx, files, mapping=mapping, dry_run=check, force=force, progress=report
            )
        for known in done.left_out:
            st.warning(sentence(t, known))
        _show(ctx, done.tables, done.version)


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


def _show(ctx: PageContext, results: list[actions.TableResult], version: str | None) -> None:
    for one in results:
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
        proposed_mapping(ctx, one, is_open=version is None)
        for rule, count in one.findings.items():
            if f"finding.{rule}" in ctx.t:
                st.caption(f"{ctx.t(f'finding.{rule}')}: {ctx.formats.count(count)}")
    if version is not None:
        st.success(ctx.t("progress.done", version=version), icon=":material/check_circle:")
