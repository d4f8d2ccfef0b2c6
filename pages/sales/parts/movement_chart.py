"""The waterfall from one day to the other, and its steps as a table."""

from functools import partial

import pandas as pd
import streamlit as st

from analytics.pipeline_movement import PipelineMovement
from charts.pipeline import waterfall
from ui import rows, urls
from ui.choices import segmented
from ui.context import PageContext
from ui.deal_stamp import stamp_of
from ui.deal_view import DealView
from ui.figures import clicked_row, draw, spec_of
from ui.movement_answers import Span
from ui.movement_frames import MEASURES, steps_table, waterfall_rows

STEP = "step"
_CHART = "waterfall"


def part(ctx: PageContext, view: DealView, span: Span, found: PipelineMovement) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("movement.waterfall"), anchor=False, help=t("movement.waterfall_help"))
    measure = segmented(ctx, "measure", MEASURES, "movement.measure")
    table = waterfall_rows(ctx, found, measure)
    figure = waterfall(
        table, value=t(f"pipeline.axis_{measure}"),
        write=f.money_compact if measure == "value" else f.count, mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("movement.waterfall_alt"), key=_CHART,
         on_click=partial(_clicked, table))  # fmt: skip
    st.caption(t("movement.rules"))
    shown = steps_table(ctx, found)
    rows.table(ctx, shown, key="movement_steps", money=("value_effect",),
               widths={"movement_step": 150})  # fmt: skip
    unvalued = found.opening.unvalued + found.closing.unvalued
    if unvalued:
        opening, closing = found.opening.unvalued, found.closing.unvalued
        st.caption(t("movement.unvalued", opening=f.count(opening), closing=f.count(closing)))
    period = t("movement.days", opening=f.day(span.opening), closing=f.day(span.closing))
    stamp = stamp_of(ctx, view, t("movement.waterfall"), period)
    rows.download(ctx, shown, name="pipeline_movement", stamp=stamp)


def _clicked(table: pd.DataFrame) -> None:
    row = clicked_row(_CHART)
    if row is not None:
        urls.write({STEP: [str(table["step"].iloc[row])]}, clears=("page",))
