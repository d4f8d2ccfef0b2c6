"""Campaigns of a company as promotions that a model can learn from."""

import re

import pandas as pd

from crm_data.errors import BadInputError
from forecasting.business_days import holidays_of
from forecasting.events import Events

_YEAR = re.compile(r"\s*\b(?:19|20)\d\d\b\s*年?")
_PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q"}
_LONG = ("month", "quarter")
ANY = "campaigns"  # the common name of those that are not told apart
_SAME_DAYS = 10  # by which the first day may move from year to year


def company_events(
    promotions: pd.DataFrame, frequency: str, country: str, last_day: object
) -> Events:
    """Return holidays and campaigns as they are known to a forecast.

    A campaign that comes back on the same days every year is left to the season, from which it
    cannot be told. One that comes back on other days ("Member day 2024", "Member day 2025") is, by
    day and week, a promotion under its name without the year; all others are one together: what
    ran once teaches nothing about the next of that name, and three years have 36 months only.

    A campaign counts as known from its first day; one that began or is yet to come after the last
    period that is over, from then on, as it is in the table. The table does not say when it was
    planned, and a back-test must not know more than was known then.

    Parameters
    ----------
    promotions : DataFrame
        ``name``, ``start_on``, ``end_on``.
    frequency : str
    country : str
        ISO code of two letters; empty, or one whose holidays nobody lists: none.
    last_day : date
        Last day with data.
    """
    found = promotions[["name", "start_on", "end_on"]].copy()
    found["name"] = [without_year(str(name)) for name in found["name"]]
    place = found["start_on"].dt.day_of_year
    by_name = place.groupby(found["name"])
    often = by_name.transform("size") > 1
    moves = by_name.transform("max") - by_name.transform("min") > _SAME_DAYS
    found = found.assign(is_own=often & moves)[~often | moves]
    if frequency in _LONG:
        found["is_own"] = False
    found["name"] = found["name"].where(found["is_own"], ANY)
    after = pd.Timestamp(str(last_day)) + pd.Timedelta(days=1)
    last = after.to_period(_PERIODS[frequency]).start_time - pd.Timedelta(days=1)
    found["known_on"] = found["start_on"].where(found["start_on"] <= last, last)
    return Events(_known_country(country, last_day), found)


def _known_country(country: str, last_day: object) -> str | None:
    """Return the country, where its holidays are known: a currency may be of a country without."""
    if not country:
        return None
    try:
        holidays_of(country, [pd.Timestamp(str(last_day)).year])
    except BadInputError:
        return None
    return country


def without_year(name: str) -> str:
    """Return a campaign's name without the year.

    Examples
    --------
    >>> without_year("会员日 Member day 2025"), without_year("2025年 双十一")
    ('会员日 Member day', '双十一')
    """
    return _YEAR.sub("", name).strip() or name
