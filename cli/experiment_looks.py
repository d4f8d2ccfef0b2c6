"""Closer looks of ``analyze experiment``: prior spend, days, weeks, balance."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

import pandas as pd

from analytics.always_valid import always_valid
from analytics.arm_sums import Kind
from analytics.cuped import cuped
from cli.app import print_line
from cli.output import print_table
from crm_data.queries.campaign_arms import Outcome, Window
from crm_data.queries.campaign_units import campaign_units, unit_weeks
from crm_data.queries.segments import data_ends_on
from crm_data.scope import EVERYTHING
from crm_data.sql import Connection
from ui.experiment_looks import (
    WEEKS,
    balance_of_units,
    has_value_before,
    novelty_of_units,
    orders_told,
)
from ui.frames import records

_EFFECTS = ("arm", "n", "difference", "low", "high", "p_value", "verdict")
_COLUMNS = {
    "before": ("adjusted", *_EFFECTS),
    "daily": ("look", "arm", "n", "difference", "low", "high", "is_decided"),
    "novelty": ("period", *_EFFECTS),
    "balance": ("arm", "field", "value", "here", "rest", "apart", "p_value", "is_balanced"),
}


class Look(StrEnum):
    """What to look at besides the effects."""

    before = "before"
    daily = "daily"
    novelty = "novelty"
    balance = "balance"


def looks(
    connection: Connection, asked: list[Look], campaign_id: str, outcome: Outcome, window: Window,
    *, control: str, kind: Kind, is_blocked: bool,
) -> dict[str, dict[str, Any] | None]:  # fmt: skip
    """Return what each look found, as plain values; None where it cannot be told.

    ``before``: effects adjusted for the 90 days before (CUPED) beside the plain ones. ``daily``:
    after each day of assignment, in intervals that hold for all looks. ``novelty``: purchases week
    by week. ``balance``: whether arms were alike before. With broken sizes no look has a verdict.
    """
    units = campaign_units(connection, campaign_id, outcome, scope=EVERYTHING, window=window)
    found: dict[str, dict[str, Any] | None] = {}
    for look in dict.fromkeys(asked):
        if look is Look.before:
            found["before"] = _before(units, control, is_blocked=is_blocked)
        elif look is Look.daily:
            days = always_valid(units, "arm", "outcome", control, "assigned_on")
            if is_blocked:
                days["is_decided"] = False
            found["daily"] = {"rows": records(days)} if len(days) else None
        elif look is Look.novelty:
            found["novelty"] = _novelty(
                connection, units, campaign_id, outcome, control, kind, is_blocked=is_blocked
            )
        else:
            balance = balance_of_units(units)
            found["balance"] = None if balance is None else {"rows": records(balance)}
    return found


def _before(units: pd.DataFrame, control: str, *, is_blocked: bool) -> dict[str, Any] | None:
    if not has_value_before(units):
        return None
    made = cuped(units, "arm", "outcome", "net_before", control)
    both = pd.concat([made.plain.assign(adjusted=False), made.effects.assign(adjusted=True)])
    return {
        "reduction": made.reduction, "missing_before": made.missing_before,
        "rows": records(_without_verdict(both) if is_blocked else both),
    }  # fmt: skip


def _novelty(
    connection: Connection, units: pd.DataFrame, campaign_id: str, outcome: Outcome, control: str,
    kind: Kind, *, is_blocked: bool,
) -> dict[str, Any] | None:  # fmt: skip
    last = data_ends_on(connection)
    bought = unit_weeks(connection, campaign_id, scope=EVERYTHING, weeks=WEEKS)
    made = (
        None if last is None
        else novelty_of_units(units, bought, kind, control, last + timedelta(days=1))
    )  # fmt: skip
    if made is None or made.effects.empty:
        return None
    return {
        "outcome": orders_told(outcome, kind), "followed": made.followed,
        "course": dict.fromkeys(made.course, "blocked") if is_blocked else dict(made.course),
        "rows": records(_without_verdict(made.effects) if is_blocked else made.effects),
    }  # fmt: skip


def _without_verdict(effects: pd.DataFrame) -> pd.DataFrame:
    return effects.assign(verdict="blocked")


def print_looks(found: dict[str, dict[str, Any] | None]) -> None:
    """Print each look as a table under its name, with what is said of it."""
    for name, told in found.items():
        print_line(f"{name}:")
        if told is None:
            print_line("cannot be told: nothing is known of it, or too little")
            continue
        columns = _COLUMNS[name]
        print_table(columns, [[row[one] for one in columns] for row in told["rows"]])
        if name == "daily" and len({row["look"] for row in told["rows"]}) == 1:
            print_line(
                "one look: all were assigned on one day. Looks follow days of assignment; daily "
                "looks at one day's members would need the day of each outcome, and are not made"
            )
        said = [f"{key} {value}" for key, value in told.items() if key != "rows"]
        if said:
            print_line(", ".join(said))
