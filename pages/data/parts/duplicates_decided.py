"""What was decided: by whom and when, to be applied, and to be taken back."""

import streamlit as st

from ui import duplicate_actions as act
from ui.context import PageContext
from ui.duplicate_frames import decided_of
from ui.duplicate_view import DuplicateView
from ui.errors import guarded
from ui.progress import progress_bar
from ui.rows import table


def part(ctx: PageContext, view: DuplicateView) -> None:
    """Draw what waits to be applied, and the decisions."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("duplicates.decided"), anchor=False)
    if view.waiting:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(t("duplicates.waiting", n=f.count(view.waiting)), icon=":material/schedule:")
            if ctx.scope.is_everything and st.button(
                t("duplicates.apply"), key="duplicates_apply", type="primary"
            ):
                guarded(t, _apply)(ctx)
    last = act.last()
    if last:
        st.button(
            t("duplicates.undo_last", n=f.count(len(last))), key="duplicates_undo_last",
            icon=":material/undo:", on_click=guarded(t, act.undo), args=(ctx, last),
        )  # fmt: skip
    if not len(view.decisions):
        st.caption(t("duplicates.none_decided"))
        return
    chosen = table(
        ctx, decided_of(ctx, view.decisions), key="duplicates_decisions",
        on_select="rerun", selection_mode="multi-row",
    )  # fmt: skip
    picked = [str(view.decisions["decision_id"].iloc[place]) for place in chosen.selection.rows]
    st.button(
        t("duplicates.undo", n=f.count(len(picked))), key="duplicates_undo", disabled=not picked,
        icon=":material/undo:", on_click=guarded(t, act.undo), args=(ctx, picked),
    )  # fmt: skip


def _apply(ctx: PageContext) -> None:
    with progress_bar(ctx) as report:
        act.apply(ctx, report)
    st.rerun()
