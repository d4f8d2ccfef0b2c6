"""Cohort retention: of the customers who joined together, how many were active, and when."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from analytics.stats import wilson_interval
from crm_data.calendar import MONTHS, floor_to, step
from crm_data.errors import FrameContractError

__all__ = [
    "CohortRetention",
    "CohortUnit",
    "cohort_retention",
    "last_complete_month",
    "retention_of_cells",
]

CohortUnit = Literal["month", "quarter"]
TIDY = ("cohort_on", "age", "active", "cohort_size", "retained_share", "low", "high")
# Frames that name days of a month ``_month`` are read, too.
_OTHER_NAMES = {"cohort_month": "cohort_on", "active_month": "month_on"}
_COUNTED = {"month": "customers", "quarter": "first_in_quarter"}


@dataclass(frozen=True, eq=False)
class CohortRetention:
    """Retention of cohorts by the month or quarter of their first order.

    Attributes
    ----------
    rates : DataFrame, shape (cohorts, ages)
        Index ``cohort_on`` (first day), columns ``age`` 0, 1, 2, … in units. Shares 0-1 of the
        cohort. NaN means not yet observable; 0.0 means observed, and nobody was active.
    sizes : Series, shape (cohorts,)
        Customers by cohort.
    active : DataFrame, shape (cohorts, ages)
        Customers behind ``rates``.
    unfinished : Series, shape (cohorts,)
        Share of each cohort active so far in the unit that is still running. Never part of
        ``rates``.
    unit : str
        ``month`` or ``quarter``.
    is_rolling : bool
        Whether active means in this unit or a later one.
    """

    rates: pd.DataFrame
    sizes: pd.Series
    active: pd.DataFrame
    unfinished: pd.Series
    unit: CohortUnit = "month"
    is_rolling: bool = False

    def tidy(self) -> pd.DataFrame:
        """Return one row per observable cell.

        Columns ``cohort_on``, ``age``, ``active``, ``cohort_size``, ``retained_share``, ``low`` and
        ``high`` (Wilson, 95 %; NaN at age 0, which is everybody by definition).
        """
        cells = self.active.reset_index().melt("cohort_on", var_name="age", value_name="active")
        cells = cells.dropna(subset="active").astype({"age": "int64", "active": "int64"})
        cells["cohort_size"] = cells["cohort_on"].map(self.sizes).astype("int64")
        cells["retained_share"] = cells["active"] / cells["cohort_size"]
        low, high = wilson_interval(cells["active"], cells["cohort_size"])
        later = cells["age"] > 0
        cells["low"], cells["high"] = np.where(later, low, np.nan), np.where(later, high, np.nan)
        return cells[list(TIDY)].sort_values(["cohort_on", "age"], ignore_index=True)


def cohort_retention(
    activity: pd.DataFrame,
    last_complete_month: date,
    *,
    unit: CohortUnit = "month",
    is_rolling: bool = False,
) -> CohortRetention:
    """Compute the share of each cohort that was active in each later unit.

    Parameters
    ----------
    activity : DataFrame
        One row per customer and active month: ``customer_id``, ``cohort_on`` (month of the first
        order ever, not of the first one in the frame), ``month_on``. Every customer has a row in
        the month of joining. ``CUSTOMER_MONTHS`` is such a frame.
    last_complete_month : date
        First day of the last month whose orders are all in. A month in progress always looks like
        customers who stayed away, so later months are only in ``unfinished``.
    unit : str
        ``month`` or ``quarter``: of the cohorts and of their age.
    is_rolling : bool
        Count who was active at an age or later ("not yet gone"), instead of at that age. Never
        rises with age. Near the last month there was little time for "later", so the newest
        cells of every cohort are too low; the last one equals the classic figure, but for who
        came in the unfinished unit.

    Returns
    -------
    CohortRetention
        Cohorts that joined in an unfinished unit are left out.

    Raises
    ------
    FrameContractError
        A column is missing, or a customer has no row in the month of joining.

    Examples
    --------
    >>> month = pd.to_datetime(["2025-01-01", "2025-01-01", "2025-02-01"])
    >>> activity = pd.DataFrame(
    ...     {"customer_id": ["a", "b", "a"], "cohort_on": month[[0, 0, 0]], "month_on": month})
    >>> cohort_retention(activity, month[2]).rates.loc["2025-01-01"].tolist()
    [1.0, 0.5]
    """
    months = activity.rename(columns=_OTHER_NAMES)
    missing = [n for n in ("customer_id", "cohort_on", "month_on") if n not in months]
    if missing:
        raise FrameContractError(
            f"cohort_retention needs customer_id, cohort_on and month_on; the frame lacks {missing}"
            f" and has {list(activity.columns)}. Pass CUSTOMER_MONTHS, or rename."
        )
    days = {name: pd.to_datetime(months[name]) for name in ("cohort_on", "month_on")}
    months = months.assign(**days).drop_duplicates(["customer_id", "month_on"])
    months = months.sort_values("month_on")
    _require_month_of_joining(months)
    quarter = months["month_on"].dt.to_period("Q")
    cells = months.assign(
        customers=1,
        first_in_quarter=~months.assign(q=quarter).duplicated(["customer_id", "q"]),
        last_customers=~months.duplicated("customer_id", keep="last"),
    )
    counted = ["customers", "first_in_quarter", "last_customers"]
    cells = cells.groupby(["cohort_on", "month_on"], as_index=False)[counted].sum()
    return retention_of_cells(cells, last_complete_month, unit=unit, is_rolling=is_rolling)


def retention_of_cells(
    cells: pd.DataFrame,
    last_complete_month: date,
    *,
    unit: CohortUnit = "month",
    is_rolling: bool = False,
) -> CohortRetention:
    """Compute ``cohort_retention`` of customers already counted by cohort and month.

    Parameters
    ----------
    cells : DataFrame
        ``COHORT_CELLS``: ``cohort_on``, ``month_on`` (first days of months), ``customers`` active,
        ``first_in_quarter`` (of them, those not active earlier in the quarter),
        ``last_customers`` (of them, those not seen in a later month). Rows of one pair add up.
    last_complete_month, unit, is_rolling
        As in ``cohort_retention``.
    """
    end = observable_until(last_complete_month, unit)
    aged = with_age(cells, unit)
    counted = aged.groupby(["cohort_on", "age"])[_COUNTED[unit]].sum().unstack("age")
    counted = counted[counted.index < pd.Timestamp(end)].astype("float64")
    if counted.empty:
        return _nobody(unit, is_rolling)
    sizes = counted[0].astype("int64").rename("cohort_size")
    if is_rolling:
        last = aged.groupby(["cohort_on", "age"])["last_customers"].sum().unstack("age")
        last = last.reindex(index=counted.index).reindex(columns=range(int(last.columns.max()) + 1))
        counted = last.fillna(0.0).astype("float64").iloc[:, ::-1].cumsum(axis=1).iloc[:, ::-1]
    ages = observable_ages(counted.index, end, unit)
    wanted = pd.Index(range(int(ages.max()) + 2), name="age")
    full = counted.reindex(columns=wanted).fillna(0.0)
    active = full.where(wanted.to_numpy()[None, :] <= ages.to_numpy()[:, None]).iloc[:, :-1]
    running = pd.Series(
        full.to_numpy()[np.arange(len(full)), ages.to_numpy() + 1], index=full.index
    )
    return CohortRetention(
        active.div(sizes, axis=0),
        sizes,
        active,
        (running / sizes).rename("unfinished"),
        unit,
        is_rolling,
    )


def last_complete_month(watermark: date) -> date:
    """Return the first day of the last month that ends with or before the last day with data."""
    after = watermark + timedelta(days=1)
    return step(after, "month", -1)


def observable_until(last_complete_month: date, unit: str) -> date:
    """Return the first day that is in no complete unit."""
    after = step(date(last_complete_month.year, last_complete_month.month, 1), "month")
    return floor_to(after, unit)


def observable_ages(cohorts: pd.Index, end: date, unit: str) -> pd.Series:
    """Return the oldest complete age of each cohort, in units."""
    starts = pd.DatetimeIndex(cohorts)
    months = (end.year - starts.year) * 12 + end.month - starts.month
    return pd.Series(months // MONTHS[unit] - 1, index=cohorts)


def with_age(cells: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return cells with ``cohort_on`` cut to the unit and ``age``, the whole units since."""
    size = MONTHS[unit]
    cohort, month = cells["cohort_on"].dt, cells["month_on"].dt
    joined = (cohort.year * 12 + cohort.month - 1) // size
    age = (month.year * 12 + month.month - 1) // size - joined
    starts = cells["cohort_on"].dt.to_period("Q" if unit == "quarter" else "M").dt.to_timestamp()
    return cells.assign(cohort_on=starts.astype("datetime64[us]"), age=age.astype("int64"))


def _require_month_of_joining(months: pd.DataFrame) -> None:
    first = months.drop_duplicates("customer_id")
    broken = first[first["month_on"] != first["cohort_on"]]
    if len(broken):
        raise FrameContractError(
            f"{len(broken)} of {len(first)} customers have no row in the month they joined, for "
            f"example customer_id {broken['customer_id'].iloc[0]}. Cohort sizes would be wrong. "
            "Pass all months since the first order of each customer."
        )


def _nobody(unit: CohortUnit, is_rolling: bool) -> CohortRetention:
    cohorts = pd.DatetimeIndex([], dtype="datetime64[us]", name="cohort_on")
    grid = pd.DataFrame(index=cohorts, columns=pd.Index([], dtype="int64", name="age"), dtype=float)
    return CohortRetention(
        grid,
        pd.Series(index=cohorts, dtype="int64", name="cohort_size"),
        grid.copy(),
        pd.Series(index=cohorts, dtype="float64", name="unfinished"),
        unit,
        is_rolling,
    )
