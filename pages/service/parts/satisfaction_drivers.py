"""The view 'drivers' of the Satisfaction page: what goes together with the score."""

import streamlit as st

from charts.satisfaction import MapLabels, driver_map
from ui import rows
from ui import survey_frames as frames
from ui import survey_loaders as load
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.survey_view import SurveyView, behind


def part(ctx: PageContext, view: SurveyView, scale: int) -> None:
    """Draw the view."""
    del scale
    t, f = ctx.t, ctx.formats
    with st.container(border=True):
        st.subheader(t("survey.drivers_title"), anchor=False, help=t("survey.drivers_help"))
        found = load.drivers(ctx.settings, ctx.version, ctx.scope, view.of(view.kind))
        if found is None:
            st.info(t("survey.drivers_none"), icon=":material/hourglass_empty:")
            return
        st.warning(t("survey.associations"), icon=":material/link:")
        figure = driver_map(
            frames.driver_rows(ctx, found),
            labels=MapLabels(t("survey.performance"), t("survey.importance")),
            write=f.share_short,
            mode=ctx.theme,
        )
        draw(spec_of(figure), alt=t("survey.drivers_alt"), key="survey_drivers")
        sides = {"low": f.share(found.explained_low), "high": f.share(found.explained_high)}
        st.caption(t("survey.explained", share=f.share(found.explained), **sides,
                     n=f.count(found.n), left=f.count(found.left_out)))  # fmt: skip
        table = frames.driver_table(found)
        shown = rows.with_shares(
            ctx,
            table,
            "driver_share",
            "answer_share_low",
            "answer_share_high",
            "driver_performance",
        )
        rows.table(ctx, shown, key="survey_drivers_table", named=("driver", "driver_quadrant"))
        about = behind(ctx, view)
        stamp = rows.stamp_of(
            ctx, subject=t("survey.drivers_title"), period=about.period, filters=about.filters
        )
        rows.download(ctx, table, name=f"{view.kind}_drivers", stamp=stamp)
