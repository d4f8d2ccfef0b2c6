"""Saved comparisons made again, for the page and the command line. Not cached here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from crm_data.saved_scenarios import ComparisonDraft, SavedComparison, ScenarioTotal
from forecasting.scenarios import Scenario
from ui.filters import MISSING, SEGMENT
from ui.forecast_answers import HORIZONS, SERIES_METRICS, Answer
from ui.forecast_view import DEAL_FIELDS, ORDER_FIELDS, ForecastView, is_of_deals, review_days
from ui.scenario_answers import PARAMETER, compared, read, total_of

_NAME = "scenarios"  # of the view
_AS_OF = "as_of"
_FIELDS = tuple(dict.fromkeys(("pipeline", *DEAL_FIELDS, *ORDER_FIELDS)))
# What a question may hold: written into the address, all of it goes first.
PARAMETERS = ("metric", "frequency", "horizon", "period", SEGMENT, _AS_OF, PARAMETER, *_FIELDS)


@dataclass(frozen=True, eq=False)
class Against:
    """A saved comparison beside what is known now.

    Attributes
    ----------
    table : DataFrame
        ``scenario`` (empty: the forecast), ``then``, ``now``, ``came``: what the period comes to.
        Missing is ``then`` where the viewer may not see it, ``now`` once the period is over, and
        ``came`` before that; each where it cannot be told.
    is_over : bool
    so_far : float
        What has come of the period.
    """

    table: pd.DataFrame
    is_over: bool
    so_far: float


def draft_of(
    view: ForecastView, found: Sequence[Scenario], table: pd.DataFrame, *, segment: str,
    version: str,
) -> ComparisonDraft:  # fmt: skip
    """Return what is saved of a view, its scenarios and what they come to (``compared``)."""
    question = {
        "metric": [view.metric], "frequency": [view.frequency], "horizon": [str(view.horizon)],
        "period": [view.period], PARAMETER: [one.to_text() for one in found],
    }  # fmt: skip
    question |= {
        name: [MISSING if value is None else value for value in kept] for name, kept in view.where
    }
    if view.among:
        question[SEGMENT] = [segment]
    if not view.is_now:
        question[_AS_OF] = [view.as_of.isoformat()]
    totals = tuple(
        ScenarioTotal(row["scenario"], row["review_total"], row["ahead_sum"])
        for row in table.to_dict("records")
    )
    return ComparisonDraft(
        question, view.among, view.frequency, view.start, view.end, view.as_of, totals, version
    )


def view_of(one: SavedComparison, first: date, last: date) -> ForecastView | None:
    """Return the view that makes a comparison again as known on ``last``.

    None where this release has no such series any more.
    """
    metric, horizon = _only(one.question, "metric"), _only(one.question, "horizon")
    if metric not in SERIES_METRICS or horizon not in HORIZONS.get(one.frequency, ()):
        return None
    where = tuple(
        (name, tuple(None if value == MISSING else value for value in one.question[name]))
        for name in _FIELDS
        if one.question.get(name)
    )
    return ForecastView(
        _NAME, metric, one.frequency, int(horizon), _only(one.question, "period"),
        one.period_start, one.period_end, where, one.among, last, first, last,
    )  # fmt: skip


def days_of(one: SavedComparison) -> str:
    """Return whose days it is seen in: ``deals`` or ``orders``."""
    metric = _only(one.question, "metric")
    return "deals" if metric in SERIES_METRICS and is_of_deals(_NAME, metric) else "orders"


def scenarios_of(one: SavedComparison) -> list[Scenario]:
    """Return the scenarios of a comparison."""
    return read(one.question.get(PARAMETER, []))


def against(view: ForecastView, answer: Answer, one: SavedComparison) -> Against:
    """Return a comparison beside its forecast as it is made now (``view_of``)."""
    names = ["", *(scenario.name for scenario in scenarios_of(one))]
    then = {} if one.totals is None else {t.scenario: t.review_total for t in one.totals}
    table = pd.DataFrame({"scenario": names})
    table["then"] = pd.Series([then.get(name) for name in names], dtype="float64")
    is_over = view.end <= view.until
    now, came, so_far = float("nan"), float("nan"), float("nan")
    if not answer.made.forecast.empty:
        total = total_of(view, answer)
        so_far, came = total.so_far, total.value if is_over else came
    if is_over or answer.made.forecast.empty:
        return Against(table.assign(now=now, came=came), is_over, so_far)
    made = compared(view, answer, scenarios_of(one))["review_total"]
    return Against(table.assign(now=made.to_numpy(), came=came), is_over, so_far)


def address_of(one: SavedComparison, as_of: date) -> dict[str, list[str]]:
    """Return the parameters that show a comparison's period, as known on ``as_of`` if they can.

    A period is named by where it lies to the day that is looked from; where none of the names is
    that of the period any more, it is looked from the day on which the comparison was saved.
    """
    question = {name: list(one.question[name]) for name in PARAMETERS if name in one.question}
    if _AS_OF in question:
        return question
    days = (one.period_start, one.period_end)
    own = _only(question, "period")
    for period in (own, "this_quarter", "this_month", "this_year"):
        if period and review_days(period, as_of) == days:
            return question | {"period": [period]}
    return question | {_AS_OF: [one.as_of.isoformat()]}


def _only(question: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(question.get(name, ())), "")
