"""Cached reads about the chances of deals; the rules of ``ui.loaders`` hold here too."""

from typing import Any

import pandas as pd
import streamlit as st

from crm_data.queries import deal_scores, model_cards
from crm_data.queries.deals import DealCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["DealCut"]


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def terms(settings: Settings, version: str, scope: AccessScope) -> dict[str, Any] | None:
    """Return how chances come about and how good they were; see ``deal_terms``."""
    with reading(settings, version) as conn:
        return model_cards.deal_terms(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def weighted(settings: Settings, version: str, scope: AccessScope, cut: DealCut) -> pd.DataFrame:
    """Return what open deals are worth by their chances: ``WEIGHTED_PIPELINE``."""
    with reading(settings, version) as conn:
        return deal_scores.weighted_pipeline(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def chances(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, limit: int
) -> pd.DataFrame:
    """Return open deals with their chances, the largest weighted amounts: ``DEAL_CHANCES``."""
    with reading(settings, version) as conn:
        return deal_scores.deal_chances(conn, cut, scope=scope, limit=limit)
