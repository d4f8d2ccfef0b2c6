"""What is said of open deals, from frames that queries give: for pages and the command line."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.coverage import coverage
from analytics.deal_amounts import usual_amounts
from analytics.deal_attention import Attention, attention
from analytics.quota import attainment, team_attainment
from analytics.stage_history import limits_of, rates_of
from crm_data.calendar import add_months


@dataclass(frozen=True)
class Weighted:
    """Open value times the share won of past deals in the same stage.

    Attributes
    ----------
    value, low, high : float
        Money; all stages at their learned share, or at the ends of its interval.
    deals, unvalued, untold : int
        Open deals; without an amount; in a stage of which the past says too little.
    open_value : float
        Of all open deals.
    untold_value : float
        Of those that are in no sum.
    """

    value: float
    low: float
    high: float
    deals: int
    unvalued: int
    untold: int
    open_value: float
    untold_value: float


@dataclass(frozen=True)
class Coverage:
    """Open value expected in a period against its quotas.

    Attributes
    ----------
    start, end : date
        Half-open period.
    quota, won, left, open_value : float
        Money; left is what is still to be won.
    of_quota, of_left : float
        Open value by the whole quota, and by what is left; NaN: nothing left.
    people, blank : int
        Sellers, and of them without a quota.
    """

    start: date
    end: date
    quota: float
    won: float
    left: float
    open_value: float
    of_quota: float
    of_left: float
    people: int
    blank: int


def weighted(opened: pd.DataFrame, evidence: pd.DataFrame) -> Weighted:
    """Weigh open deals (``OPEN_AMOUNTS``) by what closed deals say of their stage."""
    rates = rates_of(evidence)
    known = opened.merge(rates, on=["pipeline", "stage_no"], how="left", validate="many_to_one")
    amount = known["amount"].astype("float64")
    is_told = known["learned"].notna()
    value, low, high = (
        float((amount * known[name]).sum()) for name in ("learned", "learned_low", "learned_high")
    )
    return Weighted(
        value, low, high, len(known), int(amount.isna().sum()), int((~is_told).sum()),
        float(amount.sum()), float(amount[~is_told].sum()),
    )  # fmt: skip


def to_look_at(
    opened: pd.DataFrame,
    evidence: pd.DataFrame,
    won: pd.DataFrame,
    as_of: date,
    *,
    with_task: Collection[str] = (),
) -> Attention:
    """Return the open deals with reasons to look at them, at the end of a day."""
    return attention(
        opened, pd.Timestamp(as_of), limits=limits_of(evidence), rates=rates_of(evidence),
        amounts=usual_amounts(won), with_task=with_task,
    )  # fmt: skip


def quarter_of(day: date) -> tuple[date, date]:
    """Return the calendar quarter of a day, half-open."""
    start = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return start, add_months(start, 3)


def covered(
    quotas: pd.DataFrame,
    sellers: pd.DataFrame,
    results: pd.DataFrame,
    opened: pd.DataFrame,
    period: tuple[date, date],
    until: date,
) -> Coverage | None:
    """Hold open deals expected in a period against the quotas of sellers; None without a quota.

    Parameters
    ----------
    quotas, sellers, results : DataFrame
        ``QUOTAS`` (those of owners count), ``SELLERS``, ``RESULTS`` of the period.
    opened : DataFrame
        ``OPEN_AMOUNTS``.
    until : date
        First day that is not known yet.
    """
    own = quotas[quotas["owner_id"].notna()]
    if own.empty or sellers.empty:
        return None
    won = results.rename(columns={"won": "won_deals", "won_amount": "won"})[["owner_id", "won"]]
    parts = attainment(own, won, sellers, period, until=until)
    start, end = (pd.Timestamp(day) for day in period)
    due = opened[(opened["expected_close_on"] >= start) & (opened["expected_close_on"] < end)]
    value = pd.DataFrame({"open_value": [float(due["amount"].sum())]})
    row = coverage(team_attainment(parts), value, ()).iloc[0]
    if not row["quota"] > 0:
        return None
    return Coverage(
        *period, float(row["quota"]), float(row["won_with_quota"]), float(row["left"]),
        float(row["open_value"]), float(row["of_quota"]), float(row["of_left"]),
        int(row["people"]), int(row["blank"]),
    )  # fmt: skip
