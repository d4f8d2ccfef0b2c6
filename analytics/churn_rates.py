"""Churn by calendar month and by cohort: from what came and went to rates with intervals.

Two clocks, kept apart. The period clock asks who of those there when a month began was gone when
the next one began. The cohort clock asks who of those that started in a month was lost by an age.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from analytics.stats import ratio_interval, wilson_interval
from crm_data.calendar import floor_to, step

CUSTOMER_FLOWS = ("new_customers", "returned_customers", "lost_customers")
RATES = ("churn_rate", "revenue_churn_rate", "gross_revenue_retention", "net_revenue_retention")
# Under so many customers whose amount moved, the spread of their amounts is not known.
MIN_MOVED = 5
# Which way each flow moves the level that it belongs to.
_AMOUNT_SIGNS = {
    "new_amount": 1, "returned_amount": 1, "expansion_amount": 1, "revealed_amount": 1,
    "lost_amount": -1, "contraction_amount": -1, "hidden_amount": -1,
}  # fmt: skip


@dataclass(frozen=True)
class Rate:
    """A share with what it is made of.

    Attributes
    ----------
    value, low, high : float or None
        None where it is not defined, or the interval not known.
    numerator, denominator : float
        Customers, or monthly amounts.
    n : int
        Customers that it rests on.
    """

    value: float | None
    low: float | None
    high: float | None
    numerator: float
    denominator: float
    n: int


def with_levels(
    flows: pd.DataFrame, last_day: date, observable_from: date | None = None
) -> pd.DataFrame:
    """Return every calendar month up to that of ``last_day`` with what it began with.

    Parameters
    ----------
    flows : DataFrame
        A row per month with a change: ``month_on``, ``new_customers``, ``returned_customers``,
        ``lost_customers``; with contracts also the other columns of ``CONTRACT_MONTHS``.
    last_day : date
        Last day that the data knows.
    observable_from : date or None
        Months that begin earlier have no rate, as nobody could be seen to be lost in all of them:
        with silences, those longer than the history so far; with contracts, those before ends
        were recorded. ``date.max``: no month has a rate.

    Returns
    -------
    DataFrame
        ``flows`` without gaps, ``start_customers``, ``is_complete``, ``is_observable``; also
        ``start_amount``, ``start_unvalued`` (customers whose amount is not known, in no amount) and
        ``start_sq`` (sum of squares of the amounts). Start plus new plus returned less lost is the
        next start, and so with amounts.
    """
    months = pd.DatetimeIndex(flows["month_on"])
    if not len(months):
        return flows.assign(start_customers=[], is_complete=[], is_observable=[])
    end = pd.Timestamp(floor_to(last_day, "month"))
    every = pd.date_range(months.min(), max(end, months.min()), freq="MS", name="month_on")
    counted = flows.drop(columns="last_on", errors="ignore").set_index("month_on")
    filled = counted.groupby(level=0).sum().reindex(every.astype("datetime64[us]"), fill_value=0)
    new, returned, lost = (filled[name] for name in CUSTOMER_FLOWS)
    filled["start_customers"] = _before(new + returned - lost).astype("int64")
    if "new_amount" in filled:
        moves = filled[list(_AMOUNT_SIGNS)] @ pd.Series(_AMOUNT_SIGNS)
        filled["start_amount"] = _before(moves).round(4)
        filled["start_unvalued"] = _before(filled["unvalued_customers"]).astype("int64")
        filled["start_sq"] = _before(filled["held_sq"]).clip(lower=0.0)
    complete_until = step(pd.Timestamp(last_day).date() + pd.Timedelta(days=1), "month", 0)
    filled["is_complete"] = filled.index < pd.Timestamp(complete_until)
    begun = np.array([day.date() >= (observable_from or date.min) for day in every])
    return filled.assign(is_observable=begun).reset_index()


def monthly_rates(levels: pd.DataFrame) -> pd.DataFrame:
    """Return rates by month with their parts and 95 % intervals.

    Parameters
    ----------
    levels : DataFrame
        As ``with_levels`` returns it.

    Returns
    -------
    DataFrame
        For each of ``RATES`` that the levels allow, ``<rate>``, ``<rate>_low``, ``<rate>_high``,
        ``<rate>_numerator``, ``<rate>_denominator``, ``<rate>_n``. NaN where nobody was there.

        Churn of customers: lost ÷ there at the start, Wilson. Of revenue: monthly amount lost ÷
        amount at the start of customers whose amount is known then and at the next start; gross
        retention takes contraction off, too, net retention adds expansion. These have the delta
        method's interval over customers, missing under five customers whose amount moved.
    """
    table = levels[["month_on", "is_complete"]].copy()
    start, lost = levels["start_customers"], levels["lost_customers"]
    low, high = wilson_interval(lost, start)
    _put(table, "churn_rate", lost / start.where(start > 0), low, high, lost, start, start)
    if "start_amount" in levels:
        _put_amounts(table, levels)
    rated = [name for name in table if name not in ("month_on", "is_complete")]
    table.loc[~levels["is_observable"].astype(bool), rated] = np.nan
    return table


def rate_of(rates: pd.DataFrame, name: str, month: date) -> Rate:
    """Return one rate of one month."""
    row = rates[rates["month_on"] == pd.Timestamp(month)]
    if row.empty or name not in rates or np.isnan(row[f"{name}_n"].iloc[0]):
        return Rate(None, None, None, 0.0, 0.0, 0)
    part = {key: float(row[f"{name}{key}"].iloc[0]) for key in _PARTS}
    return Rate(
        _known(part[""]),
        _known(part["_low"]),
        _known(part["_high"]),
        part["_numerator"],
        part["_denominator"],
        int(part["_n"]),
    )


def yearly(rate: float | None, *, months: int = 1) -> float | None:
    """Return the share lost in a year at a rate per ``months`` months: 1 - (1 - m)^(12 / months).

    Examples
    --------
    >>> round(yearly(0.05), 4)
    0.4596
    """
    return None if rate is None else float(1.0 - (1.0 - rate) ** (12.0 / months))


def yearly_rate(monthly: Rate) -> Rate:
    """Return the yearly equivalent of a monthly churn; parts and n stay those of the month."""
    return replace(
        monthly, value=yearly(monthly.value), low=yearly(monthly.low), high=yearly(monthly.high)
    )


def last_complete(levels: pd.DataFrame) -> date | None:
    """Return the first day of the last complete month that has a rate."""
    done = levels["is_complete"].astype(bool) & levels["is_observable"].astype(bool)
    usable = levels[done & (levels["start_customers"] > 0)]
    return None if usable.empty else pd.Timestamp(usable["month_on"].iloc[-1]).date()


def cohort_losses(cohorts: pd.DataFrame, last_day: date) -> pd.DataFrame:
    """Return which share of each cohort was lost for the first time by each age.

    Parameters
    ----------
    cohorts : DataFrame
        ``CONTRACT_COHORTS``: ``cohort_on``, ``month_on``, ``started``, ``lost``.
    last_day : date
        Last day that the data knows. Ages that end later are left out.

    Returns
    -------
    DataFrame
        ``cohort_on``, ``age`` (0: by the end of the first month), ``lost`` so far, ``started``,
        ``lost_share``, ``low``, ``high`` (Wilson). Never falls with age: who returned stays lost.
    """
    columns = ["cohort_on", "age", "lost", "started", "lost_share", "low", "high"]
    started = cohorts.groupby("cohort_on")["started"].sum()
    end = pd.Timestamp(step(pd.Timestamp(last_day).date() + pd.Timedelta(days=1), "month", 0))
    started = started[(started > 0) & (started.index < end)]
    if started.empty:
        return pd.DataFrame(columns=columns)
    known = cohorts[cohorts["cohort_on"].isin(started.index)]
    age = _month_number(known["month_on"]) - _month_number(known["cohort_on"])
    grid = known.assign(age=age).pivot_table("lost", "cohort_on", "age", "sum", fill_value=0)
    oldest = (end.year * 12 + end.month - 1) - _month_number(started.index.to_series()) - 1
    grid = grid.reindex(index=started.index, columns=range(int(oldest.max()) + 1), fill_value=0)
    table = grid.cumsum(axis=1).reset_index().melt("cohort_on", var_name="age", value_name="lost")
    table = table[table["age"] <= table["cohort_on"].map(oldest)].astype({"age": "int64"})
    table["started"] = table["cohort_on"].map(started).astype("int64")
    table["lost_share"] = table["lost"] / table["started"]
    table["low"], table["high"] = wilson_interval(table["lost"], table["started"])
    return table[columns].sort_values(["cohort_on", "age"], ignore_index=True)


def average_losses(losses: pd.DataFrame) -> pd.DataFrame:
    """Return ``cohort_losses`` of all cohorts together, each age over those that have reached it.

    Columns ``age``, ``lost``, ``started``, ``cohorts``, ``lost_share``, ``low``, ``high``. Other
    ages have other cohorts, so the curve may fall where old cohorts were better.
    """
    grouped = losses.groupby("age", as_index=False).agg(
        lost=("lost", "sum"), started=("started", "sum"), cohorts=("cohort_on", "count")
    )
    low, high = wilson_interval(grouped["lost"], grouped["started"])
    return grouped.assign(lost_share=grouped["lost"] / grouped["started"], low=low, high=high)


_PARTS = ("", "_low", "_high", "_numerator", "_denominator", "_n")


def _put_amounts(table: pd.DataFrame, levels: pd.DataFrame) -> None:
    under = levels["start_amount"] - levels["hidden_amount"]
    n = levels["start_customers"] - levels["start_unvalued"] - levels["hidden_customers"]
    squares = (levels["start_sq"] - levels["hidden_sq"]).clip(lower=0.0)
    lost, down, up = (
        levels[f"{name}_amount"].astype(float) for name in ("lost", "contraction", "expansion")
    )
    lost_sq, down_sq, down_cross = (
        levels[name] for name in ("lost_sq", "contraction_sq", "contraction_cross")
    )
    fallen, fallen_n = lost + down, levels["lost_customers"] + levels["contracted_customers"]
    moved_sq = lost_sq + down_sq + levels["expansion_sq"]
    moved_cross = lost_sq + down_cross - levels["expansion_cross"]
    parts = (
        ("revenue_churn_rate", lost, lost_sq, lost_sq, levels["lost_customers"]),
        ("gross_revenue_retention", fallen, lost_sq + down_sq, lost_sq + down_cross, fallen_n),
        (
            "net_revenue_retention",
            fallen - up,
            moved_sq,
            moved_cross,
            fallen_n + levels["expanded_customers"],
        ),
    )
    for name, over, over_sq, cross, moved in parts:
        low, high = ratio_interval(
            n, over, under, numerator_sq=over_sq, denominator_sq=squares, cross=cross
        )
        share = over / under.where(under > 0)
        is_known = (moved >= MIN_MOVED).to_numpy()
        low, high = np.where(is_known, low, np.nan), np.where(is_known, high, np.nan)
        if name != "net_revenue_retention":
            low, high = np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
        if name != "revenue_churn_rate":
            share, low, high, over = 1.0 - share, 1.0 - high, 1.0 - low, under - over
        _put(table, name, share, low, high, over, under, n)


def _put(table: pd.DataFrame, name: str, *values: object) -> None:
    for part, value in zip(_PARTS, values, strict=True):
        table[f"{name}{part}"] = np.asarray(value, dtype="float64")


def _before(moves: pd.Series) -> pd.Series:
    """Return the sum of all earlier months."""
    return moves.cumsum().shift(1, fill_value=0)


def _month_number(days: pd.Series) -> pd.Series:
    number: pd.Series = days.dt.year * 12 + days.dt.month - 1
    return number


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
