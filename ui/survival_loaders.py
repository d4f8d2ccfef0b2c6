"""Cached reads about how long contracts last; the rules of ``ui.loaders`` hold here too."""

from datetime import date

import pandas as pd
import streamlit as st

from analytics.contract_lifetimes import Lifetimes, contract_lifetimes
from crm_data.queries import churn_spells
from crm_data.queries.churn_spells import SPLITS
from crm_data.queries.cohorts import Where
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["SPLITS", "Where"]


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def ends_known_from(settings: Settings, version: str) -> date | None:
    """Return the first day of the first month in which contracts could be seen to end."""
    with reading(settings, version) as conn:
        return churn_spells.ends_known_from(conn)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def lifetimes(
    settings: Settings, version: str, scope: AccessScope, by: str, where: Where, among: str
) -> Lifetimes:
    """Return how long contracts last, by a split; ``by`` empty for all together."""
    with reading(settings, version) as conn:
        counts = churn_spells.spell_counts(conn, scope=scope, by=by, where=where, among=among)
    return contract_lifetimes(counts, counts["member"] if by else None)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def lifetimes_of_segments(
    settings: Settings,
    version: str,
    scope: AccessScope,
    segments: tuple[tuple[str, str], ...],
    where: Where,
) -> Lifetimes:
    """Return how long contracts last in each of the segments: ids with their conditions."""
    with reading(settings, version) as conn:
        parts = [
            churn_spells.spell_counts(conn, scope=scope, where=where, among=among).assign(
                member=key
            )
            for key, among in segments
        ]
    counts = pd.concat(parts, ignore_index=True)
    return contract_lifetimes(counts, counts["member"], may_overlap=True)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def product_names(settings: Settings, version: str, product_ids: tuple[str, ...]) -> dict[str, str]:
    """Return the names of products by id."""
    with reading(settings, version) as conn:
        return churn_spells.product_names(conn, product_ids)
