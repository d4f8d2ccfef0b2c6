"""What became of each measure of the scorecard at a date: for page, report and command line."""

import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from analytics.before_after import (
    LEAST_MONTHS,
    Against,
    Change,
    Spans,
    before_after,
    difference_in_differences,
    spans,
)
from analytics.metric_registry import metric
from crm_data.calendar import add_months
from crm_data.queries.cut import Cut
from crm_data.rules import stored_rules
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import scorecard_loaders as load
from ui.cohort_metrics import MONTHS as EARLY_MONTHS
from ui.scorecard_series import MEASURES, Group, Series

MONTHS = ("6", "3", "12")
State = Literal["told", "early", "short", "nothing", "part", "scales"]


@dataclass(frozen=True)
class Asked:
    """The question.

    Attributes
    ----------
    day : date
        The first day of after.
    months : int
        On each side, at the most.
    score : str
        Which score is satisfaction; empty: there is none.
    group : Group
        Whom it is about.
    other : Group or None
        Whom they are compared with.
    """

    day: date
    months: int
    score: str
    group: Group = field(default_factory=Group)
    other: Group | None = None


@dataclass(frozen=True, eq=False)
class Measured:
    """One measure and what became of it.

    Attributes
    ----------
    name : str
        Of the registry.
    series, other : Series
        By month; ``other`` of the comparison group.
    at : Spans
        Months that were compared.
    change, year : Change or None
        At the date, and in the same months of the year before, where these are known.
    against : Against or None
        With the comparison group.
    state : str
        ``told``, or why not: ``early`` (too few months after the date are known), ``short`` (before
        it), ``nothing`` was ever counted, ``part`` and ``scales`` as ``Series.refused``.
    known_from : date or None
        Of ``early``: the first day on which enough is known.
    """

    name: str
    series: Series
    other: Series | None
    at: Spans
    change: Change | None
    year: Change | None
    against: Against | None
    state: State
    known_from: date | None = None

    def pick(self, group: Group, side: str) -> load.Pick:
        """Return the rows behind one side."""
        start, end = self.at.before if side == "before" else self.at.after
        cut = Cut(start, end, (), group.where, group.among, metric(self.name).clock_column)
        return self.name, cut, group.owners


def scorecard(settings: Settings, version: str, scope: AccessScope, asked: Asked) -> list[Measured]:
    """Return every measure in the order of the page: satisfaction first."""
    names = ([asked.score] if asked.score else []) + list(MEASURES)
    rules = json.dumps(stored_rules(settings).get("churn"), sort_keys=True)
    found = []
    for name in names:
        series = load.series(settings, version, scope, name, asked.group, rules)
        other = (
            None if asked.other is None
            else load.series(settings, version, scope, name, asked.other, rules)
        )  # fmt: skip
        found.append(measured(name, series, other, asked))
    return found


def measured(name: str, series: Series, other: Series | None, asked: Asked) -> Measured:
    """Return what became of one measure."""
    lags = {"before_lag": series.early_lag, "after_lag": series.late_lag(asked.day)}
    at = spans(series.monthly, asked.day, asked.months, **lags)
    state, known_from = _state(series, at)
    if state != "told":
        return Measured(name, series, other, at, None, None, None, state, known_from)
    then = at.earlier(12)
    year = None
    if series.monthly.first is not None and then.before[0] >= series.monthly.first:
        year = before_after(series.monthly, then)
    against = None
    if other is not None and not other.refused and len(other.monthly.frame):
        against = difference_in_differences(series.monthly, other.monthly, at)
    change = before_after(series.monthly, at)
    return Measured(name, series, other, at, change, year, against, state, None)


def _state(series: Series, at: Spans) -> tuple[State, date | None]:
    monthly = series.monthly
    if series.refused == "part":
        return "part", None
    if series.refused == "scales":
        return "scales", None
    if monthly.first is None or monthly.until is None or monthly.frame.empty:
        return "nothing", None
    if at.months >= LEAST_MONTHS:
        return "told", None
    enough = add_months(at.after[0], LEAST_MONTHS)
    if monthly.until < enough:
        return "early", add_months(enough, EARLY_MONTHS - 1 if series.early_lag else 0)
    return "short", None


def without(group: Group, name: str) -> Group:
    """Return a group without one of its filters."""
    if name == "owner_id":
        return replace(group, owners=())
    return replace(group, where=tuple(one for one in group.where if one[0] != name))
