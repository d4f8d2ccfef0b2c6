"""Suggested repairs with their evidence, one click each; below them those accepted, to undo."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from crm_data.commands.repairs import Suggestion
from crm_data.repairs import TARGETS, Repair
from crm_data.trial import try_repairs
from ui import rows
from ui.context import PageContext
from ui.downloads import Choice, offer
from ui.errors import boundary
from ui.export import csv_bytes, file_name
from ui.formats import plain
from ui.import_mapping import mapped_field
from ui.import_outcome import headlines
from ui.job_bar import dismiss_button, ended_job, running_part
from ui.repair_actions import ACCEPT, UNDO, accept, stored, suggested, undo

_SHOWN = 20


def repairs_part(ctx: PageContext) -> None:
    """Draw the section."""
    t = ctx.t
    st.caption(t("repairs.note"))
    is_running = running_part(ctx)
    _outcome(ctx)
    if not ctx.version:
        st.info(t("repairs.no_version"), icon=":material/inbox:")
        return
    found = suggested(ctx)
    if not found:
        st.info(t("repairs.none"), icon=":material/check_circle:")
    else:
        _suggestions(ctx, found, is_running=is_running)
    _accepted(ctx, is_running=is_running)


def _outcome(ctx: PageContext) -> None:
    job = ended_job(ctx, ACCEPT, UNDO)
    if job is None:
        return
    if job.result is not None:
        what = ctx.t("filter.separator").join(_to(ctx, one) for one in job.result.repairs)
        said = "repairs.done" if job.kind == ACCEPT else "repairs.undone"
        st.success(ctx.t(said, what=what, version=job.result.version), icon=":material/check:")
    dismiss_button(ctx, job)


def _suggestions(ctx: PageContext, found: list[Suggestion], *, is_running: bool) -> None:
    t = ctx.t
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(t("repairs.suggested", n=ctx.formats.count(len(found))), anchor=False)
        if len(found) > 1:
            st.button(
                t("repairs.accept_all", n=ctx.formats.count(len(found))),
                key="repairs_all",
                icon=":material/done_all:",
                disabled=is_running,
                on_click=_accept,
                args=(ctx, found),
            )
        is_tried = st.button(
            t("repairs.try"), key="repairs_try", icon=":material/difference:", disabled=is_running
        )
        _export(ctx, pd.DataFrame([asdict(one) for one in found]), "suggested_repairs")
    if is_tried:
        with st.spinner(t("progress.working")):
            tried = try_repairs(ctx.settings, [one.correction for one in found])
        headlines(ctx, dict(tried.before), dict(tried.after))
    for one in found[:_SHOWN]:
        _card(ctx, one, is_running=is_running)
    if len(found) > _SHOWN:
        st.caption(t("repairs.more", n=ctx.formats.count(len(found) - _SHOWN)))


def _card(ctx: PageContext, one: Suggestion, *, is_running: bool) -> None:
    t, is_reference = ctx.t, (one.table, one.field) in TARGETS
    with st.container(border=True):
        said, button = st.columns([5, 1], vertical_alignment="center")
        with said:
            st.caption(_place(ctx, one))
            st.markdown(f"**{_to(ctx, one)}**")
            counts = {
                "value": plain(one.value),
                "target": plain(one.target),
                "n": ctx.formats.count(one.rows),
                "target_rows": ctx.formats.count(one.target_rows),
            }
            worth = ""
            if one.worth is not None:
                amount = ctx.formats.money_compact(one.worth)
                worth = " " + t(f"repairs.worth.{one.table}", amount=plain(amount))
            st.markdown(t("repairs.rows", **counts) + worth)
            effect = "repairs.effect_reference" if is_reference else "repairs.effect_word"
            st.caption(t(effect, target=plain(one.target)))
            similarity = t("repairs.similarity", share=ctx.formats.share(one.similarity, 0))
            known = t("repairs.known" if one.is_known else "repairs.commoner")
            st.caption(f"{t(f'repairs.kind.{one.kind}')} · {similarity} · {known}")
        button.button(
            t("repairs.accept"),
            key=f"accept-{one.suggestion_id}",
            type="primary",
            icon=":material/check:",
            disabled=is_running,
            on_click=_accept,
            args=(ctx, [one]),
            width="stretch",
        )


def _accepted(ctx: PageContext, *, is_running: bool) -> None:
    t, found = ctx.t, stored(ctx)
    st.subheader(t("repairs.accepted"), anchor=False)
    if not found:
        st.caption(t("repairs.accepted_none"))
        return
    for one in [repair for repair in found if repair.undone_at is None][:_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{_place(ctx, one)} · **{_to(ctx, one)}**", width="stretch")
            st.button(
                t("repairs.undo"),
                key=f"undo-{one.repair_id}",
                icon=":material/undo:",
                disabled=is_running,
                on_click=_undo,
                args=(ctx, one),
            )
    frame = pd.DataFrame(
        {
            "field": [_place(ctx, one) for one in found],
            "value": [one.value for one in found],
            "target": [one.target for one in found],
            "rows": [one.rows for one in found],
            "accepted_by": [one.accepted_by for one in found],
            "accepted_at": pd.Series([one.accepted_at for one in found], dtype="datetime64[us]"),
            "undone_by": [one.undone_by for one in found],
            "undone_at": pd.Series([one.undone_at for one in found], dtype="datetime64[us]"),
        }
    )
    rows.table(ctx, frame, key="repairs_table", named=())
    _export(ctx, frame, "accepted_repairs")


def _export(ctx: PageContext, frame: pd.DataFrame, name: str) -> None:
    stamp = rows.stamp_of(ctx, subject=ctx.t("repairs.export"), period="", filters="")
    choice = Choice(
        key=name,
        label=ctx.t("export.csv"),
        icon=":material/download:",
        file_name=file_name(name, ctx.today, ctx.version, "csv"),
        mime="text/csv",
        write=lambda made: csv_bytes(made, stamp),
    )
    offer(ctx, [choice], what=name, load=lambda: frame, stamp=stamp)


def _place(ctx: PageContext, one: Suggestion | Repair) -> str:
    key = f"table.{one.table}"
    table = ctx.t(key) if key in ctx.t else one.table
    return ctx.t("repairs.field", table=table, field=mapped_field(ctx, one.field))


def _to(ctx: PageContext, one: Suggestion | Repair) -> str:
    return ctx.t("repairs.to", value=plain(one.value), target=plain(one.target))


def _accept(ctx: PageContext, chosen: list[Suggestion]) -> None:
    with boundary(ctx.t):
        accept(ctx, chosen)


def _undo(ctx: PageContext, repair: Repair) -> None:
    with boundary(ctx.t):
        undo(ctx, repair)
