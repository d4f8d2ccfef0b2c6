"""The view 'groups' of the Satisfaction page: who stands out, small groups drawn toward all."""

import streamlit as st

from charts.satisfaction import group_intervals
from ui import rows
from ui import survey_frames as frames
from ui.choices import selected
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.survey_view import GROUPS, SurveyView, behind
from ui.team_rates_view import LEAST_OTHERS

_MOST_GROUPS = 30


def part(ctx: PageContext, view: SurveyView, scale: int) -> None:
    """Draw the view."""
    t = ctx.t
    selected(ctx, "by", GROUPS, "survey.by")
    with st.container(border=True):
        st.subheader(t("survey.groups_title"), anchor=False, help=t("survey.groups_help"))
        found = frames.groups(ctx, view, scale)
        if frames.hides_names(ctx, view):
            st.caption(t("survey.colleagues", n=ctx.formats.count(LEAST_OTHERS)))
        if found.groups.empty:
            st.info(t("survey.none"), icon=":material/inbox:")
            return
        flags = found.groups.loc[found.groups["standing"] == "below", "group"]
        if len(flags):
            named = t("filter.joiner").join(frames.member(ctx, view, one) for one in flags)
            st.warning(t("survey.below", names=named), icon=":material/flag:")
        shown = frames.group_rows(ctx, view, found)
        figure = group_intervals(
            frames.outermost(shown, _MOST_GROUPS),
            mean=found.mean, write=lambda value: ctx.formats.number(value, 2), mode=ctx.theme,
        )  # fmt: skip
        draw(spec_of(figure), alt=t("survey.groups_alt"), key="survey_groups")
        st.caption(t("survey.groups_note" if found.spread > 0 else "survey.no_spread"))
        table = frames.group_table(ctx, view, found)
        rows.table(ctx, table, key="survey_groups_table", named=("answer_standing",))
        about = behind(ctx, view)
        stamp = rows.stamp_of(
            ctx, subject=t("survey.groups_title"), period=about.period, filters=about.filters
        )
        rows.download(ctx, table, name=f"{view.kind}_by_group", stamp=stamp)
