"""What the page Comments is asked to show, read from the address."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from analytics.text_prepare import search_terms
from crm_data.queries.customer_search import storable
from ui import comment_loaders as load
from ui import urls
from ui.attribute_filters import attribute_filters, described
from ui.comment_drawer import COMMENTS
from ui.context import PageContext
from ui.defined_tile import Behind
from ui.filters import MISSING
from ui.formats import plain
from ui.sales_periods import LEAD_PERIODS, lead_period
from ui.segment_filter import segment_picker

FILTERS = (
    "sentiment", "origin", "language", "region", "channel", "ticket_category", "product_category",
    "survey_kind",
)  # fmt: skip
_OF_ANSWERS = ("region", "channel", "ticket_category")  # what answers without a comment have, too
_TOPIC, _WORDS, _EVERY = "topic", "q", ""
MOST_LETTERS = 100


@dataclass(frozen=True)
class CommentView:
    """The choices of the page.

    Attributes
    ----------
    cut : CommentCut
        Comments written in the period, with filters, topic and words.
    first, last : date
        Days with any comment.
    topics : DataFrame
        ``TOPICS``.
    asked : str
        Words that are looked for, as typed.
    """

    cut: load.CommentCut
    start: date
    end: date
    first: date
    last: date
    topics: pd.DataFrame
    asked: str

    @property
    def of_all_topics(self) -> load.CommentCut:
        """Return the comments chosen, whatever they are about."""
        return replace(self.cut, topic=None)

    @property
    def of_all_times(self) -> load.CommentCut:
        """Return the comments chosen, whenever they were written."""
        return replace(self.cut, start=None, end=None)

    @property
    def answers(self) -> load.AnswerCut:
        """Return the answers of the period, with the filters that answers have."""
        where = tuple((name, kept) for name, kept in self.cut.where if name in _OF_ANSWERS)
        where += tuple(("kind", kept) for name, kept in self.cut.where if name == "survey_kind")
        return load.AnswerCut(self.start, self.end, where, self.cut.among)

    @property
    def narrows_comments_only(self) -> bool:
        """Return whether something is chosen that answers without a comment do not have."""
        held = {name for name, _ in self.cut.where} - {*_OF_ANSWERS, "survey_kind"}
        return bool(held or self.cut.words or self.cut.topic is not None)


def comment_view(ctx: PageContext, options: pd.DataFrame) -> CommentView:
    """Draw the choices above the page and return what is chosen; there is a comment."""
    first, last = load.known_days(ctx.settings, ctx.version)
    last = last or ctx.today
    first = first or last
    topics = load.topics(ctx.settings, ctx.version, ctx.scope)
    offered = _offered(options)
    query = urls.query()
    where = tuple(
        (name, tuple(None if v == MISSING else v for v in kept))
        for name, found in offered.items()
        if (kept := [v for v in found if v in set(query.get(name, ()))])
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        period = urls.choice("period", LEAD_PERIODS)
        st.selectbox(
            ctx.t("filter.period"), LEAD_PERIODS, format_func=lambda one: ctx.t(f"period.{one}"),
            key="period", on_change=urls.write_choice, args=("period",), width=230,
            filter_mode=None,
        )  # fmt: skip
        asked = _words(ctx)
        topic = _topic(ctx, topics)
        if offered:
            attribute_filters(ctx, where, offered, names=FILTERS)
        among = segment_picker(ctx)
    start, end = lead_period(period, first, last + timedelta(days=1))
    end = max(start, end)
    cut = load.CommentCut(start, end, where, among, topic, tuple(search_terms(asked)))
    return CommentView(cut, start, end, first, last, topics, asked)


def behind(ctx: PageContext, view: CommentView) -> Behind:
    """Return what every figure rests on."""
    period = ctx.formats.period(view.start, view.end) if view.end > view.start else ""
    words = [described(ctx, view.cut.where, view.cut.among)]
    if view.cut.topic is not None:
        words.append(ctx.t("comments.of_topic", name=topic_name(view, view.cut.topic)))
    if view.asked:
        words.append(ctx.t("comments.with_words", words=view.asked))
    told = ctx.t("filter.joiner").join(word for word in words if word)
    return Behind(period, told, view.last, view.last, COMMENTS, "comments.show")


def topic_name(view: CommentView, topic_no: object) -> str:
    """Return what a topic is called; empty where there is none."""
    found = view.topics.loc[view.topics["topic_no"] == topic_no, "name"]
    return str(found.iloc[0]) if len(found) else ""


def _words(ctx: PageContext) -> str:
    asked = storable((urls.query().get(_WORDS) or [""])[-1])[:MOST_LETTERS].strip()
    st.session_state[_WORDS] = asked
    st.text_input(
        ctx.t("comments.search"), key=_WORDS, max_chars=MOST_LETTERS, width=230,
        placeholder=ctx.t("comments.search_hint"), icon=":material/search:",
        help=ctx.t("comments.search_help"), on_change=_write_words,
    )  # fmt: skip
    return asked


def _write_words() -> None:
    asked = str(st.session_state[_WORDS]).strip()
    urls.write({_WORDS: [asked]} if asked else {}, clears=(_WORDS, "page"))


def _topic(ctx: PageContext, topics: pd.DataFrame) -> int | None:
    if topics.empty:
        return None
    names = {str(n): str(name) for n, name in zip(topics["topic_no"], topics["name"], strict=True)}
    chosen = urls.choice(_TOPIC, (_EVERY, *names))
    st.selectbox(
        ctx.t("comments.topic"), (_EVERY, *names), format_func=partial(_named, ctx, names),
        key=_TOPIC, on_change=urls.write_choice, args=(_TOPIC,), width=230,
    )  # fmt: skip
    return int(chosen) if chosen else None


def _named(ctx: PageContext, names: dict[str, str], option: str) -> str:
    return plain(names[option]) if option else ctx.t("comments.every_topic")


def _offered(options: pd.DataFrame) -> dict[str, list[str]]:
    values = {
        str(field): [MISSING if v is None or v != v else str(v) for v in part["value"]]
        for field, part in options.groupby("field")
    }
    return {
        name: sorted(v for v in values[name] if v != MISSING)
        + [MISSING] * (MISSING in values[name])
        for name in FILTERS
        if len(values.get(name, ())) > 1
    }
