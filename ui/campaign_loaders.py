"""Cached reads about campaigns; the rules of ``ui.loaders`` hold here too."""

from datetime import date

import pandas as pd
import streamlit as st

from crm_data.queries import campaign_matches, campaign_rows, campaigns
from crm_data.queries.campaign_measures import campaign_known_days
from crm_data.queries.campaign_rows import CampaignPick
from crm_data.queries.campaigns import CampaignCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["CampaignCut", "CampaignPick"]


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def known_days(settings: Settings, version: str) -> tuple[date | None, date | None]:
    """Return the first and last day with anything of any campaign: nobody's fact."""
    with reading(settings, version) as conn:
        return campaign_known_days(conn)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def totals(settings: Settings, version: str, scope: AccessScope, cut: CampaignCut) -> pd.DataFrame:
    """Return what campaigns cost and brought: ``CAMPAIGN_TOTALS``."""
    with reading(settings, version) as conn:
        return campaigns.campaign_totals(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def outcomes(
    settings: Settings, version: str, scope: AccessScope, cut: CampaignCut
) -> pd.DataFrame:
    """Return what members did and bought, by arm: ``CAMPAIGN_OUTCOMES``."""
    with reading(settings, version) as conn:
        return campaigns.campaign_outcomes(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def brought(settings: Settings, version: str, scope: AccessScope, cut: CampaignCut) -> pd.DataFrame:
    """Return whom campaigns brought: ``CAMPAIGN_NEW``."""
    with reading(settings, version) as conn:
        return campaigns.campaign_new(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def matches(
    settings: Settings, version: str, scope: AccessScope, cut: CampaignCut
) -> campaign_matches.CampaignMatches:
    """Return what comparing with customers like those contacted found, as scored."""
    with reading(settings, version) as conn:
        return campaign_matches.campaign_matches(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def contacts(
    settings: Settings, version: str, scope: AccessScope, start: date | None, end: date | None
) -> pd.DataFrame:
    """Return customers by messages in a month: ``CONTACT_COUNTS``."""
    with reading(settings, version) as conn:
        return campaigns.contact_counts(conn, start, end, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def total(settings: Settings, version: str, scope: AccessScope, pick: CampaignPick) -> int:
    """Return how many rows are behind a number."""
    with reading(settings, version) as conn:
        return campaign_rows.campaign_rows_count(conn, pick, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def some(
    settings: Settings, version: str, scope: AccessScope, pick: CampaignPick, limit: int,
    offset: int,
) -> pd.DataFrame:  # fmt: skip
    """Return one page of the rows behind a number: ``CAMPAIGN_ROWS``."""
    with reading(settings, version) as conn:
        return campaign_rows.campaign_rows(conn, pick, scope=scope, limit=limit, offset=offset)


def everyone(
    settings: Settings, version: str, scope: AccessScope, pick: CampaignPick, *, limit: int
) -> pd.DataFrame:
    """Return the rows behind a number for an export; not cached."""
    with reading(settings, version) as conn:
        return campaign_rows.campaign_rows(conn, pick, scope=scope, limit=limit)
