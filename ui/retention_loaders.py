"""Cached reads about cohorts; the rules of ``ui.loaders`` hold here too."""

import pandas as pd
import streamlit as st

from crm_data.queries import cohort_members, cohorts
from crm_data.queries.cohort_members import CohortCell
from crm_data.queries.cohorts import SPLITS, Where
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.filters import MISSING
from ui.loaders import TTL, reading

__all__ = ["SPLITS", "CohortCell", "Where"]


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def cells(
    settings: Settings, version: str, scope: AccessScope, where: Where, by: str, among: str = ""
) -> pd.DataFrame:
    """Return customers, orders and value by cohort and month: ``COHORT_CELLS``."""
    with reading(settings, version) as conn:
        return cohorts.cohort_cells(conn, scope=scope, where=where, by=by, among=among)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def first_categories(settings: Settings, version: str, scope: AccessScope) -> list[str]:
    """Return the first categories of visible customers, ``MISSING`` last."""
    with reading(settings, version) as conn:
        found = cohorts.first_categories(conn, scope=scope)
    return [MISSING if name is None else name for name in found]


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def members(
    settings: Settings,
    version: str,
    scope: AccessScope,
    cell: CohortCell,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    """Return one page of the customers of a cell: ``COHORT_MEMBERS``."""
    with reading(settings, version) as conn:
        return cohort_members.cohort_members(
            conn, scope=scope, cell=cell, limit=limit, offset=offset
        )


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def members_total(settings: Settings, version: str, scope: AccessScope, cell: CohortCell) -> int:
    """Return how many customers a cell has."""
    with reading(settings, version) as conn:
        return cohort_members.cohort_members_count(conn, scope=scope, cell=cell)


def all_members(
    settings: Settings, version: str, scope: AccessScope, cell: CohortCell, *, limit: int
) -> pd.DataFrame:
    """Return the customers of a cell for an export; not cached."""
    with reading(settings, version) as conn:
        return cohort_members.cohort_members(conn, scope=scope, cell=cell, limit=limit)
