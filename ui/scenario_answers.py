"""Scenarios beside a forecast, in numbers: for the page and the command line. Not cached here."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from forecasting.period_total import PeriodTotal, period_total
from forecasting.scenarios import MOST, Scenario, place_of, scenario_of, with_assumptions
from ui.forecast_answers import Answer
from ui.forecast_view import ForecastView

PARAMETER = "what_if"


def read(texts: Sequence[str]) -> list[Scenario]:
    """Return the scenarios that texts of an address hold, each name once."""
    found = [scenario_of(text) for text in texts]
    return list({one.name: one for one in found if one is not None}.values())[:MOST]


def compared(view: ForecastView, answer: Answer, found: list[Scenario]) -> pd.DataFrame:
    """Return the forecast and each scenario: ``scenario`` (empty: none), sums of their values.

    ``ahead_sum`` is of all periods ahead; ``review_total`` what the period under review comes to,
    missing where the forecast does not reach its end.
    """
    rows = [("", float(answer.made.forecast["yhat"].sum()), total_of(view, answer).value)]
    for one in found:
        made = _under(view, answer, one)
        rows.append((one.name, float(made.made.forecast["yhat"].sum()), total_of(view, made).value))
    return pd.DataFrame(rows, columns=["scenario", "ahead_sum", "review_total"])


def made_under(view: ForecastView, answer: Answer, one: Scenario) -> "pd.Series[float]":
    """Return the forecast under a scenario, by period."""
    return with_assumptions(
        answer.made.forecast, one, view.frequency, so_far=answer.so_far,
        is_never_negative=answer.made.series.is_never_negative,
    )  # fmt: skip


def move_limit(view: ForecastView, answer: Answer, one: Scenario) -> float | None:
    """Return what is moved of a campaign; None where that is all of it."""
    days = pd.DatetimeIndex(answer.made.forecast["ds"])
    source, target = (place_of(days, day) for day in (one.moved_from, one.moved_to))
    if source is None or target is None:
        return 0.0
    if source == target:
        return None
    at = days[target]
    without = made_under(view, answer, replace(one, moved=0.0))
    moved = float(made_under(view, answer, one)[at] - without[at])
    return None if moved >= one.moved * (1 - 1e-9) else moved


def total_of(view: ForecastView, answer: Answer) -> PeriodTotal:
    """Return what the period under review comes to."""
    return period_total(answer.known, answer.made, view.start, view.end)


def _under(view: ForecastView, answer: Answer, one: Scenario) -> Answer:
    ahead = answer.made.forecast
    made = made_under(view, answer, one)
    moved = made.to_numpy() - ahead["yhat"].to_numpy()
    bands = [name for name in ahead if name not in ("ds", "yhat")]
    table = pd.concat([ahead[["ds"]].assign(yhat=made.to_numpy()),
                       ahead[bands].add(moved, axis=0)], axis=1)  # fmt: skip
    return replace(answer, made=replace(answer.made, forecast=table))
