"""Win rate by age of the deals created in a quarter: each line ends where it is not known yet."""

import pandas as pd
import streamlit as st

from analytics.deal_cohorts import Unit, deal_cohorts
from charts.pipeline import cohort_lines
from ui import deal_loaders as load
from ui import rows
from ui.choices import segmented
from ui.context import PageContext
from ui.deal_columns import named
from ui.deal_stamp import stamp_of
from ui.deal_time_frames import cohort_points, ticks_of
from ui.deal_view import DealView
from ui.figures import draw, spec_of

UNITS = ("quarter", "month")


def part(ctx: PageContext, view: DealView) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("pipeline.cohorts"), anchor=False, help=t("pipeline.cohorts_help"))
    unit = segmented(ctx, "cohort", UNITS, "pipeline.cohort")
    chosen: Unit = "month" if unit == "month" else "quarter"
    key = (ctx.settings, ctx.version, ctx.scope)
    counts = load.cohorts(*key, view.cut, view.as_of, chosen)
    found = deal_cohorts(counts, pd.Timestamp(view.as_of), unit=chosen)
    points = cohort_points(ctx, found, unit)
    if points.empty:
        st.info(t("pipeline.no_cohorts"), icon=":material/inbox:")
        return
    figure = cohort_lines(
        points, age=t("pipeline.axis_age"), share=t("pipeline.axis_won"),
        write=lambda value: f.share(value, 0), ages=ticks_of(float(points["age"].max())),
        mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("pipeline.cohorts_alt"), key="deal_cohorts")
    st.caption(t("pipeline.cohorts_note"))
    with st.expander(t("churn.as_table"), icon=":material/table:"):
        table = named(found.tidy().rename(columns={"age": "age_days"}))
        rows.table(ctx, table, key="deal_cohorts_table", digits=3)
        stamp = stamp_of(ctx, view, t("pipeline.cohorts"))
        rows.download(ctx, table, name="deal_cohorts", stamp=stamp)
