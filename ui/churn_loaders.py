"""Cached reads about churn; the rules of ``ui.loaders`` hold here too."""

import pandas as pd
import streamlit as st

from crm_data.queries import churn_contracts, churn_lost, churn_silence
from crm_data.queries.churn_lost import LostCut
from crm_data.queries.churn_silence import SPLITS
from crm_data.queries.cohorts import Where
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["SPLITS", "LostCut", "Where"]


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def holders(settings: Settings, version: str, scope: AccessScope) -> tuple[int, int]:
    """Return how many customers ever had a contract, and how many ever had an order."""
    with reading(settings, version) as conn:
        return churn_contracts.holders(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def contract_months(
    settings: Settings, version: str, scope: AccessScope, where: Where, among: str
) -> pd.DataFrame:
    """Return what contracts did by month: ``CONTRACT_MONTHS``."""
    with reading(settings, version) as conn:
        return churn_contracts.contract_months(conn, scope=scope, where=where, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def contract_reasons(
    settings: Settings, version: str, scope: AccessScope, where: Where, among: str
) -> pd.DataFrame:
    """Return those lost by month and reason: ``CONTRACT_REASONS``."""
    with reading(settings, version) as conn:
        return churn_contracts.contract_reasons(conn, scope=scope, where=where, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def contract_cohorts(
    settings: Settings, version: str, scope: AccessScope, where: Where, among: str
) -> pd.DataFrame:
    """Return who started when and left when: ``CONTRACT_COHORTS``."""
    with reading(settings, version) as conn:
        return churn_contracts.contract_cohorts(conn, scope=scope, where=where, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def silence_months(
    settings: Settings, version: str, scope: AccessScope, days: int, where: Where, among: str
) -> pd.DataFrame:
    """Return who fell silent by month: ``SILENCE_MONTHS``."""
    with reading(settings, version) as conn:
        return churn_silence.silence_months(conn, scope=scope, days=days, where=where, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def gap_counts(
    settings: Settings, version: str, scope: AccessScope, by: str, where: Where, among: str
) -> pd.DataFrame:
    """Return gaps between order days by length: ``GAP_COUNTS``."""
    with reading(settings, version) as conn:
        return churn_silence.gap_counts(conn, scope=scope, by=by, where=where, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def silence_ends(
    settings: Settings, version: str, scope: AccessScope, by: str, where: Where, among: str
) -> pd.DataFrame:
    """Return silences and how many ended: ``SILENCE_ENDS``."""
    with reading(settings, version) as conn:
        return churn_silence.silence_ends(conn, scope=scope, by=by, where=where, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def lost(
    settings: Settings,
    version: str,
    scope: AccessScope,
    cut: LostCut,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    """Return one page of the customers lost in a month: ``LOST_CUSTOMERS``."""
    with reading(settings, version) as conn:
        return churn_lost.lost_customers(conn, scope=scope, cut=cut, limit=limit, offset=offset)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def lost_total(settings: Settings, version: str, scope: AccessScope, cut: LostCut) -> int:
    """Return how many were lost in a month."""
    with reading(settings, version) as conn:
        return churn_lost.lost_customers_count(conn, scope=scope, cut=cut)


def all_lost(
    settings: Settings, version: str, scope: AccessScope, cut: LostCut, *, limit: int
) -> pd.DataFrame:
    """Return the customers lost in a month for an export; not cached."""
    with reading(settings, version) as conn:
        return churn_lost.lost_customers(conn, scope=scope, cut=cut, limit=limit)
