"""Cached reads about experiments; the rules of ``ui.loaders`` hold here too."""

from typing import cast

import pandas as pd
import streamlit as st

from crm_data.queries import campaign_arms as queries
from crm_data.queries.campaign_arms import ORDERED, OUTCOMES, SLICES, Outcome, Window
from crm_data.queries.campaign_units import campaign_units, unit_weeks
from crm_data.queries.experiment_window import ORDER_DAYS, window_of
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["ORDERED", "ORDER_DAYS", "OUTCOMES", "SLICES", "Window"]


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def campaigns(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return campaigns with visible members: ``CAMPAIGNS``."""
    with reading(settings, version) as conn:
        return queries.campaigns_with_members(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def window(settings: Settings, version: str, outcome: str, days: int) -> Window:
    """Return the days that count, and until when they are known."""
    with reading(settings, version) as conn:
        return window_of(conn, outcome, days)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def arms(
    settings: Settings, version: str, scope: AccessScope, campaign_id: str, outcome: str, days: int,
    by: str = "",
) -> pd.DataFrame:  # fmt: skip
    """Return the sums of an outcome by arm, and by a field of customers: ``CAMPAIGN_ARMS``."""
    with reading(settings, version) as conn:
        return queries.campaign_arms(
            conn, campaign_id, cast("Outcome", outcome), scope=scope, by=by,
            window=window_of(conn, outcome, days),
        )  # fmt: skip


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def crossed(settings: Settings, version: str, scope: AccessScope, campaign_id: str) -> int:
    """Return how many customers are in more than one arm."""
    with reading(settings, version) as conn:
        return queries.crossed_customers(conn, campaign_id, scope=scope)


@st.cache_data(ttl=TTL, max_entries=10, show_spinner=False)
def units(
    settings: Settings, version: str, scope: AccessScope, campaign_id: str, outcome: str, days: int
) -> pd.DataFrame:
    """Return the members with an arm, one by one: ``CAMPAIGN_UNITS``."""
    with reading(settings, version) as conn:
        return campaign_units(
            conn, campaign_id, cast("Outcome", outcome), scope=scope,
            window=window_of(conn, outcome, days),
        )  # fmt: skip


@st.cache_data(ttl=TTL, max_entries=10, show_spinner=False)
def weeks(
    settings: Settings, version: str, scope: AccessScope, campaign_id: str, count: int
) -> pd.DataFrame:
    """Return what members bought in each week after assignment: ``UNIT_WEEKS``."""
    with reading(settings, version) as conn:
        return unit_weeks(conn, campaign_id, scope=scope, weeks=count)
