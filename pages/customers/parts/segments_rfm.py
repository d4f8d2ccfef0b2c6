"""The view 'rfm' of the Segments page: the map, the segments, and how customers moved."""

from functools import partial

import pandas as pd
import streamlit as st

from analytics.rfm_rules import RfmRules, rules_from
from pages.customers.parts.group_list import (
    group_list,
    nobody_scored,
    pick_group,
)
from pages.customers.parts.rfm_moves import moves_part
from pages.customers.parts.rfm_rules_form import cut_points, rules_part
from pages.customers.parts.rfm_stages import against_stages
from pages.customers.parts.table_export import table_export
from ui import loaders, rows, urls
from ui import segment_figures as figs
from ui import segment_map_loaders as load
from ui import segment_matrices as matrices
from ui.context import PageContext
from ui.rule_actions import stored
from ui.scored_drawer import SCORED
from ui.segment_filter import segment_picker, segment_words

_FIELD, _TABLE = "rfm_segment", "rfm_table"


def render(ctx: PageContext) -> None:
    """Draw the view."""
    if not ctx.version or loaders.horizon(ctx.settings, ctx.version) is None:
        st.info(ctx.t("scores.no_orders"), icon=":material/inbox:")
        return
    among = segment_picker(ctx)
    key = (ctx.settings, ctx.version, ctx.scope, among)
    cells = load.rfm_map(*key)
    if cells.empty:
        nobody_scored(ctx, among)
        return
    card = loaders.card(*key[:3], "rfm")
    rules = rules_from(card["rules"] if card else stored(ctx, "rfm"))
    table = figs.segment_table(cells, load.rfm_medians(*key))
    _map(ctx, cells, rules, among)
    cut_points(ctx, card)
    _segments(ctx, table)
    against_stages(ctx, among)
    st.subheader(ctx.t("groups.title"), anchor=False)
    group_list(ctx, among, _FIELD, tuple(table["rfm_segment"]))
    moves_part(ctx, among)
    with st.expander(ctx.t("rfm.rules"), icon=":material/tune:"):
        rules_part(ctx, stored(ctx, "rfm"))
    SCORED.show_asked(ctx)


def _map(ctx: PageContext, cells: pd.DataFrame, rules: RfmRules, among: str) -> None:
    st.subheader(ctx.t("rfm.map"), anchor=False, help=ctx.t("rfm.map_help"))
    measure = urls.choice("measure", matrices.MEASURES)
    st.segmented_control(
        ctx.t("rfm.measure"),
        matrices.MEASURES,
        format_func=lambda name: ctx.t(f"column.{name}"),
        key="measure",
        required=True,
        on_change=urls.write_choice,
        args=("measure",),
        label_visibility="collapsed",
    )
    matrices.draw(
        ctx,
        matrices.rfm_map(ctx, cells, rules, measure),
        key="rfm_map",
        titles=(ctx.t("rfm.axis_fm"), ctx.t("rfm.axis_r")),
        alt=ctx.t("rfm.map_alt"),
        among=among,
        row_height=60,
    )


def _segments(ctx: PageContext, table: pd.DataFrame) -> None:
    st.subheader(ctx.t("rfm.segments"), anchor=False, help=ctx.t("rfm.segments_help"))
    groups = table["rfm_segment"].tolist()
    shown = rows.with_shares(ctx, table, "share", "revenue_share")
    rows.table(
        ctx, shown, key=_TABLE, named=(_FIELD,), digits=1, selection_mode="single-row",
        on_select=partial(pick_group, _TABLE, _FIELD, groups),
    )  # fmt: skip
    st.caption(ctx.t("rfm.pick_hint"))
    table_export(
        ctx, table, name="rfm_segments", subject=ctx.t("rfm.segments"), filters=segment_words(ctx)
    )
