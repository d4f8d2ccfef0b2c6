"""Days on which people shop that are no public holidays: before a festival, and sales of a date."""

from datetime import date

import pandas as pd

_CHINA = "CN"
_LEAD_UP = 21  # days before Spring Festival in which gifts and stocks are bought
_FESTIVAL = "Chinese New Year"
BEFORE_FESTIVAL = "before Chinese New Year"
# Name, first and last day (month, day).
# A longer one (618) cannot be told from the season of the year.
_FIXED = (("Double Eleven", (11, 1), (11, 11)),)


def with_shopping(days: pd.DataFrame, country: str) -> pd.DataFrame:
    """Return holidays, and the days of shopping of ``country``.

    Parameters
    ----------
    days : DataFrame
        ``day`` and ``name`` of holidays; their years are those looked at.
    country : str
        ISO code of two letters; only of China is anything known.
    """
    if country != _CHINA or days.empty:
        return days
    parts = [days]
    own = days.loc[days["name"] == _FESTIVAL, "day"]
    for _, of_year in own.groupby(own.dt.year):
        before = pd.date_range(end=of_year.min() - pd.Timedelta(days=1), periods=_LEAD_UP)
        parts.append(_named(before, BEFORE_FESTIVAL))
    for name, (month, first), (_, last) in _FIXED:
        for year in days["day"].dt.year.unique():
            span = pd.date_range(date(year, month, first), date(year, month, last))
            parts.append(_named(span, name))
    return pd.concat(parts, ignore_index=True)


def _named(days: pd.DatetimeIndex, name: str) -> pd.DataFrame:
    return pd.DataFrame({"day": days.as_unit("us"), "name": name})
