"""Cached reads about segments; the rules of ``ui.loaders`` hold here too.

Segments are conditions as JSON, which are part of every cache key: an edit is another key.
"""

import pandas as pd
import streamlit as st

from analytics import lifecycle_rules, rfm_rules
from crm_data.commands.segment_sizes import size_history
from crm_data.queries import segments as queries
from crm_data.queries.attribute_keys import attribute_keys
from crm_data.queries.segment_values import event_values, field_values
from crm_data.queries.segments import SegmentHistory, SegmentSize
from crm_data.scope import AccessScope
from crm_data.segments.event_tables import EVENT_TABLES
from crm_data.settings import Settings
from ui.loaders import TTL, reading

# What the letters of histories mean, which the analyses choose.
_LETTERS = {
    "stage": dict(zip(lifecycle_rules.LETTERS, lifecycle_rules.STAGES, strict=True)),
    "rfm_segment": dict(zip(rfm_rules.LETTERS, rfm_rules.SEGMENTS, strict=True)),
}
EVERYBODY = '{"all":[]}'
_READ = 20_000
MOST_OVERLAPPED = queries.MOST_OVERLAPPED


@st.cache_data(ttl=TTL, max_entries=500, show_spinner=False)
def size(settings: Settings, version: str, scope: AccessScope, among: str) -> SegmentSize:
    """Return how large a segment is."""
    with reading(settings, version) as conn:
        return queries.segment_size(conn, scope, among)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def overlap(
    settings: Settings, version: str, scope: AccessScope, trees: tuple[str, ...]
) -> pd.DataFrame:
    """Return how many are in each combination of segments: ``OVERLAP``."""
    with reading(settings, version) as conn:
        return queries.segment_overlap(conn, scope, trees)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def history(
    settings: Settings, version: str, scope: AccessScope, among: str, months: int
) -> SegmentHistory:
    """Return how large a segment was at past month ends."""
    with reading(settings, version) as conn:
        return queries.segment_sizes_by_month(conn, scope, among, months, _LETTERS)


@st.cache_data(ttl=TTL, max_entries=300, show_spinner=False)
def values_of(
    settings: Settings, version: str, scope: AccessScope, name: str, event: str
) -> list[str]:
    """Return values that a field has; ``event`` empty for a field of customers."""
    with reading(settings, version) as conn:
        if event:
            return event_values(conn, scope=scope, event=event, name=name)
        return field_values(conn, scope=scope, name=name)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def attributes(settings: Settings, version: str, event: str = "") -> list[str]:
    """Return the fields that the company's own columns make: ``attributes.<key>``.

    Of customers, or of an event: there, those of the first ``_READ`` rows that have any.
    """
    with reading(settings, version) as conn:
        if not event:
            return [f"attributes.{key}" for key in attribute_keys(conn, "customers", limit=100)]
        held = EVENT_TABLES[event]  # type: ignore[index]  # one of the events
        keys = attribute_keys(conn, held, limit=100, rows=_READ)
        return [f"attributes.{key}" for key in keys]


def recorded(
    settings: Settings, scope: AccessScope, segment_id: str, definition: str
) -> pd.DataFrame:
    """Return the sizes that were recorded with versions for the conditions as they are; few.

    None for who sees a part of the customers only: they are those of the whole company.
    """
    sizes = size_history(settings, scope, segment_id)
    own = sizes[sizes["definition"] == definition]
    return own.drop(columns="definition").rename(columns={"as_of": "as_of_on"})
