"""Cached reads of series; the rules of ``ui.loaders`` hold here too."""

import pandas as pd
import streamlit as st

from crm_data.queries import series
from crm_data.queries.series import SeriesCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def metric_series(
    settings: Settings, version: str, scope: AccessScope, cut: SeriesCut
) -> pd.DataFrame:
    """Return a metric period by period: ``SERIES``."""
    with reading(settings, version) as conn:
        return series.metric_series(conn, cut, scope=scope)
