"""How far deals created in the period came: chart, table, and the deals behind each part."""

from functools import partial

import streamlit as st

from analytics.funnel import Funnel, funnel
from charts.pipeline import FATES, FunnelLabels, funnel_bars
from ui import deal_loaders as load
from ui import rows
from ui.choices import segmented
from ui.context import PageContext
from ui.deal_drawer import DEALS
from ui.deal_figures import request
from ui.deal_frames import (
    MEASURES,
    STEPS,
    funnel_points,
    funnel_shown,
    funnel_table,
    stage_name,
    stages_of,
)
from ui.deal_stamp import stamp_of
from ui.deal_view import ALL, DealView
from ui.figures import clicked_row, draw, spec_of

_CHART, _STAGE, _FATE = "funnel", "funnel_stage", "funnel_fate"
_ENTERED = "entered"


def part(ctx: PageContext, view: DealView) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    if view.pipeline == ALL:
        st.info(t("pipeline.choose_one"), icon=":material/filter_alt:")
        return
    key = (ctx.settings, ctx.version, ctx.scope)
    stages = stages_of(view, load.stages(*key))
    groups = load.visits(*key, view.cut, view.start, view.end)
    period = f.period(view.start, view.end)
    if groups.empty or not stages["outcome"].isna().any():
        reason = "no_created" if groups.empty else "no_open_stage"
        st.info(t(f"pipeline.{reason}", period=period), icon=":material/inbox:")
        return
    found = funnel(groups, stages)
    with st.container(border=True):
        st.subheader(t("pipeline.funnel"), anchor=False, help=t("pipeline.funnel_help"))
        st.caption(t("pipeline.funnel_note", n=f.count(found.deals), period=period))
        if found.lacks_history:
            n = f.count(found.stages["skipped"].iloc[0])
            st.warning(t("pipeline.no_history", n=n), icon=":material/warning:")
        with st.container(horizontal=True, gap="small"):
            measure = segmented(ctx, "measure", MEASURES, "pipeline.measure")
            step = segmented(ctx, "step", STEPS, "pipeline.step")
        draw(
            spec_of(
                funnel_bars(
                    funnel_points(ctx, found, measure, step),
                    labels=FunnelLabels(
                        [t(f"pipeline.fate_{fate}") for fate in FATES],
                        t(f"pipeline.axis_{measure}"),
                    ),
                    write=f.count if measure == "count" else f.money_compact,
                    mode=ctx.theme,
                )
            ),
            alt=t("pipeline.funnel_alt"), key=_CHART, on_click=partial(_clicked, ctx, view, found),
        )  # fmt: skip
        shown = funnel_shown(ctx, found, measure)
        money = [str(name) for name in shown if str(name).endswith("_value")]
        rows.table(ctx, shown, key="funnel_table", named=("deal_stage",), money=money)
        st.caption(t("pipeline.funnel_rules"))
        if found.unvalued and measure == "value":
            st.caption(t("pipeline.funnel_unvalued", n=f.count(found.unvalued)))
        _pick(ctx, view, found)
        stamp = stamp_of(ctx, view, t("pipeline.funnel"), period)
        rows.download(ctx, funnel_table(found), name="funnel", stamp=stamp)


def _pick(ctx: PageContext, view: DealView, found: Funnel) -> None:
    """Choose a part without pointing at it: on a telephone, or by keyboard."""
    names = found.stages["stage"].tolist()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        row = st.selectbox(
            ctx.t("column.deal_stage"), range(len(names)), key=_STAGE, width=210, filter_mode=None,
            format_func=lambda one: stage_name(ctx, names[one]),
        )  # fmt: skip
        fate = st.selectbox(
            ctx.t("pipeline.fate"), (_ENTERED, *FATES), key=_FATE, width=210, filter_mode=None,
            format_func=lambda one: ctx.t(f"pipeline.fate_{one}"),
        )  # fmt: skip
        st.button(
            ctx.t("pipeline.show_deals"), key="funnel_show", icon=":material/table_rows:",
            on_click=_ask, args=(ctx, view, found, row, fate),
        )  # fmt: skip


def _clicked(ctx: PageContext, view: DealView, found: Funnel) -> None:
    row = clicked_row(_CHART)
    if row is not None:
        _ask(ctx, view, found, row // len(FATES), FATES[row % len(FATES)])


def _ask(ctx: PageContext, view: DealView, found: Funnel, row: int, fate: str) -> None:
    numbers = tuple(int(number) for number in found.stages["stage_no"])
    later = numbers[row + 1 :]
    pick = load.DealPick(
        view.cut,
        outcomes={"lost": ("lost",), "open": (None,)}.get(fate, ("won",) if fate == "advanced"
                                                          and not later else ()),
        created=(view.start, view.end),
        reached=later if fate == "advanced" else numbers[row:] if row else (),
        short_of=later if fate in ("lost", "open") else (),
    )  # fmt: skip
    stage = stage_name(ctx, found.stages["stage"].iloc[row])
    subject = ctx.t("pipeline.stage_fate", stage=stage, fate=ctx.t(f"pipeline.fate_{fate}"))
    DEALS.ask(request(ctx, view, subject, ctx.formats.period(view.start, view.end), pick))
