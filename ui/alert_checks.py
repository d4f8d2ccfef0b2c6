"""Checking alerts: a rule's metric period by period, what it says, and what it would have said.

Pages, ``refresh`` and ``alerts check`` share it. A check is of the whole company.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

import pandas as pd

from analytics.alert_rules import (
    KINDS,
    UNITS,
    Condition,
    Kind,
    counted,
    judged,
    replayed,
    running_since,
)
from analytics.metric_registry import Metric, metric
from crm_data.alert_store import AlertRule, RuleDraft, RuleState
from crm_data.app_db import is_initialised
from crm_data.calendar import floor_to, step
from crm_data.commands import alerts as store
from crm_data.errors import CrmError, UsageError
from crm_data.queries.cut import Cut, parse_cut
from crm_data.queries.deals import deal_days
from crm_data.queries.tickets import ticket_days
from crm_data.rules import stored_rules
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.sql import Connection
from crm_data.versions import Warehouse
from ui.metrics import horizon, metric_values

PERIODS = 36  # looked back
_COLUMNS = ("value", "numerator", "denominator")
_UNIT_CLOCK = {"sales": "ordered_on", "churn": "ordered_on"}
# Made at the first check; anybody may remove them.
STANDARD = tuple(
    RuleDraft(name, "band", is_standard=True)
    for name in (
        "churn_rate", "return_rate", "win_rate", "complaint_rate", "sla_attainment",
        "first_response_hours",
    )
)  # fmt: skip


def check_alerts(settings: Settings, version: str, now: datetime) -> list[str]:
    """Check every rule against a version, and return the ids of rules that raised an alarm.

    The first check makes the standard rules. A rule that cannot be counted is told so in its
    state, and keeps no other from being checked.
    """
    if not is_initialised(settings):
        return []
    if not store.has_had_rules(settings):
        store.add_rules(settings, STANDARD, now=now, actor="standard")
    rules = store.alert_rules(settings)
    raised = []
    stored = stored_rules(settings)
    warehouse = Warehouse(settings)
    try:
        with warehouse.connect(version) as conn:
            for rule in rules:
                state, since = checked(conn, rule, version, now, stored)
                if store.record_check(settings, rule, state, since, now):
                    raised.append(rule.rule_id)
    finally:
        warehouse.close()
    return raised


def checked(
    conn: Connection, rule: AlertRule, version: str, now: datetime, stored: Mapping[str, Any]
) -> tuple[RuleState, date | None]:
    """Return what a rule says of a version, and since when its alarm runs (None: it does not)."""
    condition = condition_of(rule.kind, rule.threshold, rule.unit)
    try:
        history = history_of(conn, rule.metric, rule.unit, rule.filters, stored)
    except CrmError:
        history = pd.DataFrame(columns=["period_on", *_COLUMNS])
    found, told = judged(history, condition), replayed(history, condition)
    past = counted(told)
    since = running_since(told)
    last = history["period_on"].iloc[-1].date() if len(history) else None
    numbers = {name: _number(getattr(found, name)) for name in ("value", "base", "low", "high")}
    return (
        RuleState(
            rule.rule_id, version, now, last, found.verdict, alarms=past.alarms,
            periods=past.periods, **numbers,
        ),
        None if since is None else since.date(),
    )  # fmt: skip


def history_of(
    conn: Connection,
    name: str,
    unit: str,
    filters: tuple[str, ...],
    stored: Mapping[str, Any],
) -> pd.DataFrame:
    """Return a metric's complete periods in order, the last ``PERIODS`` at the most.

    Returns
    -------
    DataFrame
        ``period_on``, ``value``, ``numerator``, ``denominator``; the latter two are missing where
        the metric is no share of counts. A count of which nothing came is 0 in between.

    Raises
    ------
    UsageError
        A field that the metric does not have, or a metric that has no periods.
    """
    definition = metric(name)
    if definition.date_column == "known_on":
        found = _states(conn, definition, unit, filters)
    else:
        found = _flows(conn, definition, unit, filters, stored)
    if not definition.is_ratio and definition.unit in ("count", "money", "number"):
        found = _with_zeros(found, unit)
    if definition.interval != "wilson":
        found = found.assign(numerator=float("nan"), denominator=float("nan"))
    known = found[found["value"].notna()]
    return known[["period_on", *_COLUMNS]].tail(PERIODS).reset_index(drop=True)


def draft_of(
    name: str, kind: str, threshold: float | None, unit: str, filters: tuple[str, ...], **more: Any
) -> RuleDraft:
    """Return a rule that can be checked.

    Raises
    ------
    UsageError
        An unknown metric, kind, unit or filter; a metric without periods; a threshold that is
        missing, or that a band does not have.
    """
    definition = metric(name)
    if definition.is_of_now:
        raise UsageError(
            "alert_without_periods",
            f"{name} is of today and has no periods to compare. Choose another metric.",
            metric=name,
        )
    for given, known in ((kind, KINDS), (unit, UNITS)):
        if given not in known:
            raise UsageError(
                "alert_choice",
                f"'{given}' is none of {', '.join(known)}. Use one of these.",
                given=given,
                known=", ".join(known),
            )
    if (threshold is None) != (kind == "band"):
        raise UsageError(
            "alert_threshold_needed",
            "Rules above, below, rises and falls need a threshold (shares as 0.05); a band has "
            "none: it is found from the past.",
        )
    parse_cut(None, None, (), filters, "", definition.clock_column)
    return RuleDraft(name, kind, threshold, unit, filters, **more)


def condition_of(kind: str, threshold: float | None, unit: str) -> Condition:
    """Return a rule's condition."""
    return Condition(cast(Kind, kind), threshold or 0.0, unit)


def _flows(
    conn: Connection, definition: Metric, unit: str, filters: tuple[str, ...],
    stored: Mapping[str, Any],
) -> pd.DataFrame:  # fmt: skip
    day = _UNIT_CLOCK.get(definition.source, definition.date_column)
    bucket = f"{day}:{unit}"
    cut = parse_cut(None, None, (bucket,), filters, "", definition.clock_column)
    values = metric_values(conn, scope=EVERYTHING, names=(definition.name,), cut=cut, rules=stored)[
        definition.name
    ]
    whole = values[values["is_complete"].fillna(value=False).astype(bool)]
    return whole.rename(columns={bucket: "period_on"}).sort_values("period_on", ignore_index=True)


def _states(
    conn: Connection, definition: Metric, unit: str, filters: tuple[str, ...]
) -> pd.DataFrame:
    """A state has no sum over a period: it is asked for at the end of each."""
    first, last = _days(conn, definition)
    rows: list[dict[str, Any]] = []
    if first is None or last is None:
        return pd.DataFrame(columns=["period_on", *_COLUMNS])
    end = floor_to(date.fromordinal(last.toordinal() + 1), unit)
    for _ in range(PERIODS):
        start = step(end, unit, -1)
        if start < first:
            break
        base = parse_cut(start, end, (), filters, "", definition.clock_column)
        cut = Cut(start, end, (), base.where, "", base.clock)
        told = metric_values(conn, scope=EVERYTHING, names=(definition.name,), cut=cut)
        row = told[definition.name].iloc[0]
        rows.append({"period_on": start} | {name: row[name] for name in _COLUMNS})
        end = start
    frame = pd.DataFrame(rows[::-1], columns=["period_on", *_COLUMNS])
    return frame.assign(period_on=pd.to_datetime(frame["period_on"]).astype("datetime64[us]"))


def _days(conn: Connection, definition: Metric) -> tuple[date | None, date | None]:
    if definition.source == "tickets":
        return ticket_days(conn, scope=EVERYTHING)
    if definition.source == "deals":
        return deal_days(conn, scope=EVERYTHING)
    known = horizon(conn)
    return known.first_on, known.watermark_on


def _with_zeros(found: pd.DataFrame, unit: str) -> pd.DataFrame:
    if found.empty:
        return found
    day, last, days = found["period_on"].iloc[0].date(), found["period_on"].iloc[-1].date(), []
    while day <= last:
        days.append(pd.Timestamp(day))
        day = step(day, unit)
    index = pd.DatetimeIndex(days).astype("datetime64[us]")
    whole = found.set_index("period_on")[list(_COLUMNS)].reindex(index)
    whole["value"] = whole["value"].fillna(0.0)
    return whole.rename_axis("period_on").reset_index()


def _number(value: float) -> float | None:
    return None if value != value else value
