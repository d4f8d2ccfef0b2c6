"""Effects after each day of assignment, in intervals that hold for who looks every day."""

import streamlit as st

from charts.experiments import effects_over_time
from pages.marketing.parts.experiments_analyse import export
from ui import experiment_frames as frames
from ui import experiment_time as over_time
from ui import rows
from ui.context import PageContext
from ui.experiment_view import Experiment
from ui.figures import draw, spec_of


def part(ctx: PageContext, seen: Experiment) -> None:
    """Draw the part."""
    t = ctx.t
    st.subheader(t("experiments.daily"), anchor=False, help=t("experiments.daily_help"))
    looks = over_time.daily(ctx, seen)
    if looks.empty or not looks["low"].notna().any():
        st.info(t("experiments.too_few_looks"), icon=":material/hourglass_empty:")
        return
    last = looks.groupby("arm", sort=False).tail(1)
    for line in over_time.decided(ctx, seen, last):
        st.markdown(line)
    if looks["look"].nunique() > 1:
        figure = effects_over_time(
            over_time.daily_points(ctx, seen, looks), write=frames.axis_gap(ctx, seen),
            mode=ctx.theme,
        )  # fmt: skip
        draw(spec_of(figure), alt=t("experiments.daily_alt"), key="experiment_daily")
    else:
        st.caption(t("experiments.one_look"))
    st.caption(t("experiments.daily_note"))
    table = over_time.daily_shown(ctx, seen, looks)
    with st.expander(t("leads.as_table"), icon=":material/table:"):
        rows.table(ctx, table.iloc[::-1], key="experiment_daily_table")
        export(ctx, seen, table, "experiment_daily")
