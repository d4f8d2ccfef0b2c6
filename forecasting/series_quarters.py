"""A quarter as a series of months sees it: what it comes to, and how far off that was before."""

import numpy as np
import pandas as pd

MONTHS_AT = {12: 3, 8: 2, 4: 1, 1: 1}  # months yet to come, so many weeks before the end


def quarter_errors(tests: pd.DataFrame, weeks: int) -> pd.Series:
    """Return forecast less actual of past quarters at a lead time, by their first day.

    Parameters
    ----------
    tests : DataFrame
        Back-test of one candidate, by month: ``known`` (months known at the origin), ``step`` (from
        1), ``period_on`` (first day of the month), ``actual``, ``yhat``.
    weeks : int
        One of ``MONTHS_AT``. Within its last month a series of months knows no more than before it.
    """
    months = MONTHS_AT[weeks]
    found = {}
    for _, own in tests.groupby("known"):
        ahead = own.sort_values("step").iloc[:months]
        last = ahead["period_on"].iloc[-1]
        if len(ahead) == months and last.month % 3 == 0:
            start = last.to_period("Q").start_time
            off = ahead["yhat"] - ahead["actual"]
            found[start] = float(off.sum(skipna=False))  # a month not known is no error of 0
    return pd.Series(found, dtype="float64").sort_index()


def with_series(past: pd.DataFrame, tests: pd.DataFrame) -> pd.DataFrame:
    """Return past quarters with ``series``: what the series of all deals said of them then.

    Parameters
    ----------
    past : DataFrame
        ``level``, ``lead_weeks``, ``period_start`` and ``won`` of past quarters.
    tests : DataFrame
        As ``quarter_errors`` takes it.

    Returns
    -------
    DataFrame
        ``series`` is missing beside other levels than ``all``, and where nothing was tested.
    """
    off = pd.concat(
        {weeks: quarter_errors(tests, weeks) for weeks in MONTHS_AT}, names=["lead_weeks"]
    )
    at = pd.MultiIndex.from_frame(past[["lead_weeks", "period_start"]])
    said = past["won"].astype("float64") + off.reindex(at).to_numpy(dtype="float64")
    return past.assign(series=said.where(past["level"] == "all"))


def quarter_value(
    ahead: pd.DataFrame, won: pd.Series, start: pd.Timestamp, end: pd.Timestamp
) -> float:
    """Return what [start, end) comes to: months that are over as they were, then the forecast.

    Parameters
    ----------
    ahead : DataFrame
        Of one candidate: ``period_on`` (first day of a month), ``yhat``.
    won : Series
        Money by day, up to the last known one. A month in progress comes to what is won of it at
        least.

    Returns
    -------
    float
        NaN where the forecast does not reach the end, or nothing is left to forecast.
    """
    rest = ahead[(ahead["period_on"] >= start) & (ahead["period_on"] < end)]
    rest = rest.sort_values("period_on")
    if rest.empty or rest["period_on"].iloc[-1] != end - pd.DateOffset(months=1):
        return float("nan")
    first = rest["period_on"].iloc[0]
    over = float(won[(won.index >= start) & (won.index < first)].sum())
    running = won[(won.index >= first) & (won.index < first + pd.DateOffset(months=1))].sum()
    amounts = rest["yhat"].to_numpy(dtype="float64", copy=True)
    amounts[0] = np.maximum(amounts[0], float(running))
    return over + float(amounts.sum())
