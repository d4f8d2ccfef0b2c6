"""Batches and versions as tables, with what can be done to them."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from crm_data.batches import Batch
from ui import actions, rows
from ui.context import PageContext
from ui.downloads import Choice, offer
from ui.errors import boundary
from ui.export import csv_bytes, file_name
from ui.formats import plain
from ui.import_mapping import table_name
from ui.progress import progress_bar
from ui.translations import value_name

_CONFIRM = "_confirm"


def batches_part(ctx: PageContext) -> None:
    """Draw the ledger of imports; a chosen batch can be undone."""
    t = ctx.t
    history = actions.history(ctx)
    found = [one.batch for one in history]
    if not found:
        st.info(t("imports.batches_none"), icon=":material/inbox:")
        return
    st.caption(t("imports.batches_note"))
    frame = pd.DataFrame(
        {
            "received_at": [_local(ctx, b.received_at) for b in found],
            "source": [value_name(t, "batch_source", b.source) for b in found],
            "table": [table_name(ctx, b.table) for b in found],
            "rows": [b.rows for b in found],
            "rejected": [b.rejected for b in found],
            "imported_by": [one.by for one in history],
            "preset": [b.preset for b in found],
            "state": [t("state.undone" if b.undone_at else "state.counts") for b in found],
            "undone_by": [one.undone_by for one in history],
            "batch_id": [b.batch_id for b in found],
        }
    )
    chosen = _pick(ctx, frame, "batches_table")
    if chosen is None:
        return
    batch = found[chosen]
    with st.container(horizontal=True):
        if batch.undone_at is None:
            st.button(
                t("imports.undo"),
                key="undo",
                icon=":material/undo:",
                on_click=_ask,
                args=(("undo", batch.batch_id),),
            )
        _rejects(ctx, batch)
    question = t(
        "imports.confirm_undo",
        batch=batch.batch_id,
        source=plain(value_name(t, "batch_source", batch.source)),
        rows=ctx.formats.count(batch.rows),
    )
    if _confirmed(ctx, ("undo", batch.batch_id), question):
        with boundary(t):
            with progress_bar(ctx) as report:
                version = actions.undo(ctx, batch.batch_id, report)
            st.success(t("imports.undone", batch=batch.batch_id, version=version))


def versions_part(ctx: PageContext) -> None:
    """Draw the kept versions; a chosen one can be published again."""
    t = ctx.t
    found = actions.versions(ctx)
    if not found and not actions.batches(ctx):
        st.info(t("imports.versions_none"), icon=":material/inbox:")
        return
    st.caption(t("imports.versions_note"))
    if found:
        frame = pd.DataFrame(
            {
                "version": [v.version for v in found],
                "built_at": [_local(ctx, v.built_at) for v in found],
                "state": [t("state.published" if v.is_current else "state.kept") for v in found],
                "orders": [int(v.row_counts.get("orders", 0)) for v in found],
                "customers": [int(v.row_counts.get("customers", 0)) for v in found],
                "seconds": [float(v.seconds) for v in found],
            }
        )
        chosen = _pick(ctx, frame, "versions_table")
        if chosen is not None and not found[chosen].is_current:
            _offer_rollback(ctx, found[chosen].version)
    st.button(
        t("imports.rebuild"),
        key="rebuild",
        icon=":material/refresh:",
        on_click=_ask,
        args=(("rebuild", ""),),
    )
    if _confirmed(ctx, ("rebuild", ""), t("imports.confirm_rebuild")):
        with boundary(t):
            with progress_bar(ctx) as report:
                version = actions.rebuild(ctx, report)
            st.success(t("progress.done", version=version))


def _offer_rollback(ctx: PageContext, version: str) -> None:
    st.button(
        ctx.t("imports.rollback"),
        key="rollback",
        icon=":material/history:",
        on_click=_ask,
        args=(("rollback", version),),
    )
    question = ctx.t("imports.confirm_rollback", version=version)
    if _confirmed(ctx, ("rollback", version), question):
        with boundary(ctx.t):
            actions.rollback(ctx, version)
            st.success(ctx.t("imports.rolled_back", version=version))


def _rejects(ctx: PageContext, batch: Batch) -> None:
    if not batch.rejected:
        st.caption(ctx.t("imports.rejects_none"))
        return
    stamp = rows.stamp_of(ctx, subject=batch.source, period="", filters=batch.batch_id)
    choice = Choice(
        key="rejects",
        label=ctx.t("imports.rejects", n=ctx.formats.count(batch.rejected)),
        icon=":material/download:",
        file_name=file_name(f"rejected_{batch.table}", ctx.today, batch.batch_id, "csv"),
        mime="text/csv",
        write=partial(csv_bytes, stamp=None),
        help=ctx.t("wizard.refused_help"),
    )
    load = partial(actions.refused_in_source, ctx, batch.batch_id)
    offer(ctx, [choice], what=f"rejected_{batch.table}", load=load, stamp=stamp)


def _pick(ctx: PageContext, frame: pd.DataFrame, key: str) -> int | None:
    event: Any = rows.table(
        ctx, frame, key=key, named=(), on_select="rerun", selection_mode="single-row"
    )
    picked = event.selection.rows if event is not None else []
    return int(picked[0]) if picked and picked[0] < len(frame) else None


def _ask(what: tuple[str, str]) -> None:
    st.session_state[_CONFIRM] = what


def _confirmed(ctx: PageContext, what: tuple[str, str], question: str) -> bool:
    """Ask once more before something that everyone sees; True in the run that says yes."""
    if st.session_state.get(_CONFIRM) != what:
        return False
    with st.container(border=True):
        st.markdown(question)
        with st.container(horizontal=True):
            yes = st.button(ctx.t("imports.confirm"), key="confirm_yes", type="primary")
            no = st.button(ctx.t("imports.cancel"), key="confirm_no")
    if yes or no:
        st.session_state.pop(_CONFIRM, None)
    if no:
        st.rerun()
    return bool(yes)


def _local(ctx: PageContext, value: Any) -> pd.Timestamp:
    """Return an instant of the ledger (UTC) as wall time in the company's time zone."""
    instant = pd.Timestamp(value)
    aware = instant if instant.tzinfo else instant.tz_localize("UTC")
    return aware.tz_convert(ctx.settings.timezone).tz_localize(None)
