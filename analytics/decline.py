"""How many customers use less than they did: shares by month with their intervals."""

from datetime import date

import pandas as pd

from analytics.stats import wilson_interval


def decline_rates(months: pd.DataFrame) -> pd.DataFrame:
    """Return shares by month.

    Parameters
    ----------
    months : DataFrame
        ``crm_data.queries.decline.DECLINE_MONTHS``.

    Returns
    -------
    DataFrame
        Every month from the first to the last: ``month_on``, ``compared``, ``declined``, ``rose``,
        ``decline_rate`` with ``low`` and ``high`` (Wilson, 95 %), ``rise_rate``: as much upwards,
        by the same factor. What goes up and down by chance does both alike. NaN where nobody was
        compared.
    """
    if months.empty:
        return months.assign(decline_rate=[], low=[], high=[], rise_rate=[])
    found = months.set_index("month_on")
    every = pd.date_range(found.index.min(), found.index.max(), freq="MS", name="month_on")
    found = found.reindex(every.astype("datetime64[us]"), fill_value=0).astype("int64")
    n = found["compared"].where(found["compared"] > 0)
    low, high = wilson_interval(found["declined"], found["compared"])
    return found.assign(
        decline_rate=found["declined"] / n, low=low, high=high, rise_rate=found["rose"] / n
    ).reset_index()


def last_known(rates: pd.DataFrame) -> date | None:
    """Return the first day of the last month in which somebody was compared."""
    known = rates.loc[rates["compared"] > 0, "month_on"]
    return None if known.empty else pd.Timestamp(known.iloc[-1]).date()
