"""Tickets that came and were solved, by calendar unit, and how many lay open at its end."""

from datetime import date

import pandas as pd

from crm_data.calendar import floor_to, step

AHEAD_WEEKS = 8
FEWEST_WEEKS = 12  # complete ones, below which nothing is forecast
# Candidates without those that take seconds: a page may fit while one waits if it takes under two.
QUICK = ("theta", "seasonal_naive", "drift", "last_value")


def flow_by_unit(
    days: pd.DataFrame, unit: str, *, start: date, end: date, until: date
) -> pd.DataFrame:
    """Return created and solved by unit, and the backlog at the end of each.

    Parameters
    ----------
    days : DataFrame
        Of ``analytics.service_outcomes.backlog``: every day from the first on.
    unit : str
        Calendar unit.
    start, end : date
        Half-open; days outside are left out, units that they cut are not complete.
    until : date
        First day that is not known.

    Returns
    -------
    DataFrame
        ``period_on``, ``created``, ``solved``, ``open`` (at the last day of the unit that is
        known), ``is_complete``. Units without a ticket are there, with 0.
    """
    first, last = pd.Timestamp(start), pd.Timestamp(min(end, until))
    shown = days[(days["day_on"] >= first) & (days["day_on"] < last)]
    starts = pd.to_datetime([floor_to(day.date(), unit) for day in shown["day_on"]])
    found = (
        shown.groupby(starts.astype("datetime64[us]"))
        .agg(created=("created", "sum"), solved=("solved", "sum"), open=("open", "last"))
        .rename_axis("period_on")
        .reset_index()
    )
    known_from = days["day_on"].min().date() if len(days) else until
    is_whole = [
        day.date() >= max(start, known_from) and step(day.date(), unit) <= min(end, until)
        for day in found["period_on"]
    ]
    return found.assign(is_complete=pd.Series(is_whole, index=found.index, dtype=bool))


def weekly(days: pd.DataFrame, until: date) -> pd.DataFrame:
    """Return tickets created by week as ``forecasting.sales.known_of`` takes them.

    ``period_on``, ``value``, ``is_complete``; a first week that is cut is left out.
    """
    if days.empty:
        return pd.DataFrame(columns=["period_on", "value", "is_complete"])
    start = days["day_on"].min().date()
    found = flow_by_unit(days, "week", start=start, end=until, until=until)
    if len(found) > 1 and not found["is_complete"].iloc[0]:
        found = found.iloc[1:]
    return found.assign(value=found["created"].astype("float64"))[
        ["period_on", "value", "is_complete"]
    ].reset_index(drop=True)
