"""Metrics of deals, as the pages of the pipeline count them: from sums, or by an analysis."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
import pandas as pd

from analytics.churn_periods import buckets
from analytics.metric_registry import Metric
from analytics.metrics import VALUES, Window, evaluate
from analytics.metrics import compare as compared
from analytics.periods import BasePeriod
from crm_data.calendar import Unit
from crm_data.queries.cut import Cut
from crm_data.queries.deal_measures import deal_measures
from crm_data.queries.deals import deal_days
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.sql import Connection
from ui.base_metrics import Told
from ui.deal_analyses import ANALYSES
from ui.deal_asked import Asked, with_period
from ui.metric_bases import Compare, base_of, moved, units, with_counterparts, with_groups_of

_ONE = timedelta(days=1)
_NUMBERS = ("value", "numerator", "denominator", "low", "high")


def asked_of(
    conn: Connection, *, scope: AccessScope, metric: Metric, cut: Cut, as_of: date | None
) -> Asked:
    """Return the question that a cut asks of a metric, with its period.

    Raises
    ------
    UsageError
        A field that deals do not have, or that of ``with_period``.
    """
    cut = replace(cut, clock=metric.clock_column)
    _ = cut.dimensions, cut.filters
    # How far the data reaches is no viewer's secret, and a quiet month of theirs is known, too.
    first, last = deal_days(conn, scope=EVERYTHING)
    return with_period(Asked(conn, scope, cut, as_of, first, last), metric)


def deal_values(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    compare: Compare = None,
    as_of: date | None = None,
) -> Told:
    """Return a metric of deals; those closed are dated by the day on which they closed.

    Parameters
    ----------
    as_of : date, optional
        Deals as they were known at the end of that day.

    Raises
    ------
    UsageError
        That of ``asked_of``, or a comparison of an open period.
    """
    asked = asked_of(conn, scope=scope, metric=metric, cut=cut, as_of=as_of)
    against = base_of(asked.cut, compare)
    tell = _analysed if metric.name in ANALYSES else _summed
    return Told(tell(asked, metric, against), asked.cut, asked.known)


def _summed(asked: Asked, metric: Metric, base: BasePeriod | None) -> pd.DataFrame:
    by = asked.cut.by
    current = _measures(asked, metric)
    if base is None:
        return _evaluated(asked, metric, current)
    before = asked.within(base.start, base.end)
    earlier = moved(_measures(before, metric), asked.cut, base.shift)
    earlier = with_counterparts(earlier, current, asked.cut, base, asked.first)
    current = with_groups_of(current, earlier, by)
    then = evaluate(metric, earlier, by=by, window=_window(before))
    return compared(_evaluated(asked, metric, current), then, by=by)


def _measures(asked: Asked, metric: Metric) -> pd.DataFrame:
    is_state = metric.date_column == "known_on"
    deals = asked.deals(asked.at_end if is_state else None)
    return deal_measures(
        asked.conn, deals, asked.cut, measures=metric.measures(), scope=asked.scope
    )


def _evaluated(asked: Asked, metric: Metric, measured: pd.DataFrame) -> pd.DataFrame:
    """Evaluate sums; nothing is known of a period in which there is no day with data."""
    values = evaluate(metric, measured, by=asked.cut.by, window=_window(asked))
    if metric.date_column == "known_on":
        values["is_complete"] = asked.is_complete
    return values if asked.has_days else _unknown(values)


def _unknown(values: pd.DataFrame) -> pd.DataFrame:
    return values.assign(**dict.fromkeys(_NUMBERS, np.nan), is_complete=False)


def _window(asked: Asked) -> Window:
    cut, column = asked.cut, asked.cut.clock.rpartition(".")[2]
    until = asked.known + _ONE if asked.first is not None and asked.known else None
    return Window(cut.start, cut.end, asked.first, until, clocks=(column,))


def _analysed(asked: Asked, metric: Metric, base: BasePeriod | None) -> pd.DataFrame:
    now = _figures(asked, metric)
    if base is None:
        return now
    then = _figures(asked.within(base.start, base.end), metric)
    return compared(now, moved(then, asked.cut, base.shift), by=asked.cut.by)


def _figures(asked: Asked, metric: Metric) -> pd.DataFrame:
    timed = units(asked.cut)
    if not timed:
        rows = _rows(asked, metric, asked.is_complete, {})
        if not rows and not asked.cut.by:
            rows = [dict.fromkeys(VALUES) | {"n": 0, "is_complete": False}]
        return told_frame(rows, asked.cut)
    name, unit = timed[0]
    own = tuple(other for other in asked.cut.by if other != name)
    within = replace(asked, cut=replace(asked.cut, by=own))
    known = asked.known or date.min
    start, end = asked.cut.start or asked.first, asked.cut.end or known + _ONE
    found: list[dict[str, Any]] = []
    for first, last in buckets(start or end, end, cast(Unit, unit)):
        part = within.within(max(first, start or end), min(last, end))
        is_whole = part.cut.start == first and part.cut.end == last and part.is_complete
        found += _rows(part, metric, is_whole, {name: first})
    return told_frame(found, asked.cut)


def _rows(
    asked: Asked, metric: Metric, is_complete: bool, members: dict[str, Any]
) -> list[dict[str, Any]]:
    if not asked.has_days:
        return []
    return [
        {**members, **own, **asdict(figure), "is_complete": is_complete}
        for own, figure in ANALYSES[metric.name](asked)
        if own or not members or figure.n  # a month in which there was nothing has no row
    ]


def told_frame(rows: list[dict[str, Any]], cut: Cut) -> pd.DataFrame:
    """Return rows of groups and ``VALUES`` as ``evaluate`` gives them."""
    frame = pd.DataFrame(rows, columns=[*cut.by, *VALUES])
    for one in cut.dimensions:
        if one.unit:
            frame[one.name] = pd.to_datetime(frame[one.name]).astype("datetime64[us]")
    return frame.astype(dict.fromkeys(_NUMBERS, "float64") | {"n": "Int64", "is_complete": bool})
