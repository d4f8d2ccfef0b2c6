"""Forecasts that versions keep, for pages: of this version, of earlier ones, and alerts."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from crm_data import warehouse
from crm_data.errors import CrmError
from crm_data.queries import forecasts
from crm_data.queries.model_cards import model_card
from crm_data.queries.series import SeriesCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from forecasting import Forecast
from forecasting.stored import from_stored
from ui.loaders import TTL, reading

_CARD = "forecast"
_LOOKED_BACK = 30  # versions, of which several may be of one day


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def kept(
    settings: Settings, version: str, scope: AccessScope, cut: SeriesCut
) -> tuple[dict[str, Any], forecasts.Kept] | None:
    """Return the card's words and the rows of a whole company's series; None where none are kept.

    A part of the company, a filter or a past day is never kept.
    """
    if cut.where or cut.among or cut.as_of is not None or cut.by or not scope.is_everything:
        return None
    with reading(settings, version) as conn:
        card = model_card(conn, _CARD) or {"series": []}
        found = forecasts.kept_forecast(conn, cut.measure, cut.frequency, scope=scope)
    for told in card["series"]:
        if (told["measure"], told["frequency"]) == (cut.measure, cut.frequency) and found:
            return told, found
    return None


def kept_forecast(
    settings: Settings,
    version: str,
    scope: AccessScope,
    cut: SeriesCut,
    horizon: int,
    over: "pd.Series[float]",
) -> Forecast | None:
    """Return the forecast that this version keeps of exactly these values; else None."""
    found = kept(settings, version, scope, cut)
    if found is None or found[0]["horizon"] != horizon:
        return None
    told, rows = found
    return from_stored(over, cut.frequency, rows.ahead, rows.tests, told)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def earlier(
    settings: Settings, version: str, scope: AccessScope, cut: SeriesCut
) -> tuple[str, date, pd.DataFrame] | None:
    """Return version, first day not known then, and forecast of the newest one that knew less.

    ``ds``, ``yhat`` and bands, of the candidate that was used then.
    """
    now = kept(settings, version, scope, cut)
    if now is None:
        return None
    names = [one.version for one in warehouse.versions(settings) if one.is_kept]
    for name in sorted((name for name in names if name < version), reverse=True)[:_LOOKED_BACK]:
        try:
            found = kept(settings, name, scope, cut)
        except CrmError:  # of another release, or gone meanwhile
            continue
        if found is not None and found[0]["known_until"] < now[0]["known_until"]:
            told, rows = found
            own = rows.ahead[rows.ahead["candidate"] == told["chosen"]]
            table = own.rename(columns={"period_on": "ds"}).reset_index(drop=True)
            return name, date.fromisoformat(told["known_until"]), table
    return None


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def newest(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return newest periods beside the bands that were given for them: ``NEWEST``."""
    with reading(settings, version) as conn:
        return forecasts.newest_against_band(conn, scope=scope)


def outside(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return the rows of ``newest`` that left their 95 % band, by days left out.

    One in twenty leaves it by chance: one in five, of an 80 % band, or one of twenty days, would
    alarm too often to be read.
    """
    found = newest(settings, version, scope)
    is_out = (found["actual"] < found["low_95"]) | (found["actual"] > found["high_95"])
    return found[is_out & (found["frequency"] != "day")].reset_index(drop=True)
