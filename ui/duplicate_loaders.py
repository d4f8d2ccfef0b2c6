"""Cached reads of the page Duplicates; the rules of ``ui.loaders`` hold here too."""

from typing import Any

import pandas as pd
import streamlit as st

from crm_data.queries import duplicates as query
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def pairs(settings: Settings, version: str, scope: AccessScope, kind: str) -> pd.DataFrame:
    """Return the pairs of a kind that may be the same: ``DUPLICATE_PAIRS``."""
    with reading(settings, version) as conn:
        return query.duplicate_pairs(conn, scope=scope, kind=kind)


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def sums(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return customers, and those beyond the first of a cluster: ``CLUSTER_SUMS``."""
    with reading(settings, version) as conn:
        return query.duplicate_sums(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def side_by_side(
    settings: Settings, version: str, scope: AccessScope, kind: str, ids: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """Return what records hold, by id."""
    with reading(settings, version) as conn:
        return query.side_by_side(conn, kind, ids, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def visible(
    settings: Settings, version: str, scope: AccessScope, kind: str, ids: tuple[str, ...]
) -> frozenset[str]:
    """Return those ids that are records which the viewer may see, merged ones included."""
    with reading(settings, version) as conn:
        return frozenset(query.visible_records(conn, kind, ids, scope=scope))


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def merged(settings: Settings, version: str) -> frozenset[tuple[str, str]]:
    """Return kind and id of the records that a version was built without."""
    with reading(settings, version) as conn:
        return query.merged_ids(conn)
