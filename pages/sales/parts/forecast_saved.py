"""Saved comparisons of scenarios: saving the one above, and the list of all."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from forecasting.scenarios import Scenario
from pages.sales.parts import forecast_saved_one
from ui import rows
from ui import saved_comparison_frames as frames
from ui import saved_comparisons as act
from ui.context import PageContext
from ui.errors import guarded
from ui.filters import SEGMENT
from ui.forecast_view import ForecastView
from ui.saved_comparison_answers import draft_of

_SAVES = "_comparisons_saved"  # how many: under another key the form is empty, and closed


def save_button(
    ctx: PageContext, view: ForecastView, found: Sequence[Scenario], table: pd.DataFrame
) -> None:
    """Draw the button that opens the form; without a scenario there is nothing to save."""
    t = ctx.t
    hint = None if found else t("comparison.save_needs")  # open, it would lie over the form
    with st.popover(
        t("comparison.save"), icon=":material/bookmark_add:", disabled=not found, help=hint,
        key=f"comparison_save_{st.session_state.get(_SAVES, 0)}",
    ):  # fmt: skip
        guarded(t, _form)(ctx, view, found, table)


def part(ctx: PageContext) -> None:
    """Draw the list, a way back after one was deleted, and the one that is open."""
    t = ctx.t
    st.subheader(t("comparison.title"), anchor=False, help=t("comparison.title_help"))
    if act.deleted():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(t("comparison.deleted"))
            st.button(
                t("comparison.undo_delete"), key="comparison_undo_delete", icon=":material/undo:",
                on_click=guarded(t, act.undo_delete), args=(ctx,),
            )  # fmt: skip
    found = act.saved(ctx)
    if not found:
        st.info(t("comparison.none"), icon=":material/bookmark:")
        return
    ids = [one.comparison_id for one in found]
    asked = act.asked()
    # Under another key for each: a row that was ticked before is not ticked any more.
    chosen = rows.table(
        ctx, frames.listed(ctx, found), key=f"comparisons_{asked}", on_select="rerun",
        selection_mode="single-row", widths={"comparison_name": 150},
        selection_default={"selection": {"rows": [ids.index(asked)]}} if asked in ids else None,
    )  # fmt: skip
    picked = chosen.selection.rows if chosen is not None else []
    if picked and picked[0] < len(ids) and ids[picked[0]] != asked:
        act.open_one(ids[picked[0]])
        st.rerun()
    if asked in ids:
        guarded(t, forecast_saved_one.part)(ctx, found[ids.index(asked)])
    else:
        st.caption(t("comparison.gone" if asked else "comparison.open_hint"))


def _form(
    ctx: PageContext, view: ForecastView, found: Sequence[Scenario], table: pd.DataFrame
) -> None:
    t, number = ctx.t, st.session_state.get(_SAVES, 0)
    with st.form("comparison", border=False):
        st.caption(t("comparison.save_help"))
        name = st.text_input(
            t("comparison.name"), max_chars=act.MAX_NAME, key=f"comparison_name_{number}"
        )
        note = st.text_area(
            t("comparison.note"), max_chars=act.MAX_NOTE, height=80,
            key=f"comparison_note_{number}", placeholder=t("comparison.note_placeholder"),
        )  # fmt: skip
        is_replacing = st.checkbox(
            t("comparison.replace"), key=f"comparison_replace_{number}",
            help=t("comparison.replace_help"),
        )  # fmt: skip
        is_sent = st.form_submit_button(t("comparison.save_yes"), type="primary")
    if is_sent:
        segment = st.query_params.get(SEGMENT, "")
        draft = draft_of(view, found, table, segment=segment, version=ctx.version)
        act.save(ctx, draft, name=name, note=note, is_replacing=is_replacing)
        st.session_state[_SAVES] = number + 1
        st.toast(t("comparison.was_saved"), icon=":material/check:")
        st.rerun()
