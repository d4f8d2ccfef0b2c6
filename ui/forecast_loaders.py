"""Cached reads of series and cached forecasts of them; the rules of ``ui.loaders`` hold here too.

A forecast is made from what its key names: whose rows (scope), which version, which series, how
far. That takes a second or a few, so it is kept as a query's result is.
"""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from crm_data.queries import series
from crm_data.queries.series import SeriesCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from forecasting import Events, Forecast, components
from forecasting.campaigns import company_events
from forecasting.drivers import Drivers
from forecasting.drivers import drivers as made_of
from forecasting.history import History
from forecasting.nowcast import Nowcast, nowcast
from forecasting.sales import Known, known_of, sales_forecast
from forecasting.series import regular_series
from ui.loaders import TTL, reading

NOT_ADDED = ("active_customers",)  # who buys on two days of a month is one customer of it
# Values below which season and holidays cannot be told apart, and periods ahead that are shown.
_FEWEST_TO_TELL = {"day": 400, "week": 60, "month": 24}
_AHEAD_TO_TELL = {"day": 184, "week": 26, "month": 6}


@dataclass(frozen=True, eq=False)
class Answer:
    """A series and its forecast.

    Attributes
    ----------
    known : Known
    made : Forecast
    events : Events
        Holidays and campaigns that it knew.
    """

    known: Known
    made: Forecast
    events: Events


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def metric_series(
    settings: Settings, version: str, scope: AccessScope, cut: SeriesCut
) -> pd.DataFrame:
    """Return a metric period by period: ``SERIES``."""
    with reading(settings, version) as conn:
        return series.metric_series(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def events(settings: Settings, version: str, cut: SeriesCut) -> Events:
    """Return the holidays and campaigns known to a forecast: facts of the company, nobody's."""
    with reading(settings, version) as conn:
        _, last = series.series_days(conn, cut)
        found = series.promotions(conn, as_of=cut.as_of)
    return company_events(found, cut.frequency, settings.holiday_country, last)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def answer(
    settings: Settings, version: str, scope: AccessScope, cut: SeriesCut, horizon: int
) -> Answer:
    """Return the forecast of a series by all candidates that it is long enough for."""
    known = known_of(metric_series(settings, version, scope, cut))
    about = events(settings, version, replace(cut, by="", where=(), among=""))
    made = sales_forecast(known.over, horizon, cut.frequency, events=about)
    return Answer(known, made, about)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def running(settings: Settings, version: str, scope: AccessScope, cut: SeriesCut) -> Nowcast | None:
    """Return where the period in progress lands; None where that cannot be told."""
    if cut.frequency == "day" or cut.measure in NOT_ADDED:
        return None
    found = metric_series(settings, version, scope, replace(cut, frequency="day"))
    days = pd.Series(found["value"].to_numpy(), index=pd.DatetimeIndex(found["period_on"]))
    return nowcast(days, cut.frequency)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def drivers(settings: Settings, version: str, scope: AccessScope, cut: SeriesCut) -> Drivers | None:
    """Return what moves a series; None where Prophet cannot tell.

    By day where most days have a value, else by week, else by month: the finer, the better a
    festival that moves can be told from the season.
    """
    for frequency in ("day", "week", "month"):
        one = replace(cut, frequency=frequency)
        known = known_of(metric_series(settings, version, scope, one))
        regular = regular_series(known.over, frequency, gaps="zero")
        if regular.trouble is not None or len(known.over) < _FEWEST_TO_TELL[frequency]:
            continue
        about = events(settings, version, replace(one, by="", where=(), among=""))
        history = History(regular.grid, regular.values, about)
        parts = components(history, _AHEAD_TO_TELL[frequency])
        return None if parts.empty else made_of(parts, known.over, frequency)
    return None
