"""Cached reads about attribution; the rules of ``ui.loaders`` hold here too."""

from typing import cast

import pandas as pd
import streamlit as st

from crm_data.errors import BadInputError
from crm_data.queries.journey_ends import contacts, contract_ends
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.attribution_found import CONVERSIONS, Conversion, Found, paths_found
from ui.loaders import TTL, reading

__all__ = ["CONVERSIONS", "Found"]


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def found(
    settings: Settings, version: str, scope: AccessScope, conversion: str, lookback: int, among: str
) -> Found | None:
    """Return the paths to orders; None without touchpoints or orders."""
    with reading(settings, version) as conn:
        try:
            return paths_found(
                conn, cast("Conversion", conversion), lookback, scope=scope, among=among
            )
        except BadInputError:
            return None


@st.cache_data(ttl=TTL, max_entries=10, show_spinner=False)
def before_leaving(
    settings: Settings, version: str, scope: AccessScope
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return contacts, and ends of contracts, of whom the viewer sees."""
    with reading(settings, version) as conn:
        return contacts(conn, scope=scope), contract_ends(conn, scope=scope)
