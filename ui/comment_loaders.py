"""Cached reads about comments; the rules of ``ui.loaders`` hold here too."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from analytics.text_prepare import unlike
from crm_data.calendar import Unit
from crm_data.queries import comments, detractors
from crm_data.queries.comments import CommentCut
from crm_data.queries.model_cards import comment_terms
from crm_data.queries.surveys import AnswerCut
from crm_data.queries.tasks import change_stamp
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from ui.comment_words import masked_column, with_call_day, writers
from ui.loaders import TTL, reading

__all__ = ["AnswerCut", "CommentCut"]
_READ = 40  # comments that quotes are chosen from


@dataclass(frozen=True)
class ToCall:
    """Detractors to list: of a cut, without those answers."""

    cut: AnswerCut
    without: tuple[str, ...] = ()


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def known_days(settings: Settings, version: str) -> tuple[date | None, date | None]:
    """Return the first and last day with a comment: a fact of the data, nobody's."""
    with reading(settings, version) as conn:
        return comments.comment_days(conn, scope=EVERYTHING)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def options(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return what comments can be filtered by: ``COMMENT_OPTIONS``."""
    with reading(settings, version) as conn:
        return comments.comment_options(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def topics(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return the topics: ``TOPICS``."""
    with reading(settings, version) as conn:
        return comments.topics_of_comments(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def terms(settings: Settings, version: str, scope: AccessScope) -> dict[str, Any] | None:
    """Return how well comments are judged; None before anything was."""
    with reading(settings, version) as conn:
        return comment_terms(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def counts(
    settings: Settings, version: str, scope: AccessScope, cut: CommentCut, unit: Unit | None
) -> pd.DataFrame:
    """Return comments counted: ``COMMENT_COUNTS``."""
    with reading(settings, version) as conn:
        return comments.comment_counts(conn, cut, scope=scope, unit=unit)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def scored(settings: Settings, version: str, scope: AccessScope, cut: CommentCut) -> pd.DataFrame:
    """Return the scores that comments came with: ``COMMENT_SCORED``."""
    with reading(settings, version) as conn:
        return comments.comment_scored(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def quotes(
    settings: Settings, version: str, scope: AccessScope, cut: CommentCut, most: int
) -> pd.DataFrame:
    """Return comments that are most about the topic of the cut, masked, unlike each other."""
    with reading(settings, version) as conn:
        found = comments.comments(conn, cut, scope=scope, limit=_READ, by_fit=True)
        known = comments.names_of(conn, writers(found), scope=scope)
    shown = found.assign(comment=masked_column(found, known))
    return shown.iloc[unlike(shown["comment"].tolist(), most)].reset_index(drop=True)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def total(
    settings: Settings, version: str, scope: AccessScope, cut: CommentCut | ToCall
) -> int:  # fmt: skip
    """Return how many comments, or detractors, there are."""
    with reading(settings, version) as conn:
        if isinstance(cut, ToCall):
            return detractors.detractors_count(conn, cut.cut, scope=scope, without=cut.without)
        return comments.comments_count(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def page(
    settings: Settings, version: str, scope: AccessScope, cut: CommentCut | ToCall, limit: int,
    offset: int,
) -> pd.DataFrame:  # fmt: skip
    """Return one page of comments or detractors, personal data masked."""
    return _read(settings, version, scope, cut, limit, offset)


def some(
    settings: Settings, version: str, scope: AccessScope, cut: CommentCut | ToCall, limit: int,
    offset: int,
) -> pd.DataFrame:  # fmt: skip
    """Return one page as a table."""
    return shown(page(settings, version, scope, cut, limit, offset))


def everyone(
    settings: Settings, version: str, scope: AccessScope, cut: CommentCut | ToCall, *, limit: int
) -> pd.DataFrame:
    """Return all of them for an export, personal data masked; not cached."""
    return shown(_read(settings, version, scope, cut, limit, 0))


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def detractor_days(
    settings: Settings, version: str, scope: AccessScope, cut: AnswerCut
) -> pd.DataFrame:
    """Return detractors by day: ``DETRACTOR_DAYS``."""
    with reading(settings, version) as conn:
        return detractors.detractor_days(conn, cut, scope=scope)


def callbacks(settings: Settings, version: str, scope: AccessScope, cut: AnswerCut) -> pd.DataFrame:
    """Return tasks to call detractors back: ``CALLBACKS`` with ``called_on``, ``is_reached``."""
    return _callbacks(settings, version, scope, cut, change_stamp(settings))


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def _callbacks(
    settings: Settings, version: str, scope: AccessScope, cut: AnswerCut, stamp: int
) -> pd.DataFrame:
    del stamp  # changes with every write
    with reading(settings, version) as conn:
        found = detractors.callbacks(settings, conn, cut, scope=scope)
    return with_call_day(found, settings.timezone)


_SHOWN = {
    "written_on": "written_on", "customer_id": "customer_id", "origin": "comment_origin",
    "channel": "channel", "kind": "survey_kind", "score": "answer_score", "scale": "answer_scale",
    "sentiment": "sentiment", "comment": "answer_comment",
}  # fmt: skip
_CALLED = {
    "answered_on": "answered_on", "customer_id": "customer_id", "kind": "survey_kind",
    "score": "answer_score", "scale": "answer_scale", "comment": "answer_comment",
}  # fmt: skip


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """Return comments, or detractors, with the columns of tables and files."""
    names = _SHOWN if "written_on" in found else _CALLED
    return found[list(names)].rename(columns=names)


def _read(
    settings: Settings, version: str, scope: AccessScope, cut: CommentCut | ToCall, limit: int,
    offset: int,
) -> pd.DataFrame:  # fmt: skip
    with reading(settings, version) as conn:
        if isinstance(cut, ToCall):
            found = detractors.detractors(
                conn, cut.cut, scope=scope, limit=limit, offset=offset, without=cut.without
            )
        else:
            found = comments.comments(conn, cut, scope=scope, limit=limit, offset=offset)
        known = comments.names_of(conn, writers(found), scope=scope)
    return found.assign(comment=masked_column(found, known))
