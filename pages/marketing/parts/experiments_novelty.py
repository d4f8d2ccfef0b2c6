"""Whether an effect wears off: purchases week by week after assignment."""

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
    t, f = ctx.t, ctx.formats
    st.subheader(t("experiments.novelty"), anchor=False, help=t("experiments.novelty_help"))
    told, found = over_time.by_week(ctx, seen)
    if found is None or found.effects.empty:
        st.info(t("experiments.no_weeks"), icon=":material/hourglass_empty:")
        return
    if told is not seen:
        st.caption(t("experiments.novelty_orders"))
    for line in over_time.courses(ctx, seen, found):
        st.markdown(line)
    figure = effects_over_time(
        over_time.week_points(ctx, told, found), write=frames.axis_gap(ctx, told),
        ticks=over_time.week_ticks(ctx, found), mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("experiments.novelty_alt"), key="experiment_novelty")
    st.caption(t("experiments.followed", n=f.count(found.followed)))
    table = over_time.weeks_shown(ctx, told, found)
    rows.table(ctx, table, key="experiment_weeks_table")
    export(ctx, seen, table, "experiment_weeks")
