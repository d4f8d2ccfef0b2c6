"""Closer looks at an experiment, from its members: the page and the command line share them."""

from datetime import date

import pandas as pd

from analytics.arm_balance import arm_balance
from analytics.experiment_weeks import arm_weeks
from analytics.novelty import Novelty, novelty
from crm_data.queries.campaign_arms import ORDERED

WEEKS = 8
_FIELDS = ("net_before", "region", "source", "kind", "industry", "gender")


def balance_of_units(units: pd.DataFrame) -> pd.DataFrame | None:
    """Return ``ARM_BALANCE`` of ``CAMPAIGN_UNITS``; None where nothing varies."""
    fields = [name for name in _FIELDS if len(units[name].dropna().unique()) > 1]
    return arm_balance(units, "arm", fields) if fields else None


def has_value_before(units: pd.DataFrame) -> bool:
    """Whether anything was bought before the assignment: without it CUPED adjusts for nothing."""
    return bool(units["net_before"].fillna(0).any())


def orders_told(outcome: str, kind: str) -> str:
    """Return the outcome that is looked at by week: orders are what is known week by week."""
    if outcome in ORDERED:
        return outcome
    return "revenue" if kind == "money" else "purchase"


def novelty_of_units(
    units: pd.DataFrame, bought: pd.DataFrame, kind: str, control: str, known_until: date
) -> Novelty | None:
    """Return effects week by week of ``CAMPAIGN_UNITS`` and ``UNIT_WEEKS``; None without weeks."""
    value = "revenue" if kind == "money" else "orders"
    grid = arm_weeks(units, bought, value, weeks=WEEKS, known_until=known_until)
    if grid.empty or control not in set(grid["arm"]):
        return None
    return novelty(grid, "member_id", "arm", "week", "outcome", control)
