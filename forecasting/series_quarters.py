"""How far off a series of months was about past quarters."""

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
