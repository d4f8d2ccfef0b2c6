"""The measures of the scorecard by month, of everybody or of a group."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics.before_after import MONTHLY, Monthly
from analytics.churn_rates import monthly_rates
from analytics.metric_registry import metric
from crm_data.calendar import add_months, floor_to
from crm_data.errors import BadInputError
from crm_data.queries.campaign_measures import campaign_known_days
from crm_data.queries.cohorts import Where
from crm_data.queries.cut import Cut
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.base_metrics import base_for
from ui.campaign_metrics import campaign_values
from ui.cohort_metrics import MONTHS as EARLY_MONTHS
from ui.cohort_metrics import cohort_values
from ui.metrics import horizon, metric_values
from ui.survey_metrics import survey_days_known

SCORES = ("nps", "csat", "ces")
KEEPING = ("churn_rate", "net_revenue_retention")
MEASURES = (
    "churn_rate", "early_value", "campaign_roi", "new_customers", "retention_rate",
    "net_revenue_retention",
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Whom a measure is of: all customers, or those of regions, owners and a segment."""

    where: Where = ()
    among: str = ""
    owners: tuple[str, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether nobody is left out."""
        return not (self.where or self.among or self.owners)

    def within(self, scope: AccessScope) -> AccessScope:
        """Return a viewer's scope, narrowed to the owners of the group."""
        if not self.owners:
            return scope
        own = frozenset(self.owners)
        return AccessScope(own if scope.owner_ids is None else own & scope.owner_ids)


@dataclass(frozen=True, eq=False)
class Series:
    """A measure by month.

    Attributes
    ----------
    monthly : Monthly
    early_lag : int
        Months before a date whose figures saw something of after it.
    silent_days : int
        Who is lost in as many days after a date bought last before it; 0: does not apply.
    refused : str
        Why there is none: ``scales`` (answers on more than one), ``part`` (campaign costs are of
        no customer); empty otherwise.
    """

    monthly: Monthly
    early_lag: int = 0
    silent_days: int = 0
    refused: str = ""

    def late_lag(self, day: date) -> int:
        """Return how many months after a date still tell of before it."""
        start, lag = add_months(day, day.day > 1), 0
        while (add_months(start, lag) - day).days < self.silent_days:
            lag += 1
        return lag


def series_of(
    conn: Connection, *, scope: AccessScope, name: str, group: Group, rules: Mapping[str, Any]
) -> Series:
    """Return a measure of the registry by month: numerator, denominator, n of whole months.

    Parameters
    ----------
    name : str
        One of ``SCORES`` or ``MEASURES``.
    group : Group
        Filters: ``region`` only.
    rules : mapping
        ``stored_rules``: what counts as lost, which is the company's and the same for all groups.
    """
    if name == "retention_rate":
        lost = series_of(conn, scope=scope, name="churn_rate", group=group, rules=rules)
        return complement(lost)
    if name in KEEPING:
        return _keeping(conn, scope, name, group, rules)
    if name == "campaign_roi" and not (group.is_all and scope.is_everything):
        return _nothing("part")
    within = group.within(scope)
    if name in SCORES:
        return _score(conn, within, name, group)
    if name == "early_value":
        return _early(conn, within, group)
    by = f"{metric(name).date_column}:month"
    cut = Cut(None, None, (by,), group.where, group.among, metric(name).clock_column)
    if name == "campaign_roi":
        told = campaign_values(conn, scope=within, metric=metric(name), cut=cut)
        first, _ = campaign_known_days(conn)
        return Series(_monthly(told.frame, by, first, told.last_day))
    found = metric_values(conn, scope=within, names=(name,), cut=cut, intervals=False)[name]
    known = horizon(conn)
    return Series(_monthly(found, by, known.first_on, known.watermark_on, is_count=True))


def complement(series: Series) -> Series:
    """Return the share that is left of another: who stayed, of who was lost."""
    frame = series.monthly.frame
    kept = frame.assign(numerator=frame["denominator"] - frame["numerator"])
    return replace(series, monthly=replace(series.monthly, frame=kept))


def _score(conn: Connection, scope: AccessScope, name: str, group: Group) -> Series:
    by = "answered_on:month"
    cut = Cut(None, None, (by,), group.where, group.among, metric(name).clock_column)
    try:
        found = metric_values(conn, scope=scope, names=(name,), cut=cut)[name]
    except BadInputError:
        return _nothing("scales")
    monthly = _monthly(found, by, *survey_days_known(conn))
    return Series(replace(monthly, factor=100.0 if name == "nps" else 1.0))


def _early(conn: Connection, scope: AccessScope, group: Group) -> Series:
    by = "ordered_on:month"
    cut = Cut(None, None, (by,), group.where, group.among)
    found, last = cohort_values(conn, scope=scope, cut=cut)
    monthly = _monthly(found, by, horizon(conn).first_on, last)
    until = monthly.until and add_months(monthly.until, 1 - EARLY_MONTHS)
    return Series(replace(monthly, until=until), early_lag=EARLY_MONTHS - 1)


def _keeping(
    conn: Connection, scope: AccessScope, name: str, group: Group, rules: Mapping[str, Any]
) -> Series:
    base = base_for(conn, scope, metric(name), rules.get("churn"), None)
    levels = replace(base, scope=group.within(scope)).levels(group.where, group.among)
    rates = monthly_rates(levels)
    if f"{name}_n" not in rates or not len(rates):
        return _nothing()
    parts = rates.rename(columns={f"{name}_{part}": part for part in MONTHLY[1:]})
    told = parts[parts["is_complete"].astype(bool) & parts["n"].gt(0)]
    monthly = _monthly(told, "month_on", base.first, base.last_day)
    silent = base.days if base.definition != "contract" else 0
    return Series(monthly, silent_days=silent)


def _monthly(
    found: pd.DataFrame, by: str, first: date | None, last: date | None, *, is_count: bool = False
) -> Monthly:
    """Return whole months from the one after, or with, the first day up to the last day known."""
    begin = first and add_months(first, first.day > 1)
    until = last and floor_to(last + timedelta(days=1), "month")
    frame = found.rename(columns={by: "month_on"})
    if not is_count:  # a ratio of nothing says nothing
        frame = frame[frame["denominator"].gt(0)]
    kept = frame.reindex(columns=MONTHLY).astype(dict.fromkeys(MONTHLY[1:], "float64"))
    return Monthly(kept.reset_index(drop=True), begin, until, is_count)


def _nothing(why: str = "") -> Series:
    empty = pd.DataFrame(columns=MONTHLY).astype(
        {"month_on": "datetime64[us]"} | dict.fromkeys(MONTHLY[1:], "float64")
    )
    return Series(Monthly(empty, None, None), refused=why)
