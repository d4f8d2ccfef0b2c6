"""Metrics of keeping customers and of their value, as the pages Churn and Value count them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, NoReturn, cast, get_args

import pandas as pd

from analytics.churn_periods import buckets, is_whole, pooled
from analytics.churn_rates import Rate, last_complete, with_levels
from analytics.churn_rules import ChurnRules
from analytics.metric_registry import Metric
from analytics.metrics import VALUES
from analytics.metrics import compare as compared
from analytics.silence import proposal, silence_observable_from
from crm_data.calendar import Unit, add_months
from crm_data.errors import UsageError
from crm_data.queries import churn_contracts, churn_silence, value
from crm_data.queries.churn_spells import ends_known_from
from crm_data.queries.cohorts import Where
from crm_data.queries.cut import NOT, Cut
from crm_data.queries.metrics import version_facts
from crm_data.queries.versions import dimension_values
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.cohort_metrics import cohort_values
from ui.metric_bases import Compare, base_of, moved, units, where_of

_FIELDS = ("region", "source")
_UNITS: tuple[Unit, ...] = ("month", "quarter", "year")


@dataclass(frozen=True, eq=False)
class Told:
    """Values as ``analytics.metrics.evaluate`` gives them, their period, the last day known."""

    frame: pd.DataFrame
    cut: Cut
    last_day: date | None


@dataclass(frozen=True, eq=False)
class Base:
    """What a churn metric is counted from, by the company's definition."""

    conn: Connection
    scope: AccessScope
    definition: str
    days: int
    last_day: date | None
    first: date | None

    def levels(self, where: Where, among: str) -> pd.DataFrame:
        """Return ``with_levels`` of the customers asked for."""
        asked: dict[str, Any] = {"scope": self.scope, "where": where, "among": among}
        if self.definition == "contract":
            flows = churn_contracts.contract_months(self.conn, **asked)
        else:
            flows = churn_silence.silence_months(self.conn, days=self.days, **asked)
        return with_levels(flows, self.last_day or date.min, self.first or date.max)


def base_for(
    conn: Connection, scope: AccessScope, metric: Metric, stored: Any, as_of: date | None
) -> Base:
    """Return the base by the rules in force; amounts are of contracts, whatever the rules say."""
    rules = ChurnRules.from_stored(stored)
    definition = rules.definition(*churn_contracts.holders(conn, scope=scope))
    if metric.unit == "share" and metric.interval == "ratio":
        definition = "contract"
    days, last, first = 0, None, None
    if definition == "contract":
        known = churn_contracts.contract_months(conn, scope=scope)["last_on"].max()
        last, first = _day(known), ends_known_from(conn)
    else:
        gaps = churn_silence.gap_counts(conn, scope=scope)
        ends = churn_silence.silence_ends(conn, scope=scope)
        days = rules.days(proposal(gaps, ends, rules.gap_quantile).days)
        facts = version_facts(conn).set_index("table_name")
        last = _day(facts["watermark_on"].get("orders"))
        begun = _day(facts["first_on"].get("orders"))
        first = silence_observable_from(begun, days) if begun else None
    if as_of is not None and last is not None:
        last = min(last, as_of)
    return Base(conn, scope, definition, days, last, first)


def period_of(base: Base, cut: Cut) -> Cut:
    """Return the cut with its period: without one, the last complete month, or every month by unit.

    Raises
    ------
    UsageError
        ``churn_period``: a period that is not of whole months, or a filter or group other than
        region, source and months.
    """
    _check(cut)
    if cut.start is not None and cut.end is not None:
        return cut
    levels = base.levels(where_of(cut), cut.among)
    month = last_complete(levels)
    if month is None:
        return cut
    end = cut.end or add_months(month, 1)
    first = pd.Timestamp(levels["month_on"].iloc[0]).date()
    start = cut.start or (first if units(cut) else add_months(end, -1))
    return replace(cut, start=start, end=end)


def base_values(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    stored: Mapping[str, Any],
    compare: Compare = None,
    as_of: date | None = None,
) -> Told:
    """Return a metric whose ``source`` is not sales.

    Churn of one month is what the page Churn shows; ``analytics.churn_periods.pooled`` has more.

    Raises
    ------
    UsageError
        That of ``period_of``, or of ``value_values``.
    """
    if metric.source == "value":
        return Told(
            value_values(conn, scope=scope, cut=cut, compare=compare, as_of=as_of), cut, None
        )
    if metric.source == "cohorts":
        found, last = cohort_values(conn, scope=scope, cut=cut, compare=compare, as_of=as_of)
        return Told(found, cut, last)
    base = base_for(conn, scope, metric, stored.get("churn"), as_of)
    cut = period_of(base, cut)
    values = _rows(base, metric, cut)
    against = base_of(cut, compare)
    if against is not None:
        earlier = _rows(base, metric, replace(cut, start=against.start, end=against.end))
        values = compared(values, moved(earlier, cut, against.shift), by=cut.by)
    return Told(values, cut, base.last_day)


def _rows(base: Base, metric: Metric, cut: Cut) -> pd.DataFrame:
    own = [name for name in cut.by if name in _FIELDS]
    found = [
        {**members, **row}
        for members, where in _members(base, own, where_of(cut))
        for row in _by_unit(base.levels(where, cut.among), metric, cut)
    ]
    frame = pd.DataFrame(found, columns=[*cut.by, *VALUES])
    for name, _ in units(cut):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    numbers = ("value", "numerator", "denominator", "low", "high")
    return frame.astype(dict.fromkeys(numbers, "float64") | {"n": "Int64"})


def _by_unit(levels: pd.DataFrame, metric: Metric, cut: Cut) -> list[dict[str, Any]]:
    if cut.start is None or cut.end is None:
        return [] if cut.by else [_row(Rate(None, None, None, 0, 0, 0), is_complete=False)]
    found = units(cut)
    if not found:
        rate = pooled(levels, metric.name, cut.start, cut.end)
        return [_row(rate, is_complete=is_whole(levels, cut.start, cut.end))]
    name, unit = found[0]
    return [
        {name: start}
        | _row(
            pooled(levels, metric.name, max(start, cut.start), min(end, cut.end)),
            is_complete=start >= cut.start and end <= cut.end and is_whole(levels, start, end),
        )
        for start, end in buckets(cut.start, cut.end, cast(Unit, unit))
    ]


def _row(rate: Rate, *, is_complete: bool) -> dict[str, Any]:
    found = asdict(rate) | {"is_complete": is_complete}
    return found if rate.n else found | {"numerator": None, "denominator": None}  # not known


def _members(base: Base, own: list[str], where: Where) -> list[tuple[dict[str, str | None], Where]]:
    """Return every combination of the groups' values with the filter that it is."""
    found: list[tuple[dict[str, str | None], Where]] = [({}, where)]
    kept = dict(where)
    for name in own:
        every = dimension_values(base.conn, scope=base.scope, dim=name)
        values = sorted(
            (v for v in every if v in kept.get(name, every)), key=lambda v: (v is None, v)
        )
        found = [
            (told | {name: one}, (*(w for w in chosen if w[0] != name), (name, (one,))))
            for told, chosen in found
            for one in values
        ]
    return found


def _check(cut: Cut) -> None:
    for day in (cut.start, cut.end):
        if day is not None and day.day != 1:
            _refuse(f"{day} is no first day of a month: a rate of churn is of whole months")
    named = [*(name for name in cut.by if name not in _FIELDS), *(field for field, _ in cut.where)]
    asked = units(cut)
    allowed = {name for name, unit in asked if unit in _UNITS} | set(_FIELDS)
    for name in named:
        if name.endswith(NOT) or name not in allowed or len(asked) > 1:
            _refuse(f"{name.removesuffix(NOT)} cannot be used with it")


def _refuse(what: str) -> NoReturn:
    raise UsageError(
        "churn_cut",
        f"{what}. Give whole months, filter by region or source, and group by these or by "
        "ordered_on:month, :quarter or :year.",
        what=what,
    )


def _day(found: Any) -> date | None:
    return None if found is None or pd.isna(found) else pd.Timestamp(found).date()


def value_values(
    conn: Connection,
    *,
    scope: AccessScope,
    cut: Cut,
    compare: Compare = None,
    as_of: date | None = None,
) -> pd.DataFrame:
    """Return the expected value per customer as the page Value has it, by one dimension at most.

    Raises
    ------
    UsageError
        ``value_cut``: a period, a filter, or another group.
    """
    allowed = get_args(value.ValueDimension)
    is_dated = any(one is not None for one in (cut.start, cut.end, compare, as_of))
    if is_dated or cut.where or len(cut.by) > 1 or set(cut.by) - set(allowed):
        raise UsageError(
            "value_cut",
            "Predicted value is of today: it has no period and no filter. Group by one of "
            f"{', '.join(allowed)}, or choose a segment.",
            fields=", ".join(allowed),
        )
    if cut.by:
        found = value.value_by(
            conn,
            scope=scope,
            dimension=cast(value.ValueDimension, cut.by[0]),
            limit=10_000,
            among=cut.among,
        )
        found = found.rename(columns={"member": cut.by[0], "customers": "valued"})
    else:
        found = value.value_totals(conn, scope=scope, among=cut.among)
    n = found["valued"].astype("float64")
    total = found["expected_value"].astype("float64").fillna(0.0)
    return pd.DataFrame(
        {
            **{name: found[name] for name in cut.by},
            "value": total / n.where(n > 0),
            "numerator": total,
            "denominator": n,
            "n": found["valued"].astype("Int64"),
            "low": float("nan"),
            "high": float("nan"),
            "is_complete": True,
        }
    )
