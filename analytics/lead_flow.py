"""How leads come in, how soon they are answered, and how many become customers.

A lead that was never contacted has not been answered in no time, nor never: it has waited so long
so far. A lead younger than the time to convert has not failed. Both are counted as unfinished.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.lifetime_summaries import MedianLifetime, median_lifetime
from analytics.stats import wilson_interval
from analytics.survival import kaplan_meier
from crm_data.calendar import floor_to, step

WITHIN_HOURS = (1.0, 24.0)
WITHIN_DAYS = 90  # that a lead has to convert in, where nothing else is asked for


@dataclass(frozen=True, eq=False)
class FirstResponse:
    """How soon leads are contacted.

    Attributes
    ----------
    median, p90 : MedianLifetime
        Hours by which half, and nine of ten, were contacted, with 95 % intervals; NaN: not reached.
    within : DataFrame
        ``hours``, ``n`` (leads watched for at least so long), ``contacted`` (of them, within it),
        ``share``, ``low``, ``high`` (Wilson, 95 %).
    curve : DataFrame
        Of ``kaplan_meier``: the share not yet contacted, by hours.
    leads, never_contacted, unknown : int
        Leads, those not contacted so far, and those left out since neither time is known.
    """

    median: MedianLifetime
    p90: MedianLifetime
    within: pd.DataFrame
    curve: pd.DataFrame
    leads: int
    never_contacted: int
    unknown: int


def volume(leads: pd.DataFrame, unit: str, until: pd.Timestamp) -> pd.DataFrame:
    """Count leads by calendar unit, those without any in between too.

    Parameters
    ----------
    leads : DataFrame
        ``created_on``; missing ones are left out.
    unit : str
        ``day``, ``week``, ``month``, ``quarter`` or ``year``.
    until : Timestamp
        First day that is not yet known.

    Returns
    -------
    DataFrame
        ``period`` (first day), ``leads``, ``is_complete`` (whether all of its days are known).
    """
    starts = _starts(leads["created_on"].dropna(), unit)
    if starts.empty:
        return _of_periods([], until, unit).assign(leads=pd.Series(dtype="int64"))
    counts = starts.value_counts()
    at, periods = starts.min().date(), []
    while pd.Timestamp(at) < max(until, starts.max() + pd.Timedelta(days=1)):
        periods.append(pd.Timestamp(at))
        at = step(at, unit)
    found = _of_periods(periods, until, unit)
    return found.assign(leads=found["period"].map(counts).fillna(0).astype("int64"))


def first_response(
    leads: pd.DataFrame, *, within: tuple[float, ...] = WITHIN_HOURS
) -> FirstResponse:
    """Estimate the time to the first contact, never contacted counted as still waiting.

    Parameters
    ----------
    leads : DataFrame
        ``response_hours`` (missing: never contacted), ``watched_hours``.
    within : tuple of float
        Hours to give the share contacted for.
    """
    took = leads["response_hours"].to_numpy(dtype="float64", na_value=np.nan)
    watched = leads["watched_hours"].to_numpy(dtype="float64", na_value=np.nan)
    is_contacted = ~np.isnan(took)
    lasted = np.where(is_contacted, took, watched)
    is_known = lasted >= 0  # contacted before it was there, or no time: cannot tell
    curve = kaplan_meier(lasted[is_known], is_contacted[is_known])
    rows = []
    for hours in within:
        # Whoever was watched for less is left out, contacted or not: to keep those contacted
        # early only would flatter the share.
        old = is_known & (watched >= hours)
        rows.append((hours, int(old.sum()), int((old & (took <= hours)).sum())))
    shares = pd.DataFrame(rows, columns=["hours", "n", "contacted"])
    return FirstResponse(
        median=median_lifetime(curve),
        p90=median_lifetime(curve, left=0.1),
        within=_with_share(shares, "contacted", "n"),
        curve=curve,
        leads=len(leads),
        never_contacted=int((is_known & ~is_contacted).sum()),
        unknown=int((~is_known).sum()),
    )


def is_converted_within(leads: pd.DataFrame, days: int) -> pd.Series:
    """Return whether each lead converted up to ``days`` after the day it was created."""
    after: pd.Series = (leads["converted_on"] - leads["created_on"]).dt.days
    return after.between(0, days)


def is_old_enough(leads: pd.DataFrame, days: int, until: pd.Timestamp) -> pd.Series:
    """Return whether all of the ``days`` after each lead's creation are known."""
    return leads["created_on"] + pd.Timedelta(days=days + 1) <= until


def conversion_cohorts(
    leads: pd.DataFrame, unit: str, *, days: int, until: pd.Timestamp
) -> pd.DataFrame:
    """Return conversion within ``days`` by the period in which leads were created.

    Parameters
    ----------
    leads : DataFrame
        ``created_on``, ``converted_on``.
    unit : str
        Calendar unit of the cohorts.
    days : int
        The same time for every lead, so that an old cohort has no more of it than a young one.
    until : Timestamp
        First day that is not yet known.

    Returns
    -------
    DataFrame
        ``period``, ``leads``, ``converted`` (within ``days``, so far), ``share``, ``low``, ``high``
        (Wilson, 95 %; NaN while ``is_open``), ``is_open`` (the youngest possible lead of the cohort
        has not had its ``days`` yet: the share can only be told later).
    """
    known = leads[leads["created_on"].notna()]
    told = pd.DataFrame(
        {"period": _starts(known["created_on"], unit), "is_in": is_converted_within(known, days)}
    )
    each = told.groupby("period")["is_in"]
    found = pd.DataFrame({"leads": each.size(), "converted": each.sum()}).reset_index()
    ends = _ends(found["period"], unit)
    is_open = ends + pd.Timedelta(days=days) > until
    shares = _with_share(
        found.astype({"leads": "int64", "converted": "int64"}), "converted", "leads"
    )
    numbers = ["share", "low", "high"]
    shares[numbers] = shares[numbers].mask(is_open)
    return shares.assign(is_open=is_open)


def _with_share(frame: pd.DataFrame, part: str, whole: str) -> pd.DataFrame:
    low, high = wilson_interval(frame[part], frame[whole])
    share = frame[part] / frame[whole].where(frame[whole] > 0)
    return frame.assign(share=share.astype("float64"), low=low, high=high)


def _of_periods(periods: list[pd.Timestamp], until: pd.Timestamp, unit: str) -> pd.DataFrame:
    starts = pd.Series(periods, dtype="datetime64[us]")
    return pd.DataFrame({"period": starts, "is_complete": _ends(starts, unit) <= until})


def _starts(days: pd.Series, unit: str) -> pd.Series:
    starts = {day: pd.Timestamp(floor_to(day.date(), unit)) for day in days.unique()}
    return days.map(starts).astype("datetime64[us]")


def _ends(starts: pd.Series, unit: str) -> pd.Series:
    ends = [pd.Timestamp(step(start.date(), unit)) for start in starts]
    return pd.Series(ends, index=starts.index, dtype="datetime64[us]")
