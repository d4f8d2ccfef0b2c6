"""The view 'later' of the Satisfaction page: what promoters and detractors did next."""

import streamlit as st

from ui import rows
from ui import survey_frames as frames
from ui import survey_loaders as load
from ui.choices import selected
from ui.context import PageContext
from ui.survey_view import SurveyView, behind

_DAYS = ("90", "30", "60", "180")


def part(ctx: PageContext, view: SurveyView, scale: int) -> None:
    """Draw the view: all answers whose days are over, whatever the period."""
    t, f = ctx.t, ctx.formats
    days = int(selected(ctx, "days", _DAYS, "survey.days"))
    last = load.orders_until(ctx.settings, ctx.version)
    with st.container(border=True):
        st.subheader(t("survey.later_title", days=f.count(days)), anchor=False,
                     help=t("survey.later_help"))  # fmt: skip
        if last is None:
            st.info(t("survey.no_orders"), icon=":material/inbox:")
            return
        found = load.later(
            ctx.settings, ctx.version, ctx.scope, view.of_all_times, view.kind, scale, days, last
        )
        if found.classes.empty:
            st.info(t("survey.later_none"), icon=":material/hourglass_empty:")
            return
        table = frames.later_table(view, found)
        shown = rows.with_shares(
            ctx, table, "bought_again", "answer_share_low", "answer_share_high"
        )
        rows.table(ctx, shown, key="survey_later", named=("answer_class",))
        st.markdown(frames.later_words(ctx, found))
        st.caption(t("survey.later_note", young=f.count(found.too_young), day=f.day(last)))
        about = behind(ctx, view)
        stamp = rows.stamp_of(
            ctx, subject=t("survey.later_title", days=f.count(days)), period="",
            filters=about.filters,
        )  # fmt: skip
        rows.download(ctx, table, name=f"{view.kind}_later", stamp=stamp)
