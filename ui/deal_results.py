"""What closed deals of a view say, computed once and kept with its version."""

from datetime import date

import streamlit as st

from crm_data.queries.deal_counts import rated_deals
from crm_data.queries.deals import DealCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.closed_answers import Closed, closed_results, open_at_end
from ui.loaders import TTL, reading

__all__ = ["Closed", "closed_in"]


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def closed_in(
    settings: Settings,
    version: str,
    scope: AccessScope,
    cut: DealCut,
    start: date,
    end: date,
    as_of: date,
) -> Closed:
    """Return what the deals closed in [start, end) say, as known at the end of ``as_of``."""
    with reading(settings, version) as conn:
        rated = rated_deals(conn, cut, scope=scope)
        opened = open_at_end(conn, cut, end, as_of, scope=scope)
    return closed_results(rated, opened, start, end, as_of)
