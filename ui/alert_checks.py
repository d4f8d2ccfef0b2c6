"""Checking alerts: a rule's metric period by period, what it says, and what it would have said.

Pages, ``refresh`` and ``alerts check`` share it. A check is of the whole company.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
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
from crm_data.commands.segments import saved_segments
from crm_data.errors import CrmError, UsageError
from crm_data.queries.cut import Cut, parse_cut
from crm_data.queries.deals import deal_days
from crm_data.queries.leads import lead_days
from crm_data.queries.tickets import ticket_days
from crm_data.rules import stored_rules
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.sql import Connection
from crm_data.versions import Warehouse
from ui.metrics import horizon, metric_values
from ui.survey_metrics import survey_days_known

PERIODS = 36  # looked back
SEGMENT = "segment="  # a filter by the id of a saved segment
_OF_NOBODY = ("campaigns", "invitations")  # costs and questions, which no customer has
_COLUMNS = ("value", "numerator", "denominator")
_UNIT_CLOCK = {"sales": "ordered_on", "churn": "ordered_on", "cohorts": "ordered_on"}
# Made at the first check; anybody may remove them.
STANDARD = tuple(
    RuleDraft(name, "band", is_standard=True)
    for name in (
        "churn_rate", "return_rate", "win_rate", "complaint_rate", "sla_attainment",
        "first_response_hours",
    )
)  # fmt: skip


def check_alerts(
    settings: Settings, version: str, now: datetime, only: Collection[str] | None = None
) -> list[str]:
    """Check every rule against a version, and return the ids of rules that raised an alarm.

    ``only`` names the rules to check. The first check makes the standard rules. A rule that cannot
    be counted is told so in its state, and keeps no other from being checked.
    """
    if not is_initialised(settings):
        return []
    if not store.has_had_rules(settings):
        store.add_rules(settings, STANDARD, now=now, actor="standard")
    rules = store.alert_rules(settings)
    raised = []
    stored = stored_rules(settings)
    segments = {one.segment_id: one.definition for one in saved_segments(settings)}
    warehouse = Warehouse(settings)
    try:
        with warehouse.connect(version) as conn:
            for rule in rules:
                if only is not None and rule.rule_id not in only:
                    continue
                state, since = checked(conn, rule, version, now, stored, segments)
                if store.record_check(settings, rule, state, since, now):
                    raised.append(rule.rule_id)
    finally:
        warehouse.close()
    return raised


def checked(
    conn: Connection, rule: AlertRule, version: str, now: datetime, stored: Mapping[str, Any],
    segments: Mapping[str, str],
) -> tuple[RuleState, date | None]:  # fmt: skip
    """Return what a rule says of a version, and since when its alarm runs (None: it does not).

    Of a segment that is gone nothing can be told.
    """
    condition = condition_of(rule.kind, rule.threshold, rule.unit)
    try:
        history = history_of(conn, rule.metric, rule.unit, rule.filters, stored, segments)
    except (CrmError, KeyError):
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
    segments: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return a metric's complete periods in order, the last ``PERIODS`` at the most.

    ``segments`` are the conditions of saved segments by id, which filters may name.

    Returns
    -------
    DataFrame
        ``period_on``, ``value``, ``numerator``, ``denominator``; the latter two are missing where
        the metric is no share of counts. A count of which nothing came is 0; other values are
        missing then, and only the last period is told of without one.

    Raises
    ------
    UsageError
        A field that the metric does not have, or a metric that has no periods.
    KeyError
        A segment that is not there.
    """
    definition = metric(name)
    filters, asked = of_segment(filters)
    among = (segments or {})[asked] if asked else ""
    if definition.date_column == "known_on":
        found = _states(conn, definition, unit, filters, among)
    else:
        found = _flows(conn, definition, unit, filters, stored, among)
    is_sum = not definition.is_ratio and definition.unit in ("count", "money", "number")
    if definition.clock == "period":  # a cohort is complete later
        found = _until_now(found, unit, _days(conn, definition)[1], is_sum=is_sum)
    if definition.interval != "wilson":
        found = found.assign(numerator=float("nan"), denominator=float("nan"))
    is_last = found.index == len(found) - 1
    known = found[found["value"].notna() | is_last]
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
    plain, segment = of_segment(filters)
    if segment and definition.source in _OF_NOBODY:
        raise UsageError(
            "alert_segment",
            f"{name} is of no customer, so it cannot be told of a segment. Leave the segment out.",
            metric=name,
        )
    parse_cut(None, None, (), plain, "", definition.clock_column)
    return RuleDraft(name, kind, threshold, unit, filters, **more)


def of_segment(filters: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return filters of fields, and the id of the saved segment among them; empty without one."""
    named = [one.removeprefix(SEGMENT) for one in filters if one.startswith(SEGMENT)]
    return tuple(one for one in filters if not one.startswith(SEGMENT)), "".join(named[:1])


def condition_of(kind: str, threshold: float | None, unit: str) -> Condition:
    """Return a rule's condition."""
    return Condition(cast(Kind, kind), threshold or 0.0, unit)


def _flows(
    conn: Connection, definition: Metric, unit: str, filters: tuple[str, ...],
    stored: Mapping[str, Any], among: str,
) -> pd.DataFrame:  # fmt: skip
    day = _UNIT_CLOCK.get(definition.source, definition.date_column)
    bucket = f"{day}:{unit}"
    cut = parse_cut(None, None, (bucket,), filters, among, definition.clock_column)
    values = metric_values(conn, scope=EVERYTHING, names=(definition.name,), cut=cut, rules=stored)[
        definition.name
    ]
    whole = values[values["is_complete"].fillna(value=False).astype(bool)]
    return whole.rename(columns={bucket: "period_on"}).sort_values("period_on", ignore_index=True)


def _states(
    conn: Connection, definition: Metric, unit: str, filters: tuple[str, ...], among: str
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
        base = parse_cut(start, end, (), filters, among, definition.clock_column)
        cut = Cut(start, end, (), base.where, among, base.clock)
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
    if definition.source == "leads":
        return lead_days(conn, scope=EVERYTHING)
    if definition.source in ("surveys", "invitations"):
        return survey_days_known(conn)
    known = horizon(conn)
    return known.first_on, known.watermark_on


def _until_now(
    found: pd.DataFrame, unit: str, last_day: date | None, *, is_sum: bool
) -> pd.DataFrame:
    """Return every period up to the last complete one: a series that stopped has not ended."""
    if found.empty:
        return found
    day, last, days = found["period_on"].iloc[0].date(), found["period_on"].iloc[-1].date(), []
    if last_day is not None:
        last = max(last, step(last_day + timedelta(days=1), unit, -1))
    while day <= last:
        days.append(pd.Timestamp(day))
        day = step(day, unit)
    index = pd.DatetimeIndex(days).astype("datetime64[us]")
    whole = found.set_index("period_on")[list(_COLUMNS)].reindex(index)
    if is_sum:
        whole["value"] = whole["value"].fillna(0.0)
    return whole.rename_axis("period_on").reset_index()


def _number(value: float) -> float | None:
    return None if value != value else value
