"""What was forecast before: the same series as it was known one period earlier."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from crm_data.queries.series import SeriesCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from forecasting.candidates import MEAN
from forecasting.sales import PROPHET, sales_forecast
from ui import forecast_kept
from ui import forecast_loaders as load
from ui.context import PageContext
from ui.loaders import TTL

_FEWEST = 3  # values below which there is no earlier forecast to speak of


@dataclass(frozen=True, eq=False)
class Earlier:
    """An earlier forecast.

    Attributes
    ----------
    forecast : DataFrame
        ``ds``, ``yhat`` and bands.
    known_until : date
        Last day that it knew.
    version : str
        Of the version that stored it; empty: made again with what was known then.
    """

    forecast: pd.DataFrame
    known_until: date
    version: str = ""


def earlier(
    settings: Settings, version: str, scope: AccessScope, cut: SeriesCut, horizon: int
) -> Earlier | None:
    """Return the newest stored forecast that knew less, else one made again."""
    stored = forecast_kept.earlier(settings, version, scope, cut)
    if stored is None:
        return made_again(settings, version, scope, cut, horizon)
    name, until, table = stored
    return Earlier(table, until - timedelta(days=1), name)


def source_words(ctx: PageContext, found: Earlier) -> str:
    """Return where an earlier forecast is from, and what it knew."""
    key = "changed_stored" if found.version else "changed_again"
    day = ctx.formats.day(found.known_until)
    return ctx.t(f"forecast.{key}", day=day, version=found.version)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def made_again(
    settings: Settings, version: str, scope: AccessScope, cut: SeriesCut, horizon: int
) -> Earlier | None:
    """Return the forecast of one period earlier, made again; None where there is too little.

    By the candidate that is used now, or the mean where that is Prophet, which takes seconds.
    Values are those of today's version: what was corrected since is not as it was then.
    """
    answer = load.answer(settings, version, scope, cut, horizon)
    values = answer.known.over
    if len(values) < _FEWEST or answer.made.series.trouble is not None:
        return None
    chosen = MEAN if answer.made.chosen in PROPHET else answer.made.chosen
    made = sales_forecast(
        values.iloc[:-1], horizon, cut.frequency, events=answer.events, candidates=(chosen,)
    )
    until = values.index[-1].date() - timedelta(days=1)
    return Earlier(made.forecast, until)
