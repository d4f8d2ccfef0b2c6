"""Cached reads about responses; the rules of ``ui.loaders`` hold here too."""

from typing import Any

import pandas as pd
import streamlit as st

from crm_data.queries import response as queries
from crm_data.queries.response import Outreach
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["Outreach"]
MOST_EXPORTED = 200_000


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def card(settings: Settings, version: str, scope: AccessScope) -> dict[str, Any] | None:
    """Return the card ``response``."""
    with reading(settings, version) as conn:
        return queries.response_card(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def bins(settings: Settings, version: str, scope: AccessScope, ask: Outreach) -> pd.DataFrame:
    """Return customers and expected responses by place: ``RESPONSE_BINS``."""
    with reading(settings, version) as conn:
        return queries.response_bins(conn, ask, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def left_out(settings: Settings, version: str, scope: AccessScope, ask: Outreach) -> dict[str, int]:
    """Return who is left out, and why: ``RESPONSE_LEFT_OUT`` by column."""
    with reading(settings, version) as conn:
        return queries.left_out_counts(conn, ask, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def listed(
    settings: Settings, version: str, scope: AccessScope, ask: Outreach, limit: int
) -> pd.DataFrame:
    """Return the first of whom to contact: ``RESPONSE_LIST``."""
    return everyone(settings, version, scope, ask, limit=limit)


def everyone(
    settings: Settings, version: str, scope: AccessScope, ask: Outreach, *, limit: int
) -> pd.DataFrame:
    """Return whom to contact, for an export; not cached."""
    with reading(settings, version) as conn:
        return queries.response_list(conn, ask, scope=scope, limit=limit)
