"""Cached reads about data quality; the rules of ``ui.loaders`` hold here too."""

from datetime import date

import pandas as pd
import streamlit as st

from analytics.quality import completeness, faults, rhythms
from crm_data.queries import quality
from crm_data.queries.quality import check_of
from crm_data.queries.segments import segment_members, segment_size
from crm_data.queries.version_facts import version_facts
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.tables.checks import Check
from ui.loaders import TTL, reading
from ui.quality_answers import effects_of

__all__ = ["check_of"]


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def fields(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return how full fields are by table, batch and field: ``completeness``."""
    with reading(settings, version) as conn:
        return completeness(quality.field_counts(conn, scope=scope), ("batch_id",))


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def broken(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return what rows are found to break: ``faults``."""
    with reading(settings, version) as conn:
        return faults(quality.findings(conn, scope=scope), version_facts(conn))


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def rhythm(settings: Settings, version: str, scope: AccessScope, today: date) -> pd.DataFrame:
    """Return how old the newest rows are beside what is usual: ``rhythms``."""
    with reading(settings, version) as conn:
        return rhythms(quality.clock_days(conn, scope=scope), today)


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def moved(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return what faults do to the headline numbers: ``effects``."""
    with reading(settings, version) as conn:
        return effects_of(conn, scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def total(settings: Settings, version: str, scope: AccessScope, check: Check) -> int:
    """Return how many rows break a rule."""
    with reading(settings, version) as conn:
        return quality.faulty_rows_count(conn, check, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def some(
    settings: Settings, version: str, scope: AccessScope, check: Check, limit: int, offset: int
) -> pd.DataFrame:
    """Return one page of the rows that break a rule, without columns that are empty."""
    with reading(settings, version) as conn:
        found = quality.faulty_rows(conn, check, scope=scope, limit=limit, offset=offset)
    own = (check.field, "customer_id")
    return found[[name for name in found if name in own or found[name].notna().any()]]


def everyone(
    settings: Settings, version: str, scope: AccessScope, check: Check, *, limit: int
) -> pd.DataFrame:
    """Return the rows that break a rule for an export; not cached."""
    with reading(settings, version) as conn:
        return quality.faulty_rows(conn, check, scope=scope, limit=limit)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def matching(settings: Settings, version: str, scope: AccessScope, among: str) -> int:
    """Return how many customers a rule of the company finds."""
    with reading(settings, version) as conn:
        return segment_size(conn, scope, among).customers


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def some_matching(
    settings: Settings, version: str, scope: AccessScope, among: str, limit: int, offset: int
) -> pd.DataFrame:
    """Return one page of the customers that a rule finds: ``SEGMENT_MEMBERS``."""
    with reading(settings, version) as conn:
        return segment_members(conn, scope, among, limit=limit, offset=offset)


def all_matching(
    settings: Settings, version: str, scope: AccessScope, among: str, *, limit: int
) -> pd.DataFrame:
    """Return the customers that a rule finds for an export; not cached."""
    with reading(settings, version) as conn:
        return segment_members(conn, scope, among, limit=limit)
