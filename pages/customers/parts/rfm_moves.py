"""How customers moved between the RFM segments of two days."""

from datetime import date
from functools import partial

import streamlit as st

from pages.customers.parts.table_export import table_export
from ui import rows, urls
from ui import segment_figures as figs
from ui import segment_map_loaders as load
from ui import segment_matrices as matrices
from ui.context import PageContext
from ui.segment_filter import segment_words


def moves_part(ctx: PageContext, among: str) -> None:
    """Draw the matrix of moves between two month ends, and who moved."""
    st.subheader(ctx.t("rfm.moves"), anchor=False, help=ctx.t("rfm.moves_help"))
    days = load.history_days(ctx.settings, ctx.version)
    names = tuple(day.isoformat() for day in days)
    with st.container(horizontal=True):
        before, after = (
            _day(ctx, "moved_from", names[-4:-3] + names), _day(ctx, "moved_to", names[::-1])
        )  # fmt: skip
    moves = load.rfm_moves(
        ctx.settings, ctx.version, ctx.scope, among, names.index(before), names.index(after)
    )
    if before >= after:
        st.info(ctx.t("rfm.same_day"))
        return
    named = figs.named_moves(ctx, moves)
    if named.empty:
        st.info(ctx.t("rfm.no_moves"))
        return
    matrices.draw(
        ctx,
        matrices.rfm_moves(ctx, moves, names.index(before), names.index(after)),
        key="rfm_moves",
        titles=(ctx.t("rfm.from"), ctx.t("rfm.to")),
        alt=ctx.t("rfm.moves_alt"),
        among=among,
    )
    stayed = named["from_segment"] == named["to_segment"]
    moved = named[~stayed].reset_index(drop=True)
    f = ctx.formats
    st.caption(
        ctx.t(
            "rfm.moves_sum",
            stayed=f.count(int(named["customers"][stayed].sum())),
            moved=f.count(int(moved["customers"].sum())),
        )
    )
    rows.table(ctx, moved, key="rfm_moves_table")
    between = f"{_written(ctx, before)} – {_written(ctx, after)}"
    table_export(ctx, named, name="rfm_moves", subject=between, filters=segment_words(ctx))


def _day(ctx: PageContext, name: str, options: tuple[str, ...]) -> str:
    chosen = urls.choice(name, options)
    st.selectbox(
        ctx.t(f"rfm.{name}"),
        tuple(sorted(set(options))),
        format_func=partial(_written, ctx),
        key=name,
        on_change=urls.write_choice,
        args=(name,),
        width=220,
    )
    return chosen


def _written(ctx: PageContext, day: str) -> str:
    return ctx.formats.day(date.fromisoformat(day))
