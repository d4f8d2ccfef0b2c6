"""Forecasts of a company's series, for pages and the command line. Not cached here."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from crm_data.queries import series
from crm_data.queries.series import SeriesCut
from crm_data.sql import Connection
from forecasting import Events, Forecast, components
from forecasting.campaigns import company_events
from forecasting.drivers import Drivers
from forecasting.drivers import drivers as made_of
from forecasting.history import History
from forecasting.levels import Levels, levels
from forecasting.sales import Known, known_of, sales_forecast
from forecasting.series import regular_series
from ui.filters import MISSING

# What is forecast period by period; the first is the default.
SERIES_METRICS = (
    "net_revenue",
    "orders",
    "units",
    "active_customers",
    "new_customers",
    "won_value",
)
# Periods ahead by frequency, the default first.
HORIZONS: dict[str, tuple[str, ...]] = {
    "month": ("6", "3", "12"),
    "week": ("13", "4", "26"),
    "quarter": ("4", "2", "8"),
    "day": ("28", "14", "56"),
}
# Measures that do not add up over days or over members of these dimensions: who buys on two days
# of a month is one customer of it, and an order is in every category of its lines.
NOT_OVER_DAYS = ("active_customers",)
_NOT_OVER = {"active_customers": ("channel", "category"), "orders": ("category",),
             "new_customers": ("channel", "category")}  # fmt: skip


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


def events_of(conn: Connection, cut: SeriesCut, country: str) -> Events:
    """Return the holidays and campaigns known to a forecast: facts of the company, nobody's."""
    _, last = series.series_days(conn, cut)
    found = series.promotions(conn, as_of=cut.as_of)
    return company_events(found, cut.frequency, country, last)


def answer_of(
    found: pd.DataFrame,
    events: Events,
    horizon: int,
    frequency: str,
    candidates: tuple[str, ...] | None = None,
) -> Answer:
    """Return the forecast of a series (``SERIES``), by default of all candidates that suit it."""
    known = known_of(found)
    made = sales_forecast(known.over, horizon, frequency, events=events, candidates=candidates)
    return Answer(known, made, events)


def adds_up(measure: str, by: str) -> bool:
    """Return whether a measure's members of ``by`` add up to its total."""
    return by not in _NOT_OVER.get(measure, ())


def levels_of(found: pd.DataFrame, events: Events, horizon: int, frequency: str) -> Levels | None:
    """Return the total and its parts from the series of all members; None for too few parts.

    A missing member is ``MISSING``.
    """
    over = found[found["is_complete"]]
    named = over.assign(member=over["member"].astype("object").fillna(MISSING))
    table = named.pivot(index="period_on", columns="member", values="value").fillna(0.0)
    table.index = pd.DatetimeIndex(table.index)
    if len(table) < 1:
        return None
    return levels(table.rename_axis(columns=None), horizon, frequency, events=events)


def drivers_of(
    found: Callable[[str], pd.DataFrame], events: Callable[[str], Events]
) -> Drivers | None:
    """Return what moves a series; None where Prophet cannot tell.

    Takes functions that give the series (``SERIES``) and the events by a frequency.

    By day where most days have a value, else by week, else by month: the finer, the better a
    festival that moves can be told from the season.
    """
    for frequency, (fewest, ahead) in _TO_TELL.items():
        known = known_of(found(frequency))
        regular = regular_series(known.over, frequency, gaps="zero")
        if regular.trouble is not None or len(known.over) < fewest:
            continue
        history = History(regular.grid, regular.values, events(frequency))
        parts = components(history, ahead)
        return None if parts.empty else made_of(parts, known.over, frequency)
    return None


# Values below which season and holidays cannot be told apart, and periods ahead that are shown.
_TO_TELL = {"day": (400, 184), "week": (60, 26), "month": (24, 6)}
