"""The saved comparison that is open: then, now, and what came; rename, delete."""

import streamlit as st

from ui import rows
from ui import saved_comparison_frames as frames
from ui import saved_comparisons as act
from ui.context import PageContext
from ui.errors import guarded
from ui.forecast_loaders import Answer
from ui.forecast_view import ForecastView
from ui.formats import plain
from ui.saved_comparison_answers import against
from ui.saved_comparisons import SavedComparison


def part(ctx: PageContext, one: SavedComparison) -> None:
    """Draw the comparison, made again."""
    t = ctx.t
    with st.container(border=True):
        st.markdown(f"**{plain(one.name)}**")
        if one.note:
            st.markdown(plain(one.note))
        with st.spinner(t("forecast.working")):
            found = act.made_again(ctx, one)
        view = None if found is None else found[0]
        st.caption("  \n".join(plain(line) for line in frames.about(ctx, one, view)))
        if found is None:
            st.info(t("comparison.no_series"), icon=":material/inbox:")
        else:
            _beside(ctx, one, *found)
        _buttons(ctx, one)


def _beside(ctx: PageContext, one: SavedComparison, view: ForecastView, answer: Answer) -> None:
    compared = against(view, answer, one)
    st.markdown(plain(frames.headline(ctx, view, one, compared)))
    rows.table(ctx, frames.shown(ctx, view, answer, one, compared), key="comparison_beside")
    stamp = rows.stamp_of(
        ctx, subject=one.name, period=ctx.formats.period(view.start, view.end),
        filters=frames.filters(ctx, one, view),
    )  # fmt: skip
    rows.download(
        ctx, frames.exported(one, compared), name="forecast_comparison", stamp=stamp
    )  # fmt: skip


def _buttons(ctx: PageContext, one: SavedComparison) -> None:
    t = ctx.t
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            t("comparison.show"), key="comparison_show", icon=":material/open_in_full:",
            on_click=guarded(t, act.show_above), args=(ctx, one), help=t("comparison.show_help"),
        )  # fmt: skip
        st.button(
            t("comparison.close"), key="comparison_close", icon=":material/close:",
            type="tertiary", on_click=act.close,
        )  # fmt: skip
        if not act.may_change(ctx, one):
            st.caption(t("comparison.of_another"))
            return
        with st.popover(t("comparison.rename"), icon=":material/edit:", type="tertiary"):
            guarded(t, _rename)(ctx, one)
        with st.popover(t("comparison.delete"), icon=":material/delete:", type="tertiary"):
            st.markdown(t("comparison.delete_ask"))
            st.button(
                t("comparison.delete_yes"), key="comparison_delete", type="primary",
                on_click=guarded(t, act.delete), args=(ctx, one.comparison_id),
            )  # fmt: skip


def _rename(ctx: PageContext, one: SavedComparison) -> None:
    t, key = ctx.t, f"comparison_{one.comparison_id}"
    with st.form(key, border=False):
        name = st.text_input(
            t("comparison.name"), one.name, max_chars=act.MAX_NAME, key=f"{key}_name"
        )
        note = st.text_area(
            t("comparison.note"), one.note, max_chars=act.MAX_NOTE, height=80, key=f"{key}_note"
        )
        is_sent = st.form_submit_button(t("comparison.rename_yes"), type="primary")
    if is_sent:
        act.rename(ctx, one.comparison_id, name=name, note=note)
        st.rerun()
