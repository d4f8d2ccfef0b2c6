"""Cached reads about answers to surveys; the rules of ``ui.loaders`` hold here too."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from analytics.satisfaction_behaviour import LaterBehaviour, did_later
from analytics.satisfaction_drivers import Drivers, drivers_of
from analytics.satisfaction_groups import DRIVERS, with_drivers
from analytics.satisfaction_scales import Kind
from crm_data.calendar import Unit
from crm_data.errors import BadInputError
from crm_data.queries import surveys
from crm_data.queries.comments import names_of
from crm_data.queries.surveys import AnswerCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.comment_words import masked_column, writers
from ui.loaders import TTL, facts, reading
from ui.survey_losses import MOST_ANSWERS, Left, left_after

__all__ = ["AnswerCut"]


def known_days(settings: Settings, version: str) -> tuple[date | None, date | None]:
    """Return the first and last day with news of answers: a fact of the data, nobody's."""
    return _days(settings, version, "survey_responses")


def orders_until(settings: Settings, version: str) -> date | None:
    """Return the last day with orders."""
    return _days(settings, version, "orders")[1]


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def options(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return what answers can be filtered by: ``ANSWER_OPTIONS``."""
    with reading(settings, version) as conn:
        return surveys.answer_options(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def counts(
    settings: Settings, version: str, scope: AccessScope, cut: AnswerCut, unit: Unit | None, by: str
) -> pd.DataFrame:
    """Return answers by score: ``SURVEY_COUNTS``."""
    with reading(settings, version) as conn:
        return surveys.survey_counts(conn, cut, scope=scope, unit=unit, by=by)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def asked(settings: Settings, version: str, scope: AccessScope, cut: AnswerCut) -> pd.DataFrame:
    """Return who was asked: ``SURVEY_ASKED``."""
    with reading(settings, version) as conn:
        return surveys.survey_asked(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def margins(settings: Settings, version: str, scope: AccessScope, cut: AnswerCut) -> pd.DataFrame:
    """Return answers by what they are weighted by: ``SURVEY_MARGINS``."""
    with reading(settings, version) as conn:
        return surveys.survey_margins(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def base(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return all customers by the same: ``CUSTOMER_BASE``."""
    with reading(settings, version) as conn:
        return surveys.customer_base(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def later(
    settings: Settings, version: str, scope: AccessScope, cut: AnswerCut, kind: Kind, scale: int,
    days: int, last_on: date,
) -> LaterBehaviour:  # fmt: skip
    """Return who bought again within ``days``, of the newest answers whose days are over."""
    with reading(settings, version) as conn:
        given = surveys.answers(conn, cut, scope=scope, limit=MOST_ANSWERS)
        first = given["answered_on"].min()
        of_given = replace(cut, start=None if pd.isna(first) else first.date())
        orders = surveys.later_orders(conn, of_given, scope=scope)
    return did_later(
        given, orders, days=days, last_on=pd.Timestamp(last_on), kind=kind, scale=scale
    )


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def left_later(
    settings: Settings, version: str, scope: AccessScope, cut: AnswerCut, kind: Kind, scale: int,
    days: int, stored: Mapping[str, Any] | None,
) -> Left | None:  # fmt: skip
    """Return who left within ``days`` after the answer; None where no loss can be known."""
    with reading(settings, version) as conn:
        return left_after(conn, cut, scope=scope, kind=kind, scale=scale, days=days, stored=stored)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def drivers(settings: Settings, version: str, scope: AccessScope, cut: AnswerCut) -> Drivers | None:
    """Return what goes together with the score, of the newest answers; None with too few."""
    with reading(settings, version) as conn:
        given = surveys.answers(conn, cut, scope=scope, limit=MOST_ANSWERS)
    try:
        return drivers_of(
            with_drivers(given), "score", DRIVERS, less_is_better=DRIVERS, resamples=100
        )
    except BadInputError:
        return None


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def total(settings: Settings, version: str, scope: AccessScope, cut: AnswerCut) -> int:
    """Return how many answers are behind a number."""
    with reading(settings, version) as conn:
        return surveys.answers_count(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def some(
    settings: Settings, version: str, scope: AccessScope, cut: AnswerCut, limit: int, offset: int
) -> pd.DataFrame:
    """Return one page of the answers behind a number, personal data in comments masked."""
    with reading(settings, version) as conn:
        found = surveys.answers(conn, cut, scope=scope, limit=limit, offset=offset)
        known = names_of(conn, writers(found), scope=scope)
    return shown_answers(found.assign(comment=masked_column(found, known)), scope)


def everyone(
    settings: Settings, version: str, scope: AccessScope, cut: AnswerCut, *, limit: int
) -> pd.DataFrame:
    """Return the answers behind a number for an export; not cached."""
    with reading(settings, version) as conn:
        found = surveys.answers(conn, cut, scope=scope, limit=limit)
        known = names_of(conn, writers(found), scope=scope)
    return shown_answers(found.assign(comment=masked_column(found, known)), scope)


_SHOWN = {
    "answered_on": "answered_on", "customer_id": "customer_id", "kind": "survey_kind",
    "score": "answer_score", "scale": "answer_scale", "step": "answer_step",
    "agent_id": "agent_id", "comment": "answer_comment",
}  # fmt: skip


def shown_answers(found: pd.DataFrame, scope: AccessScope) -> pd.DataFrame:
    """Return answers, masked before, under the names of pages, for whom they may be shown to."""
    frame = found[list(_SHOWN)].rename(columns=_SHOWN)
    if scope.owner_ids is not None:  # colleagues are not named beside a score
        frame["agent_id"] = frame["agent_id"].where(frame["agent_id"].isin(scope.owner_ids))
    return frame


def _days(settings: Settings, version: str, table: str) -> tuple[date | None, date | None]:
    found = facts(settings, version)
    row = found[found["table_name"] == table]
    first, last = (
        next((day.date() for day in row[name] if not pd.isna(day)), None)
        for name in ("first_on", "watermark_on")
    )
    return first, last
