"""The view 'list' of the Comments page: what was written, the latest first, with who wrote it."""

from functools import partial
from typing import Any

import streamlit as st

from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import comment_loaders as load
from ui import navigation, rows
from ui.comment_view import CommentView, behind, topic_name
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.formats import is_missing, plain
from ui.frames import records

_SIZE = 20
_COLOURS = {"positive": "green", "negative": "red", "declined": "gray"}


def part(ctx: PageContext, view: CommentView) -> None:
    """Draw the view."""
    t = ctx.t
    key = (ctx.settings, ctx.version, ctx.scope, view.cut)
    total = load.total(*key)
    st.subheader(t("comments.list_title"), anchor=False, help=t("comments.list_help"))
    if not total:
        st.info(t("comments.none"), icon=":material/inbox:")
        return
    page = page_of(one(PAGE), total, _SIZE)
    for row in records(load.page(*key, _SIZE, (page - 1) * _SIZE)):
        _row(ctx, view, row)
    pager(ctx, page=page, size=_SIZE, total=total, key="comments_list")
    about = behind(ctx, view)
    stamp = rows.stamp_of(
        ctx, subject=t("comments.list_title"), period=about.period, filters=about.filters
    )
    everyone = partial(load.everyone, *key, limit=rows.EXPORT_ROWS)
    rows.download(ctx, everyone, name="comments", stamp=stamp)
    st.caption(t("comments.masked"))


def _row(ctx: PageContext, view: CommentView, row: dict[str, Any]) -> None:
    t, f = ctx.t, ctx.formats
    with st.container(border=True, gap="xxsmall"):
        colour = _COLOURS[row["sentiment"]]
        words = t(f"code.sentiment.{row['sentiment']}")
        if row["sentiment"] != "declined":
            sure = max(row["positive"], 1 - row["positive"])
            words = t("comments.sure", sentiment=words, share=f.share(sure, 0))
        st.markdown(f"{plain(row['comment'])}  \n:{colour}-badge[{plain(words)}]")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if not is_missing(row["customer_id"]):
                navigation.link(
                    "customer", plain(row["customer_id"]), icon=":material/person:",
                    customer=str(row["customer_id"]),
                )  # fmt: skip
            said = [f.day(row["written_on"]), t(f"code.origin.{row['origin']}")]
            if not is_missing(row["channel"]):
                said.append(value_label(ctx, "channel", row["channel"]))
            if not is_missing(row["score"]):
                said.append(score_words(ctx, row))
            topic = topic_name(view, row["main_topic"])
            st.caption(plain(" · ".join([*said, *([topic] if topic else [])])))


def score_words(ctx: PageContext, row: dict[str, Any]) -> str:
    """Return a score with its scale."""
    f = ctx.formats
    kind = ctx.t(f"code.survey_kind.{row['kind']}")
    score, scale = f.count(row["score"]), f.count(row["scale"])
    return ctx.t("comments.score", kind=kind, score=score, scale=scale)
