"""Cached reads about customers; the rules of ``ui.loaders`` hold here too."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from crm_data.queries import customer_search, customers
from crm_data.queries import scores as score_queries
from crm_data.queries import timeline as timelines
from crm_data.queries.timeline import EVENT_KINDS, EventKind
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.formats import is_missing
from ui.frames import records
from ui.loaders import TTL, reading

__all__ = ["EVENT_KINDS", "MAX_EXPORT", "MAX_TEXT", "EventKind"]

MAX_TEXT = customer_search.MAX_TEXT
MAX_EXPORT = 50_000


@st.cache_data(ttl=TTL, max_entries=500, show_spinner=False)
def found(
    settings: Settings,
    version: str,
    scope: AccessScope,
    text: str,
    among: str,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    """Return one page of the customers that match, of a segment if given: ``CUSTOMER_HITS``."""
    with reading(settings, version) as conn:
        return customer_search.find_customers(
            conn, scope=scope, text=text, limit=limit, offset=offset, among=among
        )


@st.cache_data(ttl=TTL, max_entries=500, show_spinner=False)
def found_total(settings: Settings, version: str, scope: AccessScope, text: str, among: str) -> int:
    """Return how many customers match."""
    with reading(settings, version) as conn:
        return customer_search.count_customers(conn, scope=scope, text=text, among=among)


def matched_contacts(text: str, hit: Mapping[str, object]) -> tuple[str, ...]:
    """Return which of ``email`` and ``phone`` made a row be found."""
    return customer_search.matched_contacts(text, hit)


def all_found(
    settings: Settings, version: str, scope: AccessScope, text: str, among: str
) -> pd.DataFrame:
    """Return the customers that match for an export; not cached, it is large and rare."""
    with reading(settings, version) as conn:
        return customer_search.find_customers(
            conn, scope=scope, text=text, limit=MAX_EXPORT, among=among
        )


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def profile(
    settings: Settings, version: str, scope: AccessScope, customer_id: str
) -> dict[str, Any] | None:
    """Return ``CUSTOMER_PROFILE`` by column, None for missing; None for no such customer."""
    with reading(settings, version) as conn:
        frame = customers.customer_profile(conn, scope=scope, customer_id=customer_id)
    for row in records(frame):
        return {name: None if is_missing(value) else value for name, value in row.items()}
    return None


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def scores(
    settings: Settings, version: str, scope: AccessScope, customer_id: str
) -> dict[str, Any] | None:
    """Return ``CUSTOMER_SCORES`` by column, None for missing; None for who is not scored."""
    with reading(settings, version) as conn:
        frame = score_queries.customer_scores(conn, scope=scope, customer_id=customer_id)
    for row in records(frame):
        return {name: None if is_missing(value) else value for name, value in row.items()}
    return None


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def order_months(
    settings: Settings, version: str, scope: AccessScope, customer_id: str
) -> pd.DataFrame:
    """Return the counted orders by month: ``CUSTOMER_ORDER_MONTHS``."""
    with reading(settings, version) as conn:
        return customers.customer_order_months(conn, scope=scope, customer_id=customer_id)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def contacts(
    settings: Settings, version: str, scope: AccessScope, customer_id: str
) -> pd.DataFrame:
    """Return the people at a customer: ``CUSTOMER_CONTACTS``."""
    with reading(settings, version) as conn:
        return customers.customer_contacts(conn, scope=scope, customer_id=customer_id)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def possible_duplicates(
    settings: Settings,
    version: str,
    scope: AccessScope,
    customer_id: str,
    email: str | None,
    phone: str | None,
) -> list[dict[str, Any]]:
    """Return other customers with the same e-mail or phone, as rows."""
    with reading(settings, version) as conn:
        return records(
            customers.possible_duplicates(
                conn, scope=scope, customer_id=customer_id, email=email, phone=phone
            )
        )


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def event_counts(
    settings: Settings, version: str, scope: AccessScope, customer_id: str
) -> dict[EventKind, int]:
    """Return how many events of each kind there are; kinds without any are left out."""
    with reading(settings, version) as conn:
        frame = timelines.timeline_counts(conn, scope=scope, customer_id=customer_id)
    counted = dict(zip(frame["kind"], frame["events"], strict=True))
    return {kind: int(counted[kind]) for kind in EVENT_KINDS if kind in counted}


@st.cache_data(ttl=TTL, max_entries=500, show_spinner=False)
def events(
    settings: Settings,
    version: str,
    scope: AccessScope,
    customer_id: str,
    kinds: tuple[EventKind, ...],
    limit: int,
    offset: int,
) -> list[dict[str, Any]]:
    """Return one page of the timeline as rows, None for missing."""
    with reading(settings, version) as conn:
        frame = timelines.timeline(
            conn, scope=scope, customer_id=customer_id, kinds=kinds, limit=limit, offset=offset
        )
    return [
        {name: None if is_missing(value) else value for name, value in row.items()}
        for row in records(frame)
    ]


def all_events(
    settings: Settings,
    version: str,
    scope: AccessScope,
    customer_id: str,
    kinds: tuple[EventKind, ...],
) -> pd.DataFrame:
    """Return the timeline for an export; not cached."""
    with reading(settings, version) as conn:
        return timelines.timeline(
            conn, scope=scope, customer_id=customer_id, kinds=kinds, limit=MAX_EXPORT
        )


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def lines_of_order(
    settings: Settings, version: str, scope: AccessScope, customer_id: str, order_id: str
) -> pd.DataFrame:
    """Return the lines of an order of this customer: ``ORDER_LINES``."""
    with reading(settings, version) as conn:
        return timelines.lines_of_order(
            conn, scope=scope, customer_id=customer_id, order_id=order_id
        )
