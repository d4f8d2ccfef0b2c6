"""Metrics of campaigns: what they cost, brought and caused, in a period."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.campaign_claims import campaign_claims, pooled_lift
from analytics.campaign_figures import margin_is_known, of_new_customers
from analytics.metric_registry import Metric
from analytics.metrics import Window, completeness, evaluate
from analytics.metrics import compare as compared
from crm_data.calendar import floor_to
from crm_data.errors import UsageError
from crm_data.queries.campaign_measures import (
    campaign_day_rows,
    campaign_known_days,
    campaign_measures,
    newcomer_measures,
)
from crm_data.queries.campaigns import CampaignCut, campaign_outcomes, campaign_totals
from crm_data.queries.cut import Cut
from crm_data.queries.metrics import version_facts
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.base_metrics import Told
from ui.metric_bases import Compare, base_of, moved, units, where_of

Planned = Mapping[str, Mapping[str, float]]
_ONE = timedelta(days=1)
_LIFT, _OF_NEW = "incremental_lift", ("ltv_to_cac", "cac_payback_months")


@dataclass(frozen=True)
class _Asked:
    conn: Connection
    scope: AccessScope
    metric: Metric
    planned: Planned | None
    as_of: date | None


def campaign_values(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    compare: Compare = None,
    as_of: date | None = None,
    planned: Planned | None = None,
) -> Told:
    """Return a metric of campaigns; each part is of its own day in the period.

    ``planned`` as ``campaign_claims`` takes it.

    Raises
    ------
    UsageError
        A field that campaigns do not have; ``campaign_segment``: costs are of nobody.
    """
    cut = _checked(metric, cut)
    first, last = _known(conn)
    known = min((day for day in (last, as_of) if day is not None), default=None)
    against = base_of(cut, compare)
    asked = _Asked(conn, scope, metric, planned, as_of)
    now = _values(asked, cut, first, known)
    if against is None:
        return Told(now, cut, known)
    before = replace(cut, start=against.start, end=against.end)
    earlier = moved(_values(asked, before, first, known), cut, against.shift)
    return Told(compared(now, earlier, by=cut.by), cut, known)


def campaign_metric_rows(
    conn: Connection, *, scope: AccessScope, metric: Metric, cut: Cut, limit: int,
    as_of: date | None = None,
) -> tuple[int, pd.DataFrame]:  # fmt: skip
    """Return how many days of campaigns a metric rests on, and the newest of them."""
    cut = _checked(metric, cut)
    until = as_of + _ONE if as_of else None
    return campaign_day_rows(conn, cut, until=until, scope=scope, limit=limit)


def _checked(metric: Metric, cut: Cut) -> Cut:
    cut = replace(cut, clock=metric.clock_column)
    _ = cut.dimensions, cut.filters
    if cut.among:
        raise UsageError(
            "campaign_segment",
            "What campaigns cost is of no customer, so these numbers cannot be told of a segment. "
            "Leave the segment out, or filter by campaign_id or channel.",
        )
    return cut


def _known(conn: Connection) -> tuple[date | None, date | None]:
    """Return the first day of any campaign, and the last day with orders or anything of one."""
    first, last = campaign_known_days(conn)
    facts = version_facts(conn)
    found = facts.loc[facts["table_name"] == "orders", "watermark_on"].dropna()
    return first, found.iloc[0].date() if len(found) else last


def _values(asked: _Asked, cut: Cut, first: date | None, known: date | None) -> pd.DataFrame:
    conn, scope, metric = asked.conn, asked.scope, asked.metric
    until = known + _ONE if known else None
    window = Window(cut.start, cut.end, first, until if first else None,
                    clocks=("day_on", cut.clock))  # fmt: skip
    if metric.name == _LIFT:
        return _lifts(asked, cut, window, until)
    found = campaign_measures(conn, cut, until=until, scope=scope)
    less = found["margin"] - found["cost"]
    found["margin_less_cost"] = np.where(margin_is_known(found), less, np.nan)
    if metric.name in _OF_NEW:
        found = _with_new(found, newcomer_measures(conn, cut, until=until, scope=scope), cut.by)
    return evaluate(metric, found, by=cut.by, window=window)


def _with_new(found: pd.DataFrame, new: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Return measures with CAC, and what a customer whom campaigns brought is worth and earns."""
    both = found.merge(new, on=list(by), how="left") if by else found.join(new)
    return both.assign(**of_new_customers(both, both))


def _lifts(asked: _Asked, cut: Cut, window: Window, until: date | None) -> pd.DataFrame:
    """Return the lift of conversion of campaigns with a group left alone, by day of assignment."""
    conn, scope = asked.conn, asked.scope
    chosen = CampaignCut(where=where_of(cut))
    outcomes = campaign_outcomes(conn, chosen, scope=scope, known_on=asked.as_of)
    days = outcomes.groupby("campaign_id")["assigned_on"].min()
    claims = campaign_claims(outcomes, asked.planned)
    claims = claims[claims["outcome"] == "conversion"].set_index("campaign_id")
    claims["day_on"] = days.reindex(claims.index)
    totals = campaign_totals(conn, chosen, scope=scope).set_index("campaign_id")
    claims["channel"] = totals["channel"].reindex(claims.index)
    kept = claims["low"].notna()
    kept &= (claims["day_on"] >= pd.Timestamp(cut.start)) if cut.start else True
    ends = [day for day in (cut.end, until) if day is not None]
    kept &= (claims["day_on"] < pd.Timestamp(min(ends))) if ends else True
    claims = claims[kept].reset_index()
    for name, unit in units(cut):
        starts = [floor_to(day.date(), unit) for day in claims["day_on"]]
        claims[name] = pd.Series(pd.to_datetime(starts), dtype="datetime64[us]")
    parts = (
        [((), claims)] if not cut.by
        else list(claims.groupby(list(cut.by), sort=True, dropna=False))
    )  # fmt: skip
    rows = []
    for members, part in parts:
        value, low, high = pooled_lift(part)
        treated = int(part["treated"].sum())
        rows.append(
            {
                **dict(zip(cut.by, members, strict=True)), "value": value,
                "numerator": value * treated if treated else np.nan,
                "denominator": float(treated), "n": treated, "low": low, "high": high,
            }
        )  # fmt: skip
    columns = [*cut.by, "value", "numerator", "denominator", "n", "low", "high"]
    found = pd.DataFrame(rows, columns=columns).astype({"n": "Int64"})
    return found.assign(is_complete=completeness(found, cut.by, window))
