"""The step ``forecast``: the company's main series ahead, with the back-test of every candidate.

Which series: the rule set ``forecast`` (``analytics.forecast_rules``). The card
``forecast`` holds ``series``: of each the ``measure``, ``frequency``, ``horizon``, how it was
chosen (``forecasting.stored.choice_of``), ``known_until``, the last day of the last period that was
known, and ``before``, the same of the forecast that knew one period less. Tickets by week have
a card of their own (``scoring.forecast_tickets``).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics.forecast_rules import RULES, kept_series
from analytics.metric_registry import METRICS
from crm_data.calendar import floor_to
from crm_data.calendar import step as next_period
from crm_data.marts import score_inputs_forecast as inputs
from crm_data.score_store import ScoreStore
from forecasting import Events, Forecast, forecast_many
from forecasting.campaigns import company_events
from forecasting.candidates import MEAN
from forecasting.engine import Options
from forecasting.sales import DIGITS, PROPHET, candidates_for, sales_forecast
from forecasting.stored import ahead_rows, backtest_rows, choice_of
from scoring.forecast_tickets import CARD as TICKET_CARD
from scoring.forecast_tickets import ticket_forecast
from scoring.forecast_work import Work
from scoring.step import Scores

CARD = "forecast"
HORIZONS = {"day": 28, "week": 13, "month": 6, "quarter": 4}
_FEWEST = {"day": 120, "week": 104, "month": 24, "quarter": 8}  # periods below which none is kept
_MANY = 6  # series from which several processes are worth their start
_ACTIVE = "active_customers"
_FROM = 7 / 8  # of all steps: those before this one


@dataclass(frozen=True, eq=False)
class _Series:
    metric: str
    frequency: str
    over: "pd.Series[float]"

    @property
    def measure(self) -> str:
        return METRICS[self.metric].numerator


def step(store: ScoreStore, _customers: pd.DataFrame, _as_of: date) -> Scores:
    """Return rows of ``forecasts`` and ``forecast_backtests``, and the card ``forecast``."""
    known = store.frame(inputs.KNOWN_DAYS_SQL, inputs.KNOWN_DAYS).iloc[0]
    days = {
        "orders": store.frame(inputs.ORDER_DAYS_SQL, inputs.ORDER_DAYS).set_index("day"),
        "deals": store.frame(inputs.WON_DAYS_SQL, inputs.WON_DAYS).set_index("day"),
    }
    campaigns = store.frame(inputs.CAMPAIGNS_SQL, inputs.CAMPAIGNS)
    work = Work(store.folder)
    ahead, tests, told = [], [], []
    for alike in _alike(store, days, known):
        frequency = alike[0].frequency
        until = next_period(alike[0].over.index[-1].date(), frequency) - timedelta(days=1)
        events = company_events(campaigns, frequency, store.country, until)
        for one, made in zip(alike, _made(store, alike, events, work), strict=True):
            before = _before(one, made, events)
            key = {"measure": one.measure, "frequency": frequency}
            ahead.append(ahead_rows(made).assign(made="now", **key))
            ahead.append(ahead_rows(before).assign(made="before", **key))
            tests.append(backtest_rows(made).assign(**key))
            told.append(_told(one, made, before))
    work.drop_unused()
    cards: dict[str, Any] = {CARD: {"series": told}}
    of_tickets = ticket_forecast(store)
    if of_tickets is not None:
        rows, tested, cards[TICKET_CARD] = of_tickets
        ahead.append(rows)
        tests.append(tested)
    if not ahead:
        return Scores(cards=cards)
    tables = {"forecasts": pd.concat(ahead), "forecast_backtests": pd.concat(tests)}
    return Scores(tables=tables, cards=cards)


def _alike(
    store: ScoreStore, days: Mapping[str, pd.DataFrame], known: pd.Series
) -> list[list[_Series]]:
    """Return the series that are long enough, by frequency and candidates."""
    groups: dict[tuple[str, int], list[_Series]] = {}
    for metric, frequency in kept_series(store.rules.get(RULES)):
        found = _series(days, known, metric, frequency)
        if found is not None and len(found.over) >= _FEWEST[frequency]:
            names = candidates_for(len(found.over), frequency)
            groups.setdefault((frequency, len(names)), []).append(found)
    return list(groups.values())


def _made(store: ScoreStore, alike: list[_Series], events: Events, work: Work) -> list[Forecast]:
    """Forecast series of one frequency, in several processes where they are many."""
    first, many = alike[0], len(alike) >= _MANY
    names, ahead = candidates_for(len(first.over), first.frequency), HORIZONS[first.frequency]
    files = {
        one.metric: work.name(one.over, one.frequency, (ahead, names), events) for one in alike
    }
    ready = {one.metric: work.read(files[one.metric], one.over, one.frequency) for one in alike}
    found = forecast_many(
        ((one.metric, one.over) for one in alike), ahead, first.frequency,
        options=Options(candidates=names, gaps="zero", events=events),
        done={metric: made for metric, made in ready.items() if made is not None},
        keep=lambda metric, made: work.keep(files[metric], made),
        progress=lambda done, of: store.progress(
            f"score forecast {first.frequency} {done}/{of}", _FROM + (1 - _FROM) * done / of
        ),
        processes=min(len(alike), os.cpu_count() or 1) if many else 1,
    )  # fmt: skip
    return [found[one.metric] for one in alike]


def _before(one: _Series, made: Forecast, events: Events) -> Forecast:
    """Return what was forecast with one period less; by the mean where Prophet would be slow."""
    name = MEAN if made.chosen in PROPHET else made.chosen
    names = (name,) if made.series.trouble is None else None
    values = one.over.iloc[:-1]
    return sales_forecast(
        values, HORIZONS[one.frequency], one.frequency, events=events, candidates=names
    )


def _told(one: _Series, made: Forecast, before: Forecast) -> dict[str, Any]:
    last = one.over.index[-1].date()
    return {
        "metric": one.metric, "measure": one.measure, "frequency": one.frequency,
        "horizon": HORIZONS[one.frequency], "known_until": next_period(last, one.frequency),
        **choice_of(made), "before": choice_of(before) | {"known_until": last},
    }  # fmt: skip


def _series(
    days: Mapping[str, pd.DataFrame], known: pd.Series, metric: str, frequency: str
) -> _Series | None:
    """Return a metric by period that is over, as ``crm_data.queries.series`` counts it."""
    source = "deals" if METRICS[metric].source == "deals" else "orders"
    first, last = known[f"{source}_first"], known[f"{source}_last"]
    column = METRICS[metric].numerator
    if metric == _ACTIVE:
        column = f"active_in_{frequency}"  # by day there is none: it is not kept
    if pd.isna(first) or pd.isna(last) or column not in days[source]:
        return None
    starts, period = [], floor_to(first.date(), frequency)
    period = period if period == first.date() else next_period(period, frequency)
    while next_period(period, frequency) <= last.date() + timedelta(days=1):
        starts.append(pd.Timestamp(period))
        period = next_period(period, frequency)
    values = days[source][column].astype("float64")
    place = [pd.Timestamp(floor_to(day.date(), frequency)) for day in values.index]
    sums = values.groupby(pd.DatetimeIndex(place)).sum(min_count=1)
    sums = sums.reindex(pd.DatetimeIndex(starts), fill_value=0.0)
    sold = sums[sums != 0]
    return _Series(metric, frequency, sums[sold.index[0] :].round(DIGITS)) if len(sold) else None
