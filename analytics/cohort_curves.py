"""Over all cohorts: average retention by age, newer against older, value added up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.retention import (
    CohortRetention,
    CohortUnit,
    observable_ages,
    observable_until,
    retention_of_cells,
    with_age,
)
from analytics.stats import wilson_interval

CURVE = ("age", "cohorts", "customers", "active", "retained_share", "low", "high")
NEWEST: Mapping[str, int] = {"month": 3, "quarter": 1}  # cohorts whose retention is "now"
BEFORE: Mapping[str, int] = {"month": 12, "quarter": 4}  # cohorts that it is held against


@dataclass(frozen=True)
class NewerAgainstOlder:
    """Retention at one age of the newest cohorts that have reached it, and of those before.

    Attributes
    ----------
    age : int
        In units.
    share, low, high, n : float, int
        Of the newest cohorts; None where none has reached the age.
    before_share, before_n : float, int
        Of the cohorts before them; None where there is none.
    difference, difference_low, difference_high : float
        Newest less before, 95 %; None without either.
    first_on, last_on : date or None
        The newest cohorts.
    """

    age: int
    n: int = 0
    share: float | None = None
    low: float | None = None
    high: float | None = None
    before_n: int = 0
    before_share: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    first_on: date | None = None
    last_on: date | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        low, high = self.difference_low, self.difference_high
        return low is not None and high is not None and (low > 0 or high < 0)


def average_curve(retention: CohortRetention) -> pd.DataFrame:
    """Return retention by age over all cohorts old enough, every customer counting once.

    Columns: ``age``, ``cohorts``, ``customers`` and ``active`` (of the cohorts that have reached
    the age), ``retained_share``, ``low``, ``high`` (Wilson, 95 %; NaN at age 0). Old ages rest on
    old cohorts only, so a curve may rise where those were better.
    """
    seen = retention.active.notna()
    size = retention.sizes.to_numpy(dtype="float64")[:, None] * seen.to_numpy()
    customers, active = size.sum(axis=0), retention.active.fillna(0.0).to_numpy().sum(axis=0)
    low, high = wilson_interval(active, customers)
    ages = retention.active.columns.to_numpy(dtype="int64")
    return pd.DataFrame(
        {
            "age": ages,
            "cohorts": seen.to_numpy().sum(axis=0).astype("int64"),
            "customers": customers.astype("int64"),
            "active": active.astype("int64"),
            "retained_share": active / np.where(customers > 0, customers, np.nan),
            "low": np.where(ages > 0, low, np.nan),
            "high": np.where(ages > 0, high, np.nan),
        },
        columns=list(CURVE),
    )


def curves_by_member(
    cells: pd.DataFrame, last_complete_month: date, *, unit: CohortUnit, is_rolling: bool
) -> pd.DataFrame:
    """Return the ``average_curve`` of every member of a split, ``member`` (None: missing) first.

    Parameters
    ----------
    cells : DataFrame
        ``COHORT_CELLS`` with the split in ``member``.
    """
    curves = []
    for member, part in members_of(cells):
        found = retention_of_cells(part, last_complete_month, unit=unit, is_rolling=is_rolling)
        curves.append((member, average_curve(found)))
    return stacked(curves, CURVE)


def members_of(cells: pd.DataFrame) -> list[tuple[str | None, pd.DataFrame]]:
    """Return the cells of every member of a split (None: missing), most customers first."""
    names = cells["member"].astype(object).where(cells["member"].notna(), None)
    joined = cells["customers"].where(cells["cohort_on"] == cells["month_on"], 0)
    sizes = joined.groupby(names, dropna=False).sum().sort_values(ascending=False, kind="stable")
    members = [None if pd.isna(name) else str(name) for name in sizes.index]
    return [
        (member, cells[names.isna() if member is None else names == member]) for member in members
    ]


def stacked(
    parts: Sequence[tuple[str | None, pd.DataFrame]], columns: Sequence[str]
) -> pd.DataFrame:
    """Return the frames of members below each other, ``member`` before ``columns``."""
    named = [
        part.assign(member=pd.Series([member] * len(part), index=part.index, dtype=object))
        for member, part in parts
        if len(part)
    ]
    if not named:
        return pd.DataFrame(columns=["member", *columns])
    return pd.concat(named, ignore_index=True)[["member", *columns]]


def newer_against_older(retention: CohortRetention, age: int) -> NewerAgainstOlder:
    """Compare the newest cohorts that have reached ``age`` with the year of cohorts before them.

    The newest are those of three months or of one quarter. The difference has Newcombe's interval
    of two independent shares (R. G. Newcombe, 1998, Statistics in Medicine 17, 873-890, method 10).
    """
    if age not in retention.active:
        return NewerAgainstOlder(age)
    reached = retention.active[age].dropna()
    newest = reached.iloc[-NEWEST[retention.unit] :]
    before = reached.iloc[: -NEWEST[retention.unit]].iloc[-BEFORE[retention.unit] :]
    if newest.empty:
        return NewerAgainstOlder(age)
    x, n = int(newest.sum()), int(retention.sizes[newest.index].sum())
    y, m = int(before.sum()), int(retention.sizes[before.index].sum())
    low, high = (float(side) for side in wilson_interval(x, n))
    days = (newest.index[0].date(), newest.index[-1].date())
    if not m:
        return NewerAgainstOlder(age, n, x / n, low, high, first_on=days[0], last_on=days[1])
    gap = x / n - y / m
    before_low, before_high = (float(side) for side in wilson_interval(y, m))
    return NewerAgainstOlder(
        age, n, x / n, low, high, m, y / m, gap,
        gap - float(np.hypot(x / n - low, before_high - y / m)),
        gap + float(np.hypot(high - x / n, y / m - before_low)),
        *days,
    )  # fmt: skip


def cumulated_value(
    cells: pd.DataFrame,
    last_complete_month: date,
    *,
    column: str,
    known: str,
    unit: CohortUnit = "month",
) -> pd.DataFrame:
    """Return what a customer of each cohort has brought up to each age, on average.

    Parameters
    ----------
    cells : DataFrame
        ``COHORT_CELLS``.
    last_complete_month : date
        First day of the last month whose orders are all in.
    column, known : str
        The sum (``net_amount`` or ``margin``) and the customers for whom it is known
        (``valued_customers`` or ``costed_customers``).
    unit : str
        ``month`` or ``quarter``.

    Returns
    -------
    DataFrame, shape (cohorts, ages)
        Sum up to the age over the cohort's size. NaN where not yet observable, and from the first
        age on at which customers ordered and nothing is known of any of them.
    """
    sizes = retention_of_cells(cells, last_complete_month, unit=unit).sizes
    ages = observable_ages(sizes.index, observable_until(last_complete_month, unit), unit)
    if sizes.empty:
        return pd.DataFrame(index=sizes.index, columns=pd.Index([], name="age"), dtype="float64")
    sums = with_age(cells, unit).groupby(["cohort_on", "age"])[[column, known, "customers"]].sum()
    is_unknown = (sums["customers"] > 0) & (sums[known] == 0)
    amounts = sums[column].astype("float64").mask(is_unknown, np.inf).unstack("age")
    wanted = pd.Index(range(int(ages.max()) + 1), name="age")
    grown = amounts.reindex(index=sizes.index, columns=wanted).fillna(0.0).cumsum(axis=1)
    grown = grown.mask(np.isinf(grown))
    seen = wanted.to_numpy()[None, :] <= ages.to_numpy()[:, None]
    return grown.where(seen).div(sizes, axis=0)


def average_value(cumulated: pd.DataFrame, sizes: pd.Series) -> pd.DataFrame:
    """Return the mean of ``cumulated_value`` by age over customers of cohorts where it is known.

    Columns ``age``, ``cohorts``, ``customers``, ``value``.
    """
    seen = cumulated.notna().to_numpy()
    weight = sizes.to_numpy(dtype="float64")[:, None] * seen
    customers = weight.sum(axis=0)
    total = (np.nan_to_num(cumulated.to_numpy(dtype="float64")) * weight).sum(axis=0)
    return pd.DataFrame(
        {
            "age": cumulated.columns.to_numpy(dtype="int64"),
            "cohorts": seen.sum(axis=0).astype("int64"),
            "customers": customers.astype("int64"),
            "value": total / np.where(customers > 0, customers, np.nan),
        }
    )
