"""The view 'topics' of the Comments page: what is spoken of, how, and is it more than before?"""

import json
from typing import Any

import pandas as pd
import streamlit as st

from charts.satisfaction import group_intervals
from ui import comment_frames as frames
from ui import comment_loaders as load
from ui import rows, urls
from ui.comment_view import CommentView, behind
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.formats import is_missing, plain
from ui.frames import records

_QUOTES = 4


def part(ctx: PageContext, view: CommentView) -> None:
    """Draw the view: all topics, then quotes of one."""
    t = ctx.t
    with st.container(border=True):
        st.subheader(t("comments.topics_title"), anchor=False, help=t("comments.topics_help"))
        if view.topics.empty:
            st.info(t("comments.no_topics"), icon=":material/hourglass_empty:")
            return
        scale = _scale(ctx, view)
        found = frames.topics(ctx, view, scale)
        if not found["n"].sum():
            st.info(t("comments.none"), icon=":material/inbox:")
            return
        _bars(ctx, found)
        shown = frames.topic_words(ctx, scale, found)
        rows.table(
            ctx, shown, key="comments_topics", named=("topic_change",), lines=("topic_months",)
        )
        st.caption(t("comments.topics_note"))
        about = behind(ctx, view)
        stamp = rows.stamp_of(
            ctx, subject=t("comments.topics_title"), period=about.period, filters=about.filters
        )
        rows.download(ctx, frames.topic_file(found), name="comment_topics", stamp=stamp)
    with st.container(border=True):
        _quotes(ctx, view, found)


def _scale(ctx: PageContext, view: CommentView) -> str:
    scored = load.scored(ctx.settings, ctx.version, ctx.scope, view.of_all_topics)
    offered = frames.scales(scored)
    if not offered:
        return ""
    chosen = urls.choice("scale", offered)

    def named(one: str) -> str:
        kind, _, top = one.partition("-")
        return ctx.t("comments.scale_of", kind=ctx.t(f"code.survey_kind.{kind}"), top=top)

    st.selectbox(
        ctx.t("comments.scale"), offered, format_func=named, key="scale", width=230,
        on_change=urls.write_choice, args=("scale",), filter_mode=None,
    )  # fmt: skip
    return chosen


def _bars(ctx: PageContext, found: pd.DataFrame) -> None:
    shown, mean = frames.topic_bars(ctx, found)
    if shown.empty:
        st.info(ctx.t("comments.not_judged"), icon=":material/hourglass_empty:")
        return
    st.markdown(f"**{ctx.t('comments.negative_by_topic')}**")
    figure = group_intervals(shown, mean=mean, write=ctx.formats.share_short, mode=ctx.theme)
    draw(spec_of(figure), alt=ctx.t("comments.topics_alt"), key="comments_topics_chart")


def _quotes(ctx: PageContext, view: CommentView, found: pd.DataFrame) -> None:
    t, f = ctx.t, ctx.formats
    chosen = view.cut.topic if view.cut.topic is not None else int(found["topic_no"].iloc[0])
    topic: dict[str, Any] = next(row for row in records(found) if row["topic_no"] == chosen)
    st.subheader(plain(topic["name"]), anchor=False, help=t("comments.quotes_help"))
    again = (
        "" if is_missing(topic["again"]) else t("comments.again", share=f.share(topic["again"], 0))
    )
    st.caption(
        plain(" · ".join(part for part in (" · ".join(json.loads(topic["terms"])), again) if part))
    )
    cut = load.CommentCut(
        view.start, view.end, view.cut.where, view.cut.among, chosen, view.cut.words
    )
    quotes = load.quotes(ctx.settings, ctx.version, ctx.scope, cut, _QUOTES)
    if quotes.empty:
        st.caption(t("comments.no_quotes"))
    for row in records(quotes):
        said = [f.day(row["written_on"]), t(f"code.sentiment.{row['sentiment']}")]
        st.markdown(f"> {plain(row['comment'])}  \n> :gray[:small[{plain(' · '.join(said))}]]")
