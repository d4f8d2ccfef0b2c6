"""The view 'trend' of the Comments page: months, and which of them are more than noise."""

import streamlit as st

from charts.satisfaction import TrendLabels, score_trend
from ui import comment_frames as frames
from ui import rows
from ui.comment_view import CommentView, behind
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.survey_frames import trend_note


def part(ctx: PageContext, view: CommentView) -> None:
    """Draw the view: all months, whatever the period."""
    t = ctx.t
    found = frames.months(ctx, view)
    with st.container(border=True):
        st.subheader(t("comments.trend_title"), anchor=False, help=t("comments.trend_help"))
        if found.periods.empty:
            st.info(t("comments.not_judged"), icon=":material/hourglass_empty:")
            return
        figure = score_trend(
            frames.trend_rows(ctx, found),
            labels=TrendLabels(*(t(f"survey.trend_{one}") for one in
                                 ("limits", "noise", "change", "cannot_tell", "unfinished"))),
            write=ctx.formats.share_short,
            mode=ctx.theme,
        )  # fmt: skip
        draw(spec_of(figure), alt=t("comments.trend_alt"), key="comments_trend")
        st.caption(trend_note(ctx, found))
        table = frames.trend_table(found)
        shares = ("negative_share", "negative_low", "negative_high", "limit_lower", "limit_upper")
        with st.expander(t("survey.as_table"), icon=":material/table:"):
            shown = rows.with_shares(ctx, table.iloc[::-1], *shares)
            rows.table(ctx, shown, key="comments_trend_table", named=("answer_verdict",))
            stamp = rows.stamp_of(
                ctx, subject=t("comments.trend_title"), period="",
                filters=behind(ctx, view).filters,
            )  # fmt: skip
            rows.download(ctx, table, name="comments_by_month", stamp=stamp)
