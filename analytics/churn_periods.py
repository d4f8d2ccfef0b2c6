"""Rates of churn over periods of whole months: what a metric says, from the months of a page."""

from datetime import date

import pandas as pd

from analytics.churn_rates import Rate, monthly_rates, rate_of
from crm_data.calendar import Unit, floor_to, step

_NONE = Rate(None, None, None, 0.0, 0.0, 0)


def pooled(levels: pd.DataFrame, name: str, start: date, end: date) -> Rate:
    """Return a rate over the known months of ``[start, end)``: their sums, divided.

    Parameters
    ----------
    levels : DataFrame
        As ``with_levels`` returns it.
    name : str
        One of ``RATES``, or ``retention_rate``: who was not lost.
    start, end : date
        First days of months.

    Returns
    -------
    Rate
        Of one month, that of ``monthly_rates``. Of several, the mean month, weighted by what it
        began with: its n counts a customer once a month, and its interval takes months of one
        customer as apart, which makes that of amounts a little too wide or narrow.
    """
    month = levels["month_on"]
    inside = (month >= pd.Timestamp(start)) & (month < pd.Timestamp(end))
    told = levels[inside & levels["is_observable"].astype(bool)]
    if told.empty:
        return _NONE
    sums = told.drop(columns=["month_on", "is_complete", "is_observable"]).sum()
    one = sums.to_frame().T.assign(
        month_on=pd.Timestamp(start), is_complete=True, is_observable=True
    )
    asked = "churn_rate" if name == "retention_rate" else name
    found = rate_of(monthly_rates(one), asked, start)
    return _kept(found) if name == "retention_rate" else found


def is_whole(levels: pd.DataFrame, start: date, end: date) -> bool:
    """Whether every month of ``[start, end)`` is complete and can be told."""
    found = levels.set_index("month_on").reindex(
        pd.date_range(start, end, freq="MS", inclusive="left")
    )
    done = found["is_complete"].eq(True) & found["is_observable"].eq(True)
    return bool(len(done)) and bool(done.all())


def buckets(start: date, end: date, unit: Unit) -> list[tuple[date, date]]:
    """Return the calendar units of ``[start, end)``, cut where the period cuts them."""
    found, day = [], floor_to(start, unit)
    while day < end:
        found.append((day, step(day, unit)))
        day = step(day, unit)
    return found


def _kept(churn: Rate) -> Rate:
    """Return the share that was not lost, of the same customers."""
    if churn.value is None:
        return churn
    low = None if churn.high is None else 1.0 - churn.high
    high = None if churn.low is None else 1.0 - churn.low
    kept = churn.denominator - churn.numerator
    return Rate(1.0 - churn.value, low, high, kept, churn.denominator, churn.n)
