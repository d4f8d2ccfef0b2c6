"""Cached reads about the team; the rules of ``ui.loaders`` hold here too."""

from datetime import date

import pandas as pd
import streamlit as st

from crm_data.queries import deals, handovers, sales_options, sales_team, team_activity
from crm_data.queries.cohorts import Where
from crm_data.queries.deals import DealCut
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["DealCut", "Where"]


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def known_days(settings: Settings, version: str) -> tuple[date | None, date | None]:
    """Return the first and last day with news of any deal: a fact of the data, nobody's."""
    with reading(settings, version) as conn:
        return deals.deal_days(conn, scope=EVERYTHING)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def options(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return what deals can be filtered by: ``SALES_OPTIONS``."""
    with reading(settings, version) as conn:
        return sales_options.sales_options(conn, "deal_facts", scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def sellers(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return the sellers that the viewer sees: ``SELLERS``."""
    with reading(settings, version) as conn:
        return sales_team.sellers(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def results(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, start: date, end: date
) -> pd.DataFrame:
    """Return what each owner won, lost and created: ``RESULTS``."""
    with reading(settings, version) as conn:
        return sales_team.results(conn, cut, start=start, end=end, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def other_results(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, start: date, end: date
) -> pd.DataFrame:
    """Return how the others of the viewer's teams are spread, unnamed: ``OTHERS``."""
    with reading(settings, version) as conn:
        return sales_team.other_results(conn, cut, start=start, end=end, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def won_days(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, start: date, end: date
) -> pd.DataFrame:
    """Return what was won by day and owner: ``WON_DAYS``."""
    with reading(settings, version) as conn:
        return sales_team.won_days(conn, cut, start=start, end=end, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def quotas(
    settings: Settings, version: str, scope: AccessScope, start: date, end: date
) -> pd.DataFrame:
    """Return quotas that touch a period: ``QUOTAS``."""
    with reading(settings, version) as conn:
        return sales_team.quotas(conn, start=start, end=end, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def open_amounts(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut
) -> pd.DataFrame:
    """Return the open deals with what sums are made of: ``OPEN_AMOUNTS``."""
    with reading(settings, version) as conn:
        return deals.open_amounts(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def activities(
    settings: Settings, version: str, scope: AccessScope, start: date, end: date
) -> pd.DataFrame:
    """Return contacts by employee and channel: ``ACTIVITIES``."""
    with reading(settings, version) as conn:
        return team_activity.activities(
            conn, start=start, end=end, timezone=settings.timezone, scope=scope
        )


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def changes(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, start: date, end: date
) -> pd.DataFrame:
    """Return deals that changed hands: ``HANDOVERS``."""
    with reading(settings, version) as conn:
        return handovers.handovers(conn, cut, start=start, end=end, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def left_behind(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, day: date
) -> pd.DataFrame:
    """Return open deals of who has left: ``LEFT_BEHIND``."""
    with reading(settings, version) as conn:
        return handovers.left_behind(conn, cut, day=day, scope=scope)
