"""What contracts end of: the share ended by each reason, by age."""

import streamlit as st

from charts.survival import AgeLabels, step_curves
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.survival_frames import reason_points, reasons_table
from ui.survival_stamp import stamp_of
from ui.survival_view import Lasted, SurvivalView


def part(ctx: PageContext, found: Lasted, view: SurvivalView) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("survival.reasons"), anchor=False, help=t("survival.reasons_help"))
    ages = sorted({int(age) for age in found.lifetimes.at_risk["age_months"]})
    figure = step_curves(
        reason_points(ctx, found),
        labels=AgeLabels(t("survival.axis_age"), t("survival.axis_ended")),
        write=f.share_short,
        ages=ages,
        has_legend=True,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("survival.reasons_alt"), key="survival_reasons")
    st.caption(t("survival.reasons_note"))
    table = reasons_table(ctx, found)
    with st.expander(t("churn.as_table"), icon=":material/table:"):
        shown = rows.with_shares(ctx, table, "ended_share", "low", "high")
        rows.table(ctx, shown, key="survival_reasons_table", digits=0)
        stamp = stamp_of(ctx, found, view, t("survival.reasons"))
        rows.download(ctx, table, name="contract_end_reasons", stamp=stamp)
