"""Cached reads of series and cached forecasts of them; the rules of ``ui.loaders`` hold here too.

A forecast is made from what its key names: whose rows (scope), which version, which series, how
far. That takes a second or a few, so it is kept as a query's result is.
"""

from dataclasses import replace

import pandas as pd
import streamlit as st

from crm_data.queries import series
from crm_data.queries.series import SeriesCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from forecasting import Events
from forecasting.drivers import Drivers
from forecasting.levels import Levels
from forecasting.nowcast import Nowcast
from forecasting.sales import known_of
from ui import forecast_answers as answers
from ui.forecast_answers import Answer
from ui.forecast_kept import kept_forecast
from ui.loaders import TTL, reading

__all__ = ["Answer"]


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
        return answers.events_of(conn, cut, settings.holiday_country)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def answer(
    settings: Settings, version: str, scope: AccessScope, cut: SeriesCut, horizon: int
) -> Answer:
    """Return the forecast of a series by all candidates that it is long enough for.

    What the version keeps is used where it is of the same values and periods ahead. The period in
    progress knows what has come of it.
    """
    found = metric_series(settings, version, scope, cut)
    about = events(settings, version, _of_all(cut))
    known = known_of(found)
    kept = kept_forecast(settings, version, scope, cut, horizon, known.over)
    made = Answer(known, kept, about) if kept is not None else (
        answers.answer_of(found, about, horizon, cut.frequency)
    )  # fmt: skip
    return answers.landed(made, running(settings, version, scope, cut))


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def running(settings: Settings, version: str, scope: AccessScope, cut: SeriesCut) -> Nowcast | None:
    """Return where the period in progress lands; None where that cannot be told."""
    days = answers.day_cut(cut)
    if days is None:
        return None
    return answers.now_of(metric_series(settings, version, scope, days), cut)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def drivers(settings: Settings, version: str, scope: AccessScope, cut: SeriesCut) -> Drivers | None:
    """Return what moves a series; None where Prophet cannot tell."""

    def at(frequency: str) -> SeriesCut:
        return replace(cut, frequency=frequency)

    return answers.drivers_of(
        lambda frequency: metric_series(settings, version, scope, at(frequency)),
        lambda frequency: events(settings, version, _of_all(at(frequency))),
    )


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def levels(
    settings: Settings, version: str, scope: AccessScope, cut: SeriesCut, horizon: int
) -> Levels | None:
    """Return a total and its parts by ``cut.by``; None where there are too few parts."""
    found = metric_series(settings, version, scope, cut)
    about = events(settings, version, _of_all(cut))
    whole = answer(settings, version, scope, replace(cut, by=""), horizon)
    return answers.levels_of(found, about, horizon, cut.frequency, whole)


def _of_all(cut: SeriesCut) -> SeriesCut:
    return replace(cut, by="", where=(), among="")
