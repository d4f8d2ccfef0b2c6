"""The view 'trend' of the Satisfaction page: months, and which of them are more than noise."""

import streamlit as st

from charts.satisfaction import TrendLabels, score_trend
from ui import rows
from ui import survey_frames as frames
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.survey_figures import written
from ui.survey_view import SurveyView, behind


def part(ctx: PageContext, view: SurveyView, scale: int) -> None:
    """Draw the view."""
    t = ctx.t
    found = frames.months(ctx, view, scale)
    with st.container(border=True):
        st.subheader(t("survey.trend_title"), anchor=False, help=t("survey.trend_help"))
        if found.periods.empty:
            st.info(t("survey.none"), icon=":material/inbox:")
            return
        figure = score_trend(
            frames.trend_rows(ctx, view, found, scale),
            labels=TrendLabels(*(t(f"survey.trend_{one}") for one in
                                 ("limits", "noise", "change", "cannot_tell", "unfinished"))),
            write=lambda value: written(ctx, view.kind, value),
            mode=ctx.theme,
        )  # fmt: skip
        draw(spec_of(figure), alt=t("survey.trend_alt"), key="survey_trend")
        st.caption(frames.trend_note(ctx, found))
        table = frames.trend_table(ctx, found)
        with st.expander(t("survey.as_table"), icon=":material/table:"):
            rows.table(ctx, table.iloc[::-1], key="survey_trend_table", digits=3,
                       named=("answer_verdict",))  # fmt: skip
            filters = behind(ctx, view).filters
            stamp = rows.stamp_of(ctx, subject=t("survey.trend_title"), period="", filters=filters)
            rows.download(ctx, table, name=f"{view.kind}_by_month", stamp=stamp)
