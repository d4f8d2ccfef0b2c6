"""Cached reads behind the list of whom to keep; the rules of ``ui.loaders`` hold here too."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.churn_choice import Choice, Terms, choose, guessed_cost
from crm_data.queries import churn_scores
from crm_data.queries.churn_scores import ChurnKind
from crm_data.queries.model_cards import churn_terms
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["Choice", "ChurnKind", "Terms"]


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def terms(
    settings: Settings, version: str, scope: AccessScope, kind: ChurnKind
) -> dict[str, Any] | None:
    """Return on what terms probabilities of a kind may be used; None where it was not scored."""
    with reading(settings, version) as conn:
        return churn_terms(conn, kind, scope=scope)


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def stakes(
    settings: Settings, version: str, scope: AccessScope, kind: ChurnKind, among: str
) -> pd.DataFrame:
    """Return every probability of a kind with its value: ``CHURN_STAKES``."""
    with reading(settings, version) as conn:
        return churn_scores.churn_stakes(conn, scope=scope, kind=kind, among=among)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def first_cost(settings: Settings, version: str, scope: AccessScope, kind: ChurnKind) -> float:
    """Return a first cost of an offer, without reading everybody's stakes each time it is shown."""
    return guessed_cost(stakes(settings, version, scope, kind, ""))


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def choice(
    settings: Settings,
    version: str,
    scope: AccessScope,
    kind: ChurnKind,
    among: str,
    asked: Terms,
    busy: tuple[str, ...],
) -> Choice:
    """Return whom to contact on these terms; ``busy`` are customers of lists that still run."""
    bins = (terms(settings, version, scope, kind) or {}).get("reliability")
    return choose(
        stakes(settings, version, scope, kind, among),
        asked,
        reliability=pd.DataFrame(bins) if bins else None,
        busy=frozenset(busy),
    )


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def listed(
    settings: Settings, version: str, scope: AccessScope, customer_ids: tuple[str, ...]
) -> pd.DataFrame:
    """Return these customers: ``CHURN_SCORED``, the largest expected loss first."""
    with reading(settings, version) as conn:
        return churn_scores.churn_scored(conn, scope=scope, only=customer_ids)
