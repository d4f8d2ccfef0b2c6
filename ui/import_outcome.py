"""What a check found, and what a load did: counts, headline numbers, refused rows, preset, undo."""

from functools import partial

import pandas as pd
import streamlit as st

from ui import actions, navigation, rows, urls
from ui.context import PageContext
from ui.downloads import Choice, offer
from ui.errors import boundary, sentence
from ui.export import csv_bytes, file_name
from ui.formats import plain
from ui.import_jobs import Loaded, ReadFile, save, undo
from ui.import_mapping import proposed_mapping, table_name
from ui.import_results import Imported, TableResult
from ui.repair_actions import suggested

_MONEY = ("net_revenue", "won_value")
_SAVED = "wizard.saved"


def checked_part(ctx: PageContext, done: Imported) -> None:
    """Draw what an import would do."""
    for one in done.tables:
        _counts(ctx, one, is_checked=True)
    if done.headlines is not None:
        headlines(ctx, done.headlines["before"], done.headlines["after"])


def loaded_part(ctx: PageContext, loaded: Loaded) -> None:
    """Draw what an import did, and what can be done about it."""
    for known in loaded.done.left_out:
        st.warning(sentence(ctx.t, known))
    for position, one in enumerate(loaded.done.tables):
        _counts(ctx, one, is_checked=False)
        if one.rejected and one.batch is not None:
            _refused(ctx, one, one.batch)
        proposed_mapping(ctx, one, is_open=False, position=position)
    if loaded.done.version is not None:
        _what_next(ctx, loaded, loaded.done.version)


def _what_next(ctx: PageContext, loaded: Loaded, version: str) -> None:
    t = ctx.t
    st.success(t("progress.done", version=version), icon=":material/check_circle:")
    slips = suggested(ctx)
    if slips:
        st.info(t("repairs.link", n=ctx.formats.count(len(slips))), icon=":material/spellcheck:")
        navigation.link("imports", t("repairs.open"), icon=":material/spellcheck:",
                        section="repairs")  # fmt: skip
    for file in loaded.files:
        if file.preset is None:
            _save_form(ctx, file)
    if loaded.batches:
        st.caption(t("wizard.undo_help"))
        st.button(
            t("wizard.undo"),
            icon=":material/undo:",
            key="wizard_undo",
            on_click=_undo,
            args=(ctx, loaded.batches),
        )


def headlines(
    ctx: PageContext, before: dict[str, float | None], after: dict[str, float | None]
) -> None:
    """Draw the headline numbers as they are and as they would be; those that are nothing not."""
    t = ctx.t
    st.subheader(t("headline.title"), anchor=False)
    st.caption(t("headline.note"))
    if before == after:
        st.info(t("headline.same"), icon=":material/drag_handle:")
    shown = [name for name in before if (before[name] or after[name])]
    if not shown:
        return

    def written(name: str, value: float | None) -> str:
        if value is None:
            return t("headline.nothing")
        return ctx.formats.money(value) if name in _MONEY else ctx.formats.count(value)

    def change(name: str) -> str:
        moved = (after[name] or 0) - (before[name] or 0)
        sign = "+" if moved > 0 else ""
        return f"{sign}{written(name, moved)}" if moved else "="

    st.dataframe(
        pd.DataFrame(
            {
                t("headline.number"): [t(f"headline.{name}") for name in shown],
                t("headline.before"): [written(name, before[name]) for name in shown],
                t("headline.after"): [written(name, after[name]) for name in shown],
                t("headline.change"): [change(name) for name in shown],
            }
        ),
        hide_index=True,
        key="headlines",
    )


def _counts(ctx: PageContext, one: TableResult, *, is_checked: bool) -> None:
    key = "wizard.would" if is_checked else "import.result"
    counts = {
        name: ctx.formats.count(getattr(one, name))
        for name in ("rows", "added", "changed", "unchanged", "rejected")
    }
    show = st.warning if one.rejected else st.success
    file = f"{plain(one.file)} → {table_name(ctx, one.table)}"
    show(ctx.t(key, table=file, **counts))
    if one.unmapped:
        columns = ctx.t("filter.separator").join(plain(name) for name in one.unmapped)
        st.caption(ctx.t("import.unmapped", file=plain(one.file), columns=columns))
    for rule, count in one.findings.items():
        if f"finding.{rule}" in ctx.t:
            st.caption(f"{ctx.t(f'finding.{rule}')}: {ctx.formats.count(count)}")


def _refused(ctx: PageContext, one: TableResult, batch: str) -> None:
    stamp = rows.stamp_of(ctx, subject=one.file, period="", filters=batch)
    choice = Choice(
        key=f"refused-{batch}",
        label=ctx.t("imports.rejects", n=ctx.formats.count(one.rejected)),
        icon=":material/download:",
        file_name=file_name(f"refused_{one.table}", ctx.today, batch, "csv"),
        mime="text/csv",
        write=partial(csv_bytes, stamp=None),
        help=ctx.t("wizard.refused_help"),
    )
    load = partial(actions.refused_in_source, ctx, batch)
    offer(ctx, [choice], what=f"refused_{one.table}", load=load, stamp=stamp)


def _save_form(ctx: PageContext, file: ReadFile) -> None:
    t = ctx.t
    saved = st.session_state.get(f"{_SAVED}:{file.name}")
    if saved is not None:
        st.success(t("wizard.saved", preset=plain(saved)), icon=":material/bookmark_added:")
        return
    with st.form(f"save-{file.name}", border=False):
        named, button = st.columns([3, 1], vertical_alignment="bottom")
        name = named.text_input(
            t("wizard.save_name", file=plain(file.name)),
            value="",
            placeholder=t("wizard.save_hint"),
            help=t("wizard.save_help"),
            key=f"preset-name-{file.name}",
        )
        is_asked = button.form_submit_button(t("wizard.save"), icon=":material/bookmark_add:")
    if is_asked:
        with boundary(t):
            st.session_state[f"{_SAVED}:{file.name}"] = save(ctx, name, file)
            st.rerun()


def _undo(ctx: PageContext, batches: list[str]) -> None:
    with boundary(ctx.t):
        undo(ctx, batches)
        urls.write({"section": ["import"]})
