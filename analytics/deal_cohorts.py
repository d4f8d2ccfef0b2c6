"""Win rate by age of the deals created in a month or quarter: all compared at the same age.

A young cohort has not had the time to win, which is not the same as losing: its curve ends where
not every deal of it has been seen for that long.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.deal_times import outcome_codes
from analytics.risk_sets import Floats
from analytics.stats import wilson_interval

Unit = Literal["month", "quarter"]
_FREQ = {"month": "MS", "quarter": "QS"}
_MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True, eq=False)
class DealCohorts:
    """Cohorts of deals by when they were created.

    Attributes
    ----------
    sizes : DataFrame
        Index ``cohort_on`` (first day, ascending, none left out in between), columns ``deals``,
        ``won``, ``lost``, ``open`` (on the data's last day), ``observable_days`` (age up to which
        every deal of the cohort has been seen; NaN: not even for a day, the cohort is still open).
    won, lost : DataFrame, shape (cohorts, ages)
        Columns ages in days. Deals won (lost) by that age, of all in the cohort. NaN: not yet
        observable; 0: seen, and none.
    """

    sizes: pd.DataFrame
    won: pd.DataFrame
    lost: pd.DataFrame

    def tidy(self) -> pd.DataFrame:
        """Return one row per cohort and observable age, to draw and to export.

        ``cohort_on``, ``age``, ``deals``, ``won``, ``lost``, ``won_share``, ``low``, ``high``
        (Wilson, 95 %).
        """
        row, column = np.nonzero(self.won.notna().to_numpy())
        cells = pd.DataFrame(
            {
                "cohort_on": self.won.index[row],
                "age": self.won.columns.to_numpy(dtype="int64")[column],
                "won": self.won.to_numpy()[row, column].astype("int64"),
                "lost": self.lost.to_numpy()[row, column].astype("int64"),
            }
        )
        deals = cells["cohort_on"].map(self.sizes["deals"])
        low, high = wilson_interval(cells["won"], deals)
        frame = cells.assign(deals=deals, won_share=cells["won"] / deals, low=low, high=high)
        columns = ["cohort_on", "age", "deals", "won", "lost", "won_share", "low", "high"]
        return frame.loc[deals > 0, columns].reset_index(drop=True)


def deal_cohorts(
    counts: pd.DataFrame,
    as_of: pd.Timestamp,
    *,
    unit: Unit = "month",
    step_days: int = 30,
    most_days: int = 720,
) -> DealCohorts:
    """Follow the deals created in each month or quarter.

    Parameters
    ----------
    counts : DataFrame
        ``cohort_on`` (a day in the month of creation, its first for instance), ``days`` (from
        creation to close), ``outcome`` (``won``, ``lost``, missing: open), ``deals``; rows may
        repeat. Days of open deals are not used.
    as_of : Timestamp
        The data's last day.
    unit : str
        ``month`` or ``quarter``.
    step_days, most_days : int
        Ages are 0 and multiples of ``step_days`` up to ``most_days``, as far as any cohort goes.
    """
    first = _first_day(counts["cohort_on"], unit)
    index = pd.DatetimeIndex([], name="cohort_on")
    if len(counts):
        index = pd.date_range(first.min(), first.max(), freq=_FREQ[unit], name="cohort_on")
    seen = _observable(index, as_of, unit)
    longest = int(min(np.nanmax(seen, initial=-1), most_days)) if len(seen) else -1
    ages = np.arange(0, longest + 1, step_days)
    row = index.get_indexer(first)
    codes, number = outcome_codes(counts["outcome"]), counts["deals"].to_numpy(dtype="float64")
    days = counts["days"].to_numpy(dtype="float64", na_value=np.nan)
    # Closed at 31 days is first counted at age 60: the place of the first age not below.
    column = np.searchsorted(ages, days)
    observable = ages[None, :] <= seen[:, None]
    sums, by_age = {}, {}
    for name, code in (("open", 0), ("won", 1), ("lost", 2)):
        chosen = codes == code
        sums[name] = np.bincount(row[chosen], number[chosen], len(index)).astype("int64")
        table = np.zeros((len(index), len(ages) + 1))
        np.add.at(table, (row[chosen], np.minimum(column[chosen], len(ages))), number[chosen])
        by_age[name] = pd.DataFrame(
            np.where(observable, table[:, :-1].cumsum(axis=1), np.nan),
            index=index,
            columns=pd.Index(ages, name="age"),
        )
    sizes = pd.DataFrame(
        {
            "deals": sums["won"] + sums["lost"] + sums["open"],
            "won": sums["won"],
            "lost": sums["lost"],
            "open": sums["open"],
            "observable_days": seen,
        },
        index=index,
    )
    return DealCohorts(sizes, by_age["won"], by_age["lost"])


def _first_day(days: pd.Series, unit: Unit) -> pd.DatetimeIndex:
    periods = pd.PeriodIndex(days.dt.to_period("M" if unit == "month" else "Q"))
    return pd.DatetimeIndex(periods.start_time)


def _observable(index: pd.DatetimeIndex, as_of: pd.Timestamp, unit: Unit) -> Floats:
    """Return up to which age all of each cohort have been seen, those of its last day too."""
    last = index + pd.DateOffset(months=_MONTHS[unit]) - pd.Timedelta(days=1)
    days = np.asarray((as_of - last).days, dtype="float64")
    return np.where(days >= 0, days, np.nan)
