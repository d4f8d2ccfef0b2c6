"""Cached reads about key customers; the rules of ``ui.loaders`` hold here too."""

import pandas as pd
import streamlit as st

from analytics.concentration import Concentration, concentration_of_bins
from crm_data.queries import key_accounts
from crm_data.queries.cohorts import Where
from crm_data.queries.key_accounts import WINDOWS, Window
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["WINDOWS", "Where", "Window"]


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def concentration(
    settings: Settings,
    version: str,
    scope: AccessScope,
    window: Window,
    where: Where = (),
    among: str = "",
) -> Concentration:
    """Return how concentrated revenue is."""
    with reading(settings, version) as conn:
        bins = key_accounts.concentration_bins(
            conn, scope=scope, window=window, where=where, among=among
        )
    is_positive = bins["is_positive"].astype(bool)
    left = bins.loc[~is_positive, ["customers", "net_amount"]].sum()
    return concentration_of_bins(
        bins[is_positive],
        left_out=int(left["customers"]),
        left_out_total=float(left["net_amount"]),
    )


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def accounts(
    settings: Settings,
    version: str,
    scope: AccessScope,
    window: Window,
    limit: int,
    where: Where = (),
    among: str = "",
) -> pd.DataFrame:
    """Return the largest customers: ``KEY_ACCOUNTS``."""
    with reading(settings, version) as conn:
        return key_accounts.key_accounts(
            conn, scope=scope, window=window, where=where, among=among, limit=limit
        )
