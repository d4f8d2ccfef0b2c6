"""Cached reads about customer value; the rules of ``ui.loaders`` hold here too."""

from typing import Any

import pandas as pd
import streamlit as st

from crm_data.queries import value as queries
from crm_data.queries.model_cards import value_terms
from crm_data.queries.value import BANDS, VALUE_DIMENSIONS, ValueDimension, ValueOrder
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.frames import records
from ui.loaders import TTL, reading

__all__ = ["BANDS", "MAX_EXPORT", "VALUE_DIMENSIONS", "ValueDimension", "ValueOrder"]
MAX_EXPORT = 200_000


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def totals(
    settings: Settings, version: str, scope: AccessScope, among: str
) -> dict[str, float | None]:
    """Return ``VALUE_TOTALS`` by column, None for missing."""
    with reading(settings, version) as conn:
        (row,) = records(queries.value_totals(conn, scope=scope, among=among))
    return {name: None if pd.isna(value) else float(value) for name, value in row.items()}


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def terms(settings: Settings, version: str, scope: AccessScope) -> dict[str, Any] | None:
    """Return on what terms customers are valued (``value_terms``), None where they are not."""
    with reading(settings, version) as conn:
        return value_terms(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def bands(settings: Settings, version: str, scope: AccessScope, among: str) -> pd.DataFrame:
    """Return how values are spread: ``VALUE_BANDS``."""
    with reading(settings, version) as conn:
        return queries.value_bands(conn, scope=scope, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def by(
    settings: Settings, version: str, scope: AccessScope, among: str, dimension: ValueDimension
) -> pd.DataFrame:
    """Return value by a dimension: ``VALUE_BY``."""
    with reading(settings, version) as conn:
        return queries.value_by(conn, scope=scope, dimension=dimension, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def customers(
    settings: Settings,
    version: str,
    scope: AccessScope,
    among: str,
    order: ValueOrder,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    """Return one page of the customers with a value: ``VALUED_CUSTOMERS``."""
    with reading(settings, version) as conn:
        return queries.valued_customers(
            conn, scope=scope, order=order, limit=limit, offset=offset, among=among
        )


def all_customers(
    settings: Settings, version: str, scope: AccessScope, among: str, order: ValueOrder
) -> pd.DataFrame:
    """Return the customers with a value for an export; not cached, it is large and rare."""
    with reading(settings, version) as conn:
        return queries.valued_customers(
            conn, scope=scope, order=order, limit=MAX_EXPORT, among=among
        )
