"""Cached reads about declines of use; the rules of ``ui.loaders`` hold here too."""

import pandas as pd
import streamlit as st

from crm_data.queries import decline
from crm_data.queries.decline import BASE_MONTHS, DeclineCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["BASE_MONTHS", "DeclineCut"]


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def fields(settings: Settings, version: str) -> list[str]:
    """Return what can be followed. Names of columns, nobody's rows."""
    with reading(settings, version) as conn:
        return decline.decline_fields(conn)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def is_kept(settings: Settings, version: str, cut: DeclineCut) -> bool:
    """Return whether the version was built to follow this value. A rule, nobody's rows."""
    with reading(settings, version) as conn:
        return decline.is_kept(conn, cut)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def months(settings: Settings, version: str, scope: AccessScope, cut: DeclineCut) -> pd.DataFrame:
    """Return how many declined by month: ``DECLINE_MONTHS``."""
    with reading(settings, version) as conn:
        return decline.decline_months(conn, scope=scope, cut=cut)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def customers(
    settings: Settings,
    version: str,
    scope: AccessScope,
    cut: DeclineCut,
    month_on: pd.Timestamp,
    limit: int,
) -> pd.DataFrame:
    """Return who declined in a month: ``DECLINED_CUSTOMERS``."""
    with reading(settings, version) as conn:
        return decline.declined_customers(
            conn, scope=scope, cut=cut, month_on=month_on.date(), limit=limit
        )
