"""Cached reads about deals; the rules of ``ui.loaders`` hold here too."""

from datetime import date

import pandas as pd
import streamlit as st

from analytics.stage_history import WINNERS
from crm_data.calendar import Unit
from crm_data.queries import (
    deal_counts,
    deal_movement,
    deal_rows,
    deal_stages,
    deal_values,
    deals,
)
from crm_data.queries.cohorts import Where
from crm_data.queries.deal_rows import DealPick
from crm_data.queries.deals import DealCut
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["DealCut", "DealPick", "Where"]
FIELDS = deal_values.FIELDS


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def known_days(settings: Settings, version: str) -> tuple[date | None, date | None]:
    """Return the first and last day with news of any deal: a fact of the data, nobody's."""
    with reading(settings, version) as conn:
        return deals.deal_days(conn, scope=EVERYTHING)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def values(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return what deals can be filtered by: ``DEAL_VALUES``."""
    with reading(settings, version) as conn:
        return deal_values.deal_values(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def stages(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return the stages of all pipelines: ``STAGES``."""
    with reading(settings, version) as conn:
        return deal_stages.stages(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def visits(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, start: date, end: date
) -> pd.DataFrame:
    """Return how far deals created in [start, end) came: ``VISITS``."""
    with reading(settings, version) as conn:
        return deal_stages.visits(conn, cut, start=start, end=end, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def stays(settings: Settings, version: str, scope: AccessScope, cut: DealCut) -> pd.DataFrame:
    """Return how long deals stayed in each stage: ``STAYS``."""
    with reading(settings, version) as conn:
        return deal_stages.stays(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def rated(settings: Settings, version: str, scope: AccessScope, cut: DealCut) -> pd.DataFrame:
    """Return days, outcome and amount of each deal: ``RATED_DEALS``."""
    with reading(settings, version) as conn:
        return deal_counts.rated_deals(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def open_deals(settings: Settings, version: str, scope: AccessScope, cut: DealCut) -> pd.DataFrame:
    """Return the open deals with what they are called: ``OPEN_DEALS``."""
    with reading(settings, version) as conn:
        return deals.open_deals(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def open_amounts(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut
) -> pd.DataFrame:
    """Return the open deals with what sums are made of: ``OPEN_AMOUNTS``."""
    with reading(settings, version) as conn:
        return deals.open_amounts(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def closing(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, last_day: date
) -> pd.DataFrame:
    """Return how long deals took: ``CLOSING_COUNTS``."""
    with reading(settings, version) as conn:
        return deal_counts.closing_counts(conn, cut, last_day=last_day, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def cohorts(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, last_day: date, unit: Unit
) -> pd.DataFrame:
    """Return the same by month or quarter of creation: ``COHORT_COUNTS``."""
    with reading(settings, version) as conn:
        return deal_counts.cohort_counts(conn, cut, last_day=last_day, unit=unit, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def losses(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, start: date, end: date
) -> pd.DataFrame:
    """Return why deals were lost: ``LOSS_COUNTS``."""
    with reading(settings, version) as conn:
        return deal_counts.loss_counts(conn, cut, start=start, end=end, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def evidence(settings: Settings, version: str, scope: AccessScope, cut: DealCut) -> pd.DataFrame:
    """Return what closed deals say of each stage: ``STAGE_EVIDENCE``."""
    with reading(settings, version) as conn:
        return deal_counts.stage_evidence(conn, cut, share=WINNERS, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def won_amounts(settings: Settings, version: str, scope: AccessScope, cut: DealCut) -> pd.DataFrame:
    """Return the amounts of won deals: ``WON_AMOUNTS``."""
    with reading(settings, version) as conn:
        return deal_counts.won_amounts(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def moved(
    settings: Settings,
    version: str,
    scope: AccessScope,
    cut: DealCut,
    opening: date,
    closing: date,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the deals that may have moved on both days: ``STATES`` twice."""
    with reading(settings, version) as conn:
        return deal_movement.movement_states(
            conn, cut, opening=opening, closing=closing, scope=scope
        )


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def labels(
    settings: Settings, version: str, scope: AccessScope, numbers: tuple[int, ...]
) -> pd.DataFrame:
    """Return what to call deals: ``DEAL_LABELS``."""
    with reading(settings, version) as conn:
        return deals.deal_labels(conn, numbers, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def some(
    settings: Settings, version: str, scope: AccessScope, pick: DealPick, limit: int, offset: int
) -> pd.DataFrame:
    """Return one page of the deals behind a number: ``DEAL_ROWS``."""
    with reading(settings, version) as conn:
        return deal_rows.deal_rows(conn, pick, scope=scope, limit=limit, offset=offset)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def total(settings: Settings, version: str, scope: AccessScope, pick: DealPick) -> int:
    """Return how many deals are behind a number."""
    with reading(settings, version) as conn:
        return deal_rows.deal_rows_count(conn, pick, scope=scope)


def everyone(
    settings: Settings, version: str, scope: AccessScope, pick: DealPick, *, limit: int
) -> pd.DataFrame:
    """Return the deals behind a number for an export; not cached."""
    with reading(settings, version) as conn:
        return deal_rows.deal_rows(conn, pick, scope=scope, limit=limit)
