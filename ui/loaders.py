"""Cached reads. The only module that puts a query behind ``st.cache_data``.

Rules of this file
- Every argument is hashed. No parameter starts with an underscore: Streamlit would leave it out
  of the cache key, and the cache is shared by all viewers.
- ``scope`` is therefore always an argument: two viewers share a cached result only when they may
  see the same rows. ``version`` is one, too: a new version is seen at once and nothing has to
  clear the cache for everybody.
- ``cache_data`` hands each caller a copy. Only the ``Warehouse`` is shared (``cache_resource``).
- At most two uncached reads run at the same time; the others wait their turn.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from crm_data.queries.cut import Cut
from crm_data.queries.metrics import statement_text
from crm_data.queries.model_cards import model_card
from crm_data.queries.rows import RowKind, rows_count, rows_frame
from crm_data.queries.versions import dimension_values, version_facts
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import BUILD_FINDINGS
from crm_data.versions import Warehouse
from ui.filters import DIMENSIONS, MISSING, Filters, Horizon
from ui.frames import records

TTL = "12h"
_READERS_AT_ONCE = 2


@st.cache_resource(show_spinner=False)
def warehouse(settings: Settings) -> Warehouse:
    """Return the process-wide reader of a store."""
    return Warehouse(settings)


@st.cache_resource(show_spinner=False)
def _turn() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(_READERS_AT_ONCE)


@contextmanager
def reading(settings: Settings, version: str) -> Iterator[Any]:
    """Yield a connection to a version, when it is our turn."""
    with _turn(), warehouse(settings).connect(version) as conn:
        yield conn


def where_of(filters: Filters) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    """Return the dimension filters as ``Cut.where``."""
    return tuple(
        (name, tuple(None if value == MISSING else value for value in values))
        for name, values in filters.chosen().items()
    )


def cut_of(filters: Filters, start: date, end: date, *by: str) -> Cut:
    """Return the cut of a period with the dimension filters and the segment."""
    among = filters.segment.among if filters.segment else ""
    return Cut(start, end, by, where_of(filters), among)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def facts(settings: Settings, version: str) -> pd.DataFrame:
    """Return ``version_facts``: rows, first day, watermark and build time by table."""
    with reading(settings, version) as conn:
        return version_facts(conn)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def horizon(settings: Settings, version: str) -> Horizon | None:
    """Return the first and last day with orders; None when there are no orders."""
    for row in records(facts(settings, version)):
        if row["table_name"] == "orders" and not pd.isna(row["watermark_on"]):
            return Horizon(row["first_on"].date(), row["watermark_on"].date())
    return None


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def offered(settings: Settings, version: str, scope: AccessScope) -> dict[str, list[str]]:
    """Return the values of every filter dimension, in alphabetical order, missing last."""
    with reading(settings, version) as conn:
        found = {dim: dimension_values(conn, scope=scope, dim=dim) for dim in DIMENSIONS}
    return {
        dim: sorted(value for value in values if value is not None)
        + ([MISSING] if None in values else [])
        for dim, values in found.items()
    }


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def card(settings: Settings, version: str, scope: AccessScope, name: str) -> dict[str, Any] | None:
    """Return the card of a model; None where there is none, or for who sees a part only."""
    if not scope.is_everything:
        return None
    with reading(settings, version) as conn:
        return model_card(conn, name)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def rows_page(
    settings: Settings,
    version: str,
    scope: AccessScope,
    kind: RowKind,
    cut: Cut,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    """Return one page of the rows behind a number."""
    with reading(settings, version) as conn:
        return rows_frame(conn, scope=scope, kind=kind, cut=cut, limit=limit, offset=offset)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def rows_total(
    settings: Settings, version: str, scope: AccessScope, kind: RowKind, cut: Cut
) -> int:
    """Return how many rows are behind a number."""
    with reading(settings, version) as conn:
        return rows_count(conn, scope=scope, kind=kind, cut=cut)


def all_rows(
    settings: Settings,
    version: str,
    scope: AccessScope,
    kind: RowKind,
    cut: Cut,
    *,
    limit: int,
) -> pd.DataFrame:
    """Return the rows behind a number for an export; not cached, it is large and rare."""
    with reading(settings, version) as conn:
        return rows_frame(conn, scope=scope, kind=kind, cut=cut, limit=limit)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def findings(settings: Settings, version: str) -> pd.DataFrame:
    """Return what the build found wrong: ``BUILD_FINDINGS``."""
    with reading(settings, version) as conn:
        return read_frame(conn, mart("build_findings").select(), BUILD_FINDINGS)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def sql_text(
    settings: Settings, version: str, scope: AccessScope, measures: tuple[str, ...], cut: Cut
) -> str:
    """Return the SQL behind measures, for reading."""
    with reading(settings, version) as conn:
        return statement_text(conn, scope=scope, measures=measures, cut=cut)
