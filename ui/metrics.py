"""Metrics of a cut: asks the queries, evaluates, compares. Pages and the command line share it."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from analytics.metric_registry import Metric, metric
from analytics.metrics import BASE, Window, evaluate, evaluate_all
from analytics.metrics import compare as compared
from analytics.periods import BasePeriod
from crm_data.queries.cut import Cut
from crm_data.queries.metrics import measure_frame, version_facts
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.base_metrics import Told, base_values
from ui.campaign_metrics import Planned, campaign_values
from ui.deal_metrics import deal_values
from ui.lead_metrics import lead_values
from ui.metric_bases import Compare, base_of, growth_base, moved, with_counterparts, with_groups_of
from ui.quality_metrics import quality_values
from ui.survey_metrics import SOURCES as OF_SURVEYS
from ui.survey_metrics import survey_values
from ui.ticket_metrics import ticket_values


@dataclass(frozen=True)
class Horizon:
    """First and last business day with orders; None before there are any."""

    first_on: date | None
    watermark_on: date | None


def metric_values(
    conn: Connection,
    *,
    scope: AccessScope,
    names: tuple[str, ...],
    cut: Cut,
    compare: Compare = None,
    intervals: bool | Collection[str] = True,
    as_of: date | None = None,
    known: Horizon | None = None,
    rules: Mapping[str, Any] | None = None,
    planned: Planned | None = None,
) -> dict[str, pd.DataFrame]:
    """Return metrics of ``cut``, measured together.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see.
    names : tuple of str
        Keys of the registry.
    cut : Cut
        Period, groups and filters.
    compare : "previous", "year", (start, end) or None
        Adds ``base_value``, ``change`` and ``relative_change``. Rules: ``analytics.periods``.
    intervals : bool or collection of str
        False, or names that leave a metric out, spare the queries that only its ``low`` and
        ``high`` need; these are missing then.
    as_of : date, optional
        Leaves out orders after this day; deals and leads as they were known then.
    known : Horizon, optional
        What ``horizon`` would say, by a caller that has asked it before.
    rules, planned : mapping, optional
        ``stored_rules``: what counts as lost; at its default where they are not given. And
        ``planned_shares``: no lift where arms are of other sizes.

    Returns
    -------
    dict of str to DataFrame
        ``analytics.metrics.evaluate`` by name, in the order of ``names``. With ``compare``, groups
        that only one of the two periods has count as 0 in the other, so that changes add up; a
        base before the first day with data is missing, not 0.

    Raises
    ------
    UsageError
        Unknown metric or field, or a comparison of an open period.
    """
    definitions = [metric(name) for name in names if metric(name).source == "sales"]
    asked: dict[str, Any] = {"cut": cut, "compare": compare, "as_of": as_of}
    results = {
        name: _told(conn, metric(name), rules, planned, scope=scope, **asked).frame
        for name in names if metric(name).source != "sales"
    }  # fmt: skip
    if not definitions:
        return results
    asker = _Asker(conn, scope, cut, as_of, intervals, known)
    base = base_of(cut, compare)
    ever = [d for d in definitions if d.name == _EVER]
    if ever:
        results |= _ever(asker, ever, base)
    plain = [d for d in definitions if d.base is None and d not in ever]
    results |= asker.values(plain, base) if plain else {}
    for definition in definitions:
        if definition.base is not None:
            results[definition.name] = asker.growth(definition, base)
    return {name: results[name] for name in names}


def metric_document(
    conn: Connection,
    *,
    scope: AccessScope,
    version: str,
    name: str,
    cut: Cut,
    compare: Compare = None,
    as_of: date | None = None,
    rules: Mapping[str, Any] | None = None,
    planned: Planned | None = None,
) -> dict[str, Any]:
    """Return what ``metric get --json`` prints: plain values, None where not defined.

    ``compare`` holds the base period and, per row of ``rows`` in the same order, ``value`` (of the
    base), ``change`` and ``relative_change``.
    """
    definition = metric(name)
    asked: dict[str, Any] = {"scope": scope, "compare": compare, "as_of": as_of}
    watermark = horizon(conn).watermark_on
    if definition.source == "sales":
        values = metric_values(conn, names=(name,), cut=cut, **asked)[name]
    else:
        told = _told(conn, definition, rules, planned, cut=cut, **asked)
        values, cut, watermark = told.frame, told.cut, told.last_day or watermark
    document: dict[str, Any] = {
        "metric": name,
        "unit": definition.unit,
        "clock": definition.clock,
        "start": _plain(cut.start),
        "end": _plain(cut.end),
        "as_of": _plain(as_of),
        "version": version,
        "watermark": _plain(watermark),
        "filters": cut.filter_values,
        "segment": json.loads(cut.among) if cut.among else None,
        "rows": _records(values, (*cut.by, *_ROW)),
    }
    base = base_of(cut, compare)
    if base is not None:
        changes = values.drop(columns="value").rename(columns={"base_value": "value"})
        document["compare"] = {
            "kind": compare if isinstance(compare, str) else "period",
            "start": _plain(base.start),
            "end": _plain(base.end),
            "rows": _records(changes, (*cut.by, "value", "change", "relative_change")),
        }
    return document


def _told(
    conn: Connection, definition: Metric, rules: Mapping[str, Any] | None, planned: Planned | None,
    **asked: Any,
) -> Told:  # fmt: skip
    """Return a metric that is not of sales, by who counts it."""
    if definition.source == "campaigns":
        return campaign_values(conn, metric=definition, planned=planned, **asked)
    if definition.source in OF_SURVEYS:
        return survey_values(conn, metric=definition, **asked)
    if definition.source in _COUNTED:
        return _COUNTED[definition.source](conn, metric=definition, **asked)
    return base_values(conn, metric=definition, stored=rules or {}, **asked)


_COUNTED: dict[str, Callable[..., Told]] = {
    "deals": deal_values, "leads": lead_values, "tickets": ticket_values, "quality": quality_values
}  # fmt: skip
_EVER = "historic_clv"  # from each customer's first order on, whatever the start asked for
_ROW = ("value", "numerator", "denominator", "n", "low", "high", "is_complete")


def _ever(
    asker: "_Asker", definitions: list[Metric], base: BasePeriod | None
) -> dict[str, pd.DataFrame]:
    """Evaluate metrics of all that was up to the end of the period."""
    by, ever = asker.cut.by, replace(asker, cut=replace(asker.cut, start=None))
    now = ever.values(definitions, None)
    if base is None:
        return now
    until = replace(ever, cut=replace(ever.cut, end=base.end)).values(definitions, None)
    return {
        name: compared(frame, moved(until[name], asker.cut, base.shift), by=by)
        for name, frame in now.items()
    }


def horizon(conn: Connection) -> Horizon:
    """Return the first and last day with orders."""
    facts = version_facts(conn)
    orders = facts[facts["table_name"] == "orders"]
    first, last = (
        next((day.date() for day in orders[name] if not pd.isna(day)), None)
        for name in ("first_on", "watermark_on")
    )
    return Horizon(first, last)


@dataclass
class _Asker:
    """One question; the pieces of its answers."""

    conn: Connection
    scope: AccessScope
    cut: Cut
    as_of: date | None
    intervals: bool | Collection[str]
    known: Horizon | None

    def values(self, definitions: list[Metric], base: BasePeriod | None) -> dict[str, pd.DataFrame]:
        """Evaluate metrics that are not growth, compared with ``base`` if there is one."""
        wanted = tuple(
            dict.fromkeys(m for d in definitions for m in d.measures(intervals=self._has(d)))
        )
        by, window = self.cut.by, self._window(self.cut)
        current = self._measures(wanted, self.cut)
        if base is None:
            return evaluate_all(definitions, current, by=by, window=window)
        needed = tuple(dict.fromkeys(m for d in definitions for m in d.measures(intervals=False)))
        earlier = self._before(needed, self.cut, base)
        earlier = with_counterparts(earlier, current, self.cut, base, self._first_on)
        current = with_groups_of(current, earlier, by)
        now = evaluate_all(definitions, current, by=by, window=window)
        before = evaluate_all(definitions, earlier, by=by, window=window)
        return {name: compared(now[name], before[name], by=by) for name in now}

    def _has(self, definition: Metric) -> bool:
        """Whether the interval of a metric is wanted."""
        if isinstance(self.intervals, bool):
            return self.intervals
        return definition.name in self.intervals

    def growth(self, definition: Metric, base: BasePeriod | None) -> pd.DataFrame:
        """Evaluate a growth metric; each calendar unit grows over its own base."""
        values = self._growth(definition, self.cut)
        if base is None:
            return values
        earlier = self._growth(definition, replace(self.cut, start=base.start, end=base.end))
        return compared(values, moved(earlier, self.cut, base.shift), by=self.cut.by)

    def _growth(self, definition: Metric, cut: Cut) -> pd.DataFrame:
        wanted = definition.measures()
        current = self._measures(wanted, cut)
        base = growth_base(cut, definition)
        if base is not None:
            earlier = self._before(wanted, cut, base)
            earlier = with_counterparts(earlier, current, cut, base, self._first_on)
            amounts = earlier[[*cut.by, definition.numerator]]
            amounts = amounts.rename(columns={definition.numerator: "value"})
            joined = compared(current.assign(value=0.0), amounts, by=cut.by)
            current = current.assign(**{BASE: joined["base_value"].to_numpy()})
        return evaluate(definition, current, by=cut.by, window=self._window(cut))

    def _before(self, wanted: tuple[str, ...], cut: Cut, base: BasePeriod) -> pd.DataFrame:
        earlier = self._measures(wanted, replace(cut, start=base.start, end=base.end))
        return moved(earlier, cut, base.shift)

    def _measures(self, wanted: tuple[str, ...], cut: Cut) -> pd.DataFrame:
        if self.as_of is not None:
            known = self.as_of + timedelta(days=1)
            cut = replace(cut, end=known if cut.end is None else min(cut.end, known))
        return measure_frame(self.conn, scope=self.scope, measures=wanted, cut=cut)

    @cached_property
    def _known(self) -> Horizon:
        return self.known or horizon(self.conn)

    @property
    def _first_on(self) -> date | None:
        return self._known.first_on

    def _window(self, cut: Cut) -> Window:
        known = self._known
        days = [day for day in (known.watermark_on, self.as_of) if day is not None]
        until = min(days) + timedelta(days=1) if known.watermark_on else None
        return Window(cut.start, cut.end, known.first_on, until)


def _records(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = frame[list(columns)].itertuples(index=False, name=None)
    return [dict(zip(columns, map(_plain, row), strict=True)) for row in rows]


def _plain(value: Any) -> Any:
    """Return a value that JSON has: None for missing, text for days, numbers as they are."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return (value.date() if value == value.normalize() else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
