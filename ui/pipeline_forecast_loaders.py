"""Cached reads for the forecast of the pipeline; the rules of ``ui.loaders`` hold here too."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from crm_data.queries.deals import DealCut
from crm_data.queries.forecast_submissions import teams_seen
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import pipeline_forecast_answers as answers
from ui.loaders import TTL, reading
from ui.pipeline_blend import Blended, blended, past_quarters


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def outlook(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, as_of: date,
    period: answers.Period,
) -> answers.Outlook:  # fmt: skip
    """Forecast a period from the last day with news of deals; see ``outlook_at``."""
    with reading(settings, version) as conn:
        return answers.outlook_at(conn, cut, as_of=as_of, period=period, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def together(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, as_of: date,
    period: answers.Period,
) -> Blended | None:  # fmt: skip
    """Return the forecast blended with that of the series; None where there is none."""
    found = outlook(settings, version, scope, cut, as_of, period)
    rows = past(settings, version, scope, cut, as_of + timedelta(days=1))
    with reading(settings, version) as conn:
        return blended(conn, cut, found, rows, period=period, scope=scope)


def past(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut, until: date
) -> pd.DataFrame:
    """Return quarters of the deals of a cut that were over: ``PIPELINE_BACKTEST``.

    ``until`` is the first day that is not known. Empty where none is kept.
    """
    rows = backtest(settings, version, scope)
    over = rows[rows["period_end"] <= pd.Timestamp(until)]
    teams = _teams_seen(settings, version, scope)
    return answers.backtest_of(over, replace(cut, as_of=None), scope.owner_ids, teams)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def _teams_seen(settings: Settings, version: str, scope: AccessScope) -> frozenset[str | None]:
    with reading(settings, version) as conn:
        return teams_seen(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def backtest(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return past quarters of all that the viewer sees; see ``past_quarters``."""
    with reading(settings, version) as conn:
        return past_quarters(conn, scope=scope)
