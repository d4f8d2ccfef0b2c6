"""Cached reads about leads; the rules of ``ui.loaders`` hold here too."""

from datetime import date, datetime

import pandas as pd
import streamlit as st

from analytics.lead_score import LeadScore, score_leads
from crm_data.queries import lead_rows, leads, leads_waiting, sales_options
from crm_data.queries.lead_rows import LeadPick
from crm_data.queries.leads import LeadCut
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["LeadCut", "LeadPick"]
MOST_LEARNT = 20_000  # the newest: what they tell is of now, and a fit takes seconds


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def known_days(settings: Settings, version: str) -> tuple[date | None, date | None]:
    """Return the first and last day with news of any lead: a fact of the data, nobody's."""
    with reading(settings, version) as conn:
        return leads.lead_days(conn, scope=EVERYTHING)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def options(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return what leads can be filtered by: ``SALES_OPTIONS``."""
    with reading(settings, version) as conn:
        return sales_options.sales_options(conn, "lead_spells", scope=scope)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def listed(settings: Settings, version: str, scope: AccessScope, cut: LeadCut) -> pd.DataFrame:
    """Return the leads of a cut: ``LEADS``."""
    with reading(settings, version) as conn:
        return leads.leads(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def costs(settings: Settings, version: str, scope: AccessScope, cut: LeadCut) -> pd.DataFrame:
    """Return what campaigns cost: ``LEAD_COSTS``; nothing for who sees a part only."""
    with reading(settings, version) as conn:
        return leads.lead_costs(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def waiting(
    settings: Settings, version: str, scope: AccessScope, cut: LeadCut, limit: int, offset: int
) -> pd.DataFrame:
    """Return one page of the leads that wait for a first contact: ``LEADS``."""
    with reading(settings, version) as conn:
        return leads_waiting.waiting_leads(conn, cut, scope=scope, limit=limit, offset=offset)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def total(settings: Settings, version: str, scope: AccessScope, pick: LeadPick) -> int:
    """Return how many leads are behind a number."""
    with reading(settings, version) as conn:
        return lead_rows.lead_rows_count(conn, pick, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def some(
    settings: Settings, version: str, scope: AccessScope, pick: LeadPick, limit: int, offset: int
) -> pd.DataFrame:
    """Return one page of the leads behind a number: ``LEAD_ROWS``."""
    with reading(settings, version) as conn:
        return lead_rows.lead_rows(conn, pick, scope=scope, limit=limit, offset=offset)


def everyone(
    settings: Settings, version: str, scope: AccessScope, pick: LeadPick, *, limit: int
) -> pd.DataFrame:
    """Return the leads behind a number for an export; not cached."""
    with reading(settings, version) as conn:
        return lead_rows.lead_rows(conn, pick, scope=scope, limit=limit)


def all_waiting(
    settings: Settings, version: str, scope: AccessScope, cut: LeadCut, *, limit: int
) -> pd.DataFrame:
    """Return the leads that wait for an export; not cached."""
    with reading(settings, version) as conn:
        return leads_waiting.waiting_leads(conn, cut, scope=scope, limit=limit)


@st.cache_data(ttl=TTL, max_entries=10, show_spinner=False)
def scored(
    settings: Settings, version: str, days: int, until: date, known_before: datetime | None
) -> tuple[LeadScore, pd.DataFrame]:
    """Return the lead score of the company, and every open lead young enough with its chance.

    Learnt from all leads, whoever asks: one seller's are too few. What a viewer is shown of the
    result is theirs only (``open_scores``). ``until`` is the first day that is not told of,
    ``known_before`` its beginning where more is known today.
    """
    with reading(settings, version) as conn:
        every = LeadCut(known_before=known_before)
        known = leads.leads(conn, every, scope=EVERYTHING).tail(MOST_LEARNT)
    # The owner on record is that of today: who has none yet may have none because of how it went.
    blind = known.assign(owner_id=pd.Series(None, index=known.index, dtype="str"))
    end = pd.Timestamp(until)
    found = score_leads(blind, days=days, until=end)
    is_open = known["outcome"].isna() & (known["created_on"] + pd.Timedelta(days=days) >= end)
    chances = known.assign(chance=found.probabilities(blind))[is_open]
    return found, chances.sort_values(
        ["chance", "lead_no"], ascending=[False, True], ignore_index=True
    )


def open_scores(
    settings: Settings, version: str, scope: AccessScope, cut: LeadCut, days: int, until: date
) -> tuple[LeadScore, pd.DataFrame]:
    """Return the score, and the open leads that the viewer sees with their chance, best first."""
    found, chances = scored(settings, version, days, until, cut.known_before)
    seen = listed(settings, version, scope, cut)["lead_id"]
    return found, chances[chances["lead_id"].isin(seen)].reset_index(drop=True)
