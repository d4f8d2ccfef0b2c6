"""Cached reads of the RFM map and the lifecycle; the rules of ``ui.loaders`` hold here too.

``among`` is the conditions of a saved segment as JSON; empty is everybody.
"""

from datetime import date

import pandas as pd
import streamlit as st

from analytics.lifecycle_rules import LETTERS, STAGES
from analytics.month_ends import month_ends
from crm_data.queries import segment_maps
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, horizon, reading

MAX_EXPORT = 200_000
_STAGES = dict(zip(LETTERS, STAGES, strict=True))


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def rfm_map(settings: Settings, version: str, scope: AccessScope, among: str) -> pd.DataFrame:
    """Return the cells of the map: ``RFM_MAP``."""
    with reading(settings, version) as conn:
        return segment_maps.rfm_map(conn, scope=scope, among=among)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def rfm_medians(settings: Settings, version: str, scope: AccessScope, among: str) -> pd.DataFrame:
    """Return the median silence of each segment: ``RFM_SEGMENTS``."""
    with reading(settings, version) as conn:
        return segment_maps.rfm_segments(conn, scope=scope, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def rfm_moves(
    settings: Settings, version: str, scope: AccessScope, among: str, before: int, after: int
) -> pd.DataFrame:
    """Return how customers moved between two days: ``RFM_MOVES``."""
    with reading(settings, version) as conn:
        return segment_maps.rfm_moves(conn, scope=scope, before=before, after=after, among=among)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def stage_moves(settings: Settings, version: str, scope: AccessScope, among: str) -> pd.DataFrame:
    """Return all steps between stages: ``STAGE_MOVES``."""
    with reading(settings, version) as conn:
        return segment_maps.stage_moves(conn, scope=scope, stages=_STAGES, among=among)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def stages_now(settings: Settings, version: str, scope: AccessScope, among: str) -> pd.DataFrame:
    """Return size and value of each stage: ``STAGES_NOW``."""
    with reading(settings, version) as conn:
        return segment_maps.stages_now(conn, scope=scope, among=among)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def group_size(
    settings: Settings, version: str, scope: AccessScope, among: str, field: str, value: str
) -> int:
    """Return how many customers a group has."""
    with reading(settings, version) as conn:
        return segment_maps.scored_count(conn, scope=scope, field=field, value=value, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def group_page(
    settings: Settings,
    version: str,
    scope: AccessScope,
    among: str,
    field: str,
    value: str,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    """Return some customers of a group: ``SCORED_LIST``."""
    with reading(settings, version) as conn:
        return segment_maps.scored_list(
            conn, scope=scope, field=field, value=value, limit=limit, offset=offset, among=among
        )


def group_all(
    settings: Settings, version: str, scope: AccessScope, among: str, field: str, value: str
) -> pd.DataFrame:
    """Return a group for an export; not cached, it is large and rare."""
    with reading(settings, version) as conn:
        return segment_maps.scored_list(
            conn, scope=scope, field=field, value=value, limit=MAX_EXPORT, among=among
        )


def history_days(settings: Settings, version: str) -> list[date]:
    """Return the days of the histories, oldest first; empty when there are no orders."""
    known = horizon(settings, version)
    return [] if known is None else month_ends(known.watermark)
