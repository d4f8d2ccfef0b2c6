"""The other clock: of those who started together, how many were lost by which age?"""

from datetime import date

import streamlit as st

from analytics.churn_rates import average_losses, cohort_losses
from charts.retention import CurveLabels, curves
from ui import churn_loaders as load
from ui import rows
from ui.attribute_filters import described
from ui.churn_view import Seen, View
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.frames import records

_MOST_AGES = 36


def part(ctx: PageContext, found: Seen, view: View) -> None:
    """Draw the average over cohorts, and a table of every cohort."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("churn.cohorts"), anchor=False, help=t("churn.cohorts_help"))
    cohorts = load.contract_cohorts(ctx.settings, ctx.version, ctx.scope, view.where, view.among)
    # Of those that began before ends were recorded, nobody knows who had left by then.
    seen = cohorts[cohorts["cohort_on"].dt.date >= (found.known_from or date.max)]
    losses = cohort_losses(seen, found.last_day)
    if losses["age"].nunique() < 2:
        st.info(t("churn.cohorts_young"), icon=":material/hourglass_empty:")
        return
    average = average_losses(losses[losses["age"] <= _MOST_AGES])
    points = average.rename(columns={"lost_share": "value"}).assign(series=t("churn.all_cohorts"))
    hovers = [
        t(
            "churn.cohort_hover",
            age=row["age"],
            value=f.share(row["value"]),
            low=f.share(row["low"]),
            high=f.share(row["high"]),
            n=f.count(row["started"]),
            cohorts=f.count(row["cohorts"]),
        )
        for row in records(points)
    ]
    figure = curves(
        points.assign(hover=hovers),
        labels=CurveLabels(t("churn.axis_age"), t("churn.axis_lost")),
        write=f.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("churn.cohorts_alt"), key="churn_cohorts")
    notes = [t("churn.cohorts_note")]
    if found.known_from is not None and found.is_cut:
        notes.append(t("churn.cohorts_from", month=f.month(found.known_from)))
    st.caption(" ".join(notes))
    with st.expander(t("churn.as_table"), icon=":material/table:"):
        rows.table(ctx, losses, key="churn_cohort_table", digits=3)
        stamp = rows.stamp_of(
            ctx,
            subject=t("churn.cohorts"),
            period=f.period(losses["cohort_on"].min().date(), found.last_day),
            filters=described(ctx, view.where, view.among),
        )
        rows.download(ctx, losses, name="churn_cohorts", stamp=stamp)
