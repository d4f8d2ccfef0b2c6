"""Cached reads of the RFM map and the lifecycle; the rules of ``ui.loaders`` hold here too.

``among`` is the conditions of a saved segment as JSON; empty is everybody.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from analytics.lifecycle_rules import LETTERS, STAGES
from analytics.month_ends import month_ends
from crm_data.queries import scored_customers, segment_maps
from crm_data.queries.scored_customers import Group, Is
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, horizon, reading

__all__ = ["Group", "Is", "ScoredCut"]
_STAGES = dict(zip(LETTERS, STAGES, strict=True))


@dataclass(frozen=True)
class ScoredCut:
    """A group of customers among those of a segment (its conditions as JSON; empty: everybody)."""

    group: Group
    among: str = ""


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
def rfm_by_stage(settings: Settings, version: str, scope: AccessScope, among: str) -> pd.DataFrame:
    """Return how the RFM segments stand in the lifecycle: ``RFM_BY_STAGE``."""
    with reading(settings, version) as conn:
        return segment_maps.rfm_by_stage(conn, scope=scope, among=among)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def scored_total(settings: Settings, version: str, scope: AccessScope, cut: ScoredCut) -> int:
    """Return how many customers a group has."""
    with reading(settings, version) as conn:
        return scored_customers.scored_count(conn, scope=scope, group=cut.group, among=cut.among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def scored(
    settings: Settings, version: str, scope: AccessScope, cut: ScoredCut, limit: int, offset: int
) -> pd.DataFrame:
    """Return some customers of a group: ``SCORED_LIST``."""
    with reading(settings, version) as conn:
        return scored_customers.scored_list(
            conn, scope=scope, group=cut.group, among=cut.among, limit=limit, offset=offset
        )


def all_scored(
    settings: Settings, version: str, scope: AccessScope, cut: ScoredCut, *, limit: int
) -> pd.DataFrame:
    """Return a group for an export; not cached, it is large and rare."""
    with reading(settings, version) as conn:
        return scored_customers.scored_list(
            conn, scope=scope, group=cut.group, among=cut.among, limit=limit
        )


def history_days(settings: Settings, version: str) -> list[date]:
    """Return the days of the histories, oldest first; empty when there are no orders."""
    known = horizon(settings, version)
    return [] if known is None else month_ends(known.watermark)
