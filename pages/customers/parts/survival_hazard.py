"""At which age contracts end: ends per month of all that still run then."""

import streamlit as st

from charts.survival import AgeLabels, rates_by_age
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.survival_frames import hazard_points, hazard_table
from ui.survival_stamp import stamp_of
from ui.survival_view import Lasted, SurvivalView


def part(ctx: PageContext, found: Lasted, view: SurvivalView) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("survival.hazard"), anchor=False, help=t("survival.hazard_help"))
    points = hazard_points(ctx, found)
    figure = rates_by_age(
        points,
        labels=AgeLabels(t("survival.axis_age"), t("survival.axis_hazard")),
        write=f.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("survival.hazard_alt"), key="survival_hazard")
    st.caption(t("survival.hazard_note"))
    with st.expander(t("churn.as_table"), icon=":material/table:"):
        table = hazard_table(found)
        rows.table(ctx, table, key="survival_hazard_table", digits=4)
        stamp = stamp_of(ctx, found, view, t("survival.hazard"))
        rows.download(ctx, table, name="contract_hazard", stamp=stamp)
