"""How long deals stay in each stage, the slowest marked."""

import streamlit as st

from analytics.stage_times import stage_times
from ui import deal_loaders as load
from ui import rows
from ui.context import PageContext
from ui.deal_columns import named
from ui.deal_frames import stage_name, stages_of
from ui.deal_stamp import stamp_of
from ui.deal_time_frames import stages_shown
from ui.deal_view import ALL, DealView
from ui.formats import plain


def part(ctx: PageContext, view: DealView) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("pipeline.stays"), anchor=False, help=t("pipeline.stays_help"))
    if view.pipeline == ALL:
        st.info(t("pipeline.choose_one"), icon=":material/filter_alt:")
        return
    key = (ctx.settings, ctx.version, ctx.scope)
    stages = stages_of(view, load.stages(*key))
    stays = load.stays(*key, view.cut).rename(columns={"stays": "spells"})
    table = stage_times(stays, stages)
    if not table["spells"].sum():
        st.info(t("pipeline.no_stays"), icon=":material/inbox:")
        return
    slow = table[table["is_slowest"]]
    if len(slow):
        row = slow.iloc[0]
        stage = plain(stage_name(ctx, row["stage"]))
        st.markdown(t("pipeline.slowest_is", stage=stage, days=f.count(row["median_days"])))
    else:
        st.markdown(t("pipeline.no_slowest"))
    rows.table(ctx, stages_shown(ctx, table), key="stage_times", named=("deal_stage",), digits=0)
    st.caption(t("pipeline.stays_note", n=f.count(int(table["left_out"].sum()))))
    stamp = stamp_of(ctx, view, t("pipeline.stays"))
    rows.download(ctx, named(table.drop(columns=["stage_no"])), name="stage_times", stamp=stamp)
