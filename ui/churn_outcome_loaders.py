"""Cached reads of what customers carry undated; the rules of ``ui.loaders`` hold here too."""

from dataclasses import dataclass

import streamlit as st

from analytics.churn_outcome import Outcome, possible_outcomes
from crm_data.queries.attribute_keys import attribute_keys
from crm_data.queries.snapshot import customer_snapshot
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

_MOST_KEYS = 40
_MOST_ROWS = 5_000  # what is on offer is seen in these; what is set already is offered anyway


@dataclass(frozen=True)
class Carried:
    """What customers carry: fields that hold something, and what may be their outcome."""

    fields: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def carried(settings: Settings, version: str, scope: AccessScope) -> Carried:
    """Return what some customers that the viewer may see carry."""
    with reading(settings, version) as conn:
        keys = attribute_keys(conn, "customers", limit=_MOST_KEYS, rows=_MOST_ROWS)
        rows = customer_snapshot(conn, scope=scope, keys=keys, limit=_MOST_ROWS)
    held = [name for name in map(str, rows) if name != "customer_id" and rows[name].notna().any()]
    return Carried(tuple(held), possible_outcomes(rows))
