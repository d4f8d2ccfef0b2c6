"""Key customers: shares of the total, trend, and reasons to worry, each with its number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["KeyCustomers", "Reason", "Rules", "key_customers"]


@dataclass(frozen=True)
class Rules:
    """From when on something is a reason to worry.

    Attributes
    ----------
    silent_rhythms : float
        Days since the last order, in own rhythms.
    least_order_days : int
        Days with orders below which a rhythm says too little.
    down_share : float
        Fall of revenue against the year before, 0-1.
    low_nps : float
        Highest score that is low (0 to 6 are detractors).
    no_contact_days : int
        Days since the last contact. Only a remark: no contact alone puts nobody at risk.
    """

    silent_rhythms: float = 3.0
    least_order_days: int = 4
    down_share: float = 0.3
    low_nps: float = 6.0
    no_contact_days: int = 180


@dataclass(frozen=True)
class Reason:
    """One reason: ``silent`` (rhythms), ``down`` (share), ``complaint`` (count), ``nps`` (score).

    ``no_contact`` (days; None: none on record) is a remark. ``is_risk`` tells them apart.
    """

    name: str
    number: float | None

    @property
    def is_risk(self) -> bool:
        """Whether it alone puts a customer at risk."""
        return self.name != "no_contact"


@dataclass(frozen=True, eq=False)
class KeyCustomers:
    """The largest customers with what is known of their safety.

    Attributes
    ----------
    frame : DataFrame
        ``KEY_ACCOUNTS`` with ``share``, ``cumulative_share``, ``change`` (against the year before,
        share; NaN unless that was positive), ``silence`` (in rhythms; NaN without a rhythm) and
        ``is_at_risk``.
    reasons : list of list of Reason
        Row for row, in the order of ``Reason``.
    at_risk : int
        Customers with at least one reason that is a risk.
    revenue_at_risk : float
        Their net amount of the last 365 days. Not a forecast: nobody is expected to lose all of it.
    """

    frame: pd.DataFrame
    reasons: list[list[Reason]]
    at_risk: int
    revenue_at_risk: float


def key_customers(
    accounts: pd.DataFrame, *, total: float, rules: Rules | None = None
) -> KeyCustomers:
    """Judge the largest customers.

    Parameters
    ----------
    accounts : DataFrame
        ``KEY_ACCOUNTS``, largest first.
    total : float
        Of all customers' positive amounts, which shares are of.
    rules : Rules, optional
        Limits; the defaults where left out.
    """
    limits = rules or Rules()
    amount = accounts["amount"].astype("float64")
    shares = amount / total if total > 0 else amount * np.nan
    before = accounts["year_before"].astype("float64")
    this_year = accounts["net_amount_365d"].astype("float64").fillna(0.0)
    rhythm = accounts["rhythm_days"].astype("float64")
    silence = accounts["days_since_last_order"].astype("float64") / rhythm.where(rhythm > 0)
    frame = accounts.assign(
        share=shares,
        cumulative_share=shares.cumsum(),
        change=(this_year - before) / before.where(before > 0),
        silence=silence.where(accounts["order_days"].astype("float64") >= limits.least_order_days),
    )
    # A company that records no contacts at all has not neglected anybody.
    has_contacts = bool(accounts["last_contact_at"].notna().any())
    reasons = [_reasons(row, limits, has_contacts) for row in _rows(frame)]
    frame["is_at_risk"] = pd.array(
        [any(reason.is_risk for reason in own) for own in reasons], dtype="boolean"
    )
    risky = frame["is_at_risk"].astype(bool)
    return KeyCustomers(frame, reasons, int(risky.sum()), float(this_year[risky].sum()))


def _reasons(row: Mapping[str, Any], rules: Rules, has_contacts: bool) -> list[Reason]:
    """A missing number is no reason: what is not known worries nobody."""
    found: Sequence[tuple[str, float | None, bool]] = (
        ("silent", row["silence"], _at_least(row["silence"], rules.silent_rhythms)),
        ("down", row["change"], _at_most(row["change"], -rules.down_share)),
        ("complaint", row["open_complaints"], _at_least(row["open_complaints"], 1)),
        ("nps", row["last_nps"], _at_most(row["last_nps"], rules.low_nps)),
        ("no_contact", *_contact(row["days_since_contact"], rules, has_contacts)),
    )
    return [
        Reason(name, None if number is None else float(number))
        for name, number, holds in found
        if holds
    ]


def _contact(days: Any, rules: Rules, has_contacts: bool) -> tuple[float | None, bool]:
    if pd.isna(days):
        return None, has_contacts
    return float(days), float(days) >= rules.no_contact_days


def _at_least(value: Any, limit: float) -> bool:
    return not pd.isna(value) and float(value) >= limit


def _at_most(value: Any, limit: float) -> bool:
    return not pd.isna(value) and float(value) <= limit


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
