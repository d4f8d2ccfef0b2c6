"""Cached reads and calculations for portraits, comparisons and clusters of customers.

The rules of ``ui.loaders`` hold here too. Groups are segments: conditions as JSON text.
"""

import pandas as pd
import streamlit as st

from analytics.group_sums import without
from analytics.portrait import Portrait, portrait
from analytics.segment_compare import compare, shared
from crm_data.queries import segments as queries
from crm_data.queries.portraits import (
    cell_sizes,
    cells_within,
    group_sums,
    member_sums,
    segment_cells,
    whole_sums,
)
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

MOST_SEGMENTS = 5
MAX_EXPORT = 200_000
_LISTED = ("customer_id", "name", "region", "source", "orders", "last_order_on", "net_amount")


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def portrait_of(
    settings: Settings, version: str, scope: AccessScope, among: str, against: str = ""
) -> Portrait:
    """Return what sets a group apart from all other visible customers.

    With ``against``, JSON of another group: from the others of that group only.
    """
    if against:
        with reading(settings, version) as conn:
            cell = cells_within(queries.is_member(among), queries.is_member(against))
            return portrait(group_sums(conn, scope=scope, cell=cell), ["1"])
    whole = everybody(settings, version, scope)
    if whole.empty:
        return portrait(whole, [])
    with reading(settings, version) as conn:
        member = queries.is_member(among)
        own = member_sums(conn, scope=scope, member=member, whole=whole)
    sums = pd.concat([own, without(whole, own)], ignore_index=True)
    return portrait(sums, ["1"])


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def everybody(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return sums over all visible customers: ``GROUP_SUMS``; what every portrait starts from."""
    with reading(settings, version) as conn:
        return whole_sums(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def cluster_sizes(settings: Settings, version: str, scope: AccessScope, among: str) -> pd.DataFrame:
    """Return customers and revenue of each cluster: ``CELL_SIZES``."""
    with reading(settings, version) as conn:
        return cell_sizes(conn, scope=scope, among=among)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def cluster_portraits(settings: Settings, version: str, scope: AccessScope) -> dict[str, Portrait]:
    """Return what sets each cluster apart from the other clusters."""
    with reading(settings, version) as conn:
        sums = group_sums(conn, scope=scope)
    return {cell: portrait(sums, [cell]) for cell in sorted(sums["cell"].dropna().unique())}


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def members(
    settings: Settings, version: str, scope: AccessScope, among: str, limit: int
) -> pd.DataFrame:
    """Return the most valuable customers of a segment: columns of ``SEGMENT_MEMBERS``."""
    with reading(settings, version) as conn:
        return queries.segment_members(conn, scope, among, limit=limit)[list(_LISTED)]


def all_members(settings: Settings, version: str, scope: AccessScope, among: str) -> pd.DataFrame:
    """Return the customers of a group for an export; not cached, it is large and rare."""
    with reading(settings, version) as conn:
        return queries.segment_members(conn, scope, among, limit=MAX_EXPORT)[list(_LISTED)]


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def compared(
    settings: Settings,
    version: str,
    scope: AccessScope,
    segments: tuple[tuple[str, str], ...],
    against: str,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return segments side by side: figures (``compare``), shared customers, and sizes.

    Parameters
    ----------
    settings, version, scope
        As everywhere.
    segments : tuple of pairs of str
        Name and JSON of two to five segments; names are different.
    against : str
        Name of the segment that the others are held against; empty for all customers.
    """
    with reading(settings, version) as conn:
        cell = segment_cells([queries.is_member(among) for _, among in segments])
        sums = group_sums(conn, scope=scope, cell=cell)
        sizes = cell_sizes(conn, scope=scope, cell=cell)
    cells = sizes["cell"].tolist()
    groups = {
        name: [cell for cell in cells if cell[place] == "1"]
        for place, (name, _) in enumerate(segments)
    }
    figures = compare(sums, groups, against=groups[against] if against else cells)
    every = [
        sizes[sizes["cell"].isin(own)][["customers", "buyers", "net_amount"]].sum()
        for own in groups.values()
    ]
    totals = pd.DataFrame(every).assign(group=list(groups)).reset_index(drop=True)
    return figures, shared(sizes, groups), totals
