"""Forecasts of a company's series, for pages and the command line. Not cached here."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from crm_data.queries import series
from crm_data.queries.series import SeriesCut
from crm_data.sql import Connection
from forecasting import Events, Forecast, components
from forecasting.campaigns import company_events
from forecasting.drivers import Drivers
from forecasting.drivers import drivers as made_of
from forecasting.history import History
from forecasting.landing import Landing, levels_with_landing, with_landing
from forecasting.levels import OTHER, Levels, levels
from forecasting.nowcast import Nowcast, nowcast
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
        Its first period knows what has come of it (see ``landed``).
    events : Events
        Holidays and campaigns that it knew.
    landing : Landing or None
        How the value of the period in progress came about; None: the series alone.
    """

    known: Known
    made: Forecast
    events: Events
    landing: Landing | None = None

    @property
    def so_far(self) -> float:
        """What has come of the first period ahead."""
        return 0.0 if self.known.running.empty else float(self.known.running.iloc[0])


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


def now_of(days: pd.DataFrame, cut: SeriesCut) -> Nowcast | None:
    """Return where the period in progress lands, from the same series by day (``day_cut``)."""
    values = pd.Series(days["value"].to_numpy(), index=pd.DatetimeIndex(days["period_on"]))
    return nowcast(values, cut.frequency)


def day_cut(cut: SeriesCut) -> SeriesCut | None:
    """Return the days that a period in progress is told from; None where they do not add up."""
    if cut.frequency == "day" or cut.measure in NOT_OVER_DAYS:
        return None
    return replace(cut, frequency="day", by="")


def landed(answer: Answer, now: Nowcast | None) -> Answer:
    """Return an answer whose first period knows what has come of it."""
    made, landing = with_landing(answer.made, answer.known, now)
    return replace(answer, made=made, landing=landing)


def adds_up(measure: str, by: str) -> bool:
    """Return whether a measure's members of ``by`` add up to its total."""
    return by not in _NOT_OVER.get(measure, ())


def levels_of(
    found: pd.DataFrame, events: Events, horizon: int, frequency: str, whole: Answer | None = None
) -> Levels | None:
    """Return the total and its parts from the series of all members; None for too few parts.

    A missing member is ``MISSING``. With the answer of the total, the period in progress adds up
    to what that says.
    """
    named = found.assign(member=found["member"].astype("object").fillna(MISSING))
    is_over = named["is_complete"]
    table = named[is_over].pivot(index="period_on", columns="member", values="value").fillna(0.0)
    table.index = pd.DatetimeIndex(table.index)
    if len(table) < 1:
        return None
    made = levels(table.rename_axis(columns=None), horizon, frequency, events=events)
    if made is None or whole is None or whole.known.running.empty:
        return made
    day = whole.known.running.index[0]
    running = named[~is_over & (pd.DatetimeIndex(named["period_on"]) == day)]
    own = running["member"].where(running["member"].isin(made.parts["member"]), OTHER)
    came = running["value"].groupby(own.to_numpy()).sum()
    return levels_with_landing(made, came, whole.made.forecast.iloc[0])


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
