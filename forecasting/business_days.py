"""Holidays and workdays of a country, and when they are not announced yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from crm_data.errors import BadInputError
from forecasting.grid import Floats, Grid

_CHINA = "CN"
_TABLE = Path(__file__).with_name("china_workdays.csv")


@dataclass(frozen=True, eq=False)
class Holidays:
    """Holidays of a country over some years.

    Attributes
    ----------
    days : DataFrame
        One row per day and holiday: ``day`` and ``name`` (English, the same name every year).
    notes : tuple of str
        ``workdays_not_announced:<year>`` for each year whose make-up workdays are not decreed yet,
        so that business days of that year are the plain weekdays;
        ``holidays_not_installed`` where the library is missing.
    """

    days: pd.DataFrame
    notes: tuple[str, ...]


def holidays_of(country: str, years: Iterable[int]) -> Holidays:
    """Return the public holidays of ``country`` (ISO code of two letters) in ``years``.

    Raises
    ------
    BadInputError
        ``holiday_country``: the library knows no such country.
    """
    wanted = tuple(sorted(set(years)))
    notes = tuple(
        f"workdays_not_announced:{year}"
        for year in wanted
        if country == _CHINA and year not in announced_years()
    )
    if find_spec("holidays") is None:
        return Holidays(_frame([]), (*notes, "holidays_not_installed"))
    return Holidays(_listed(country, wanted), notes)


@lru_cache(maxsize=64)
def _listed(country: str, years: tuple[int, ...]) -> pd.DataFrame:
    """Holidays of the library; kept, as every origin of a back-test asks for the same years."""
    import holidays  # not at the top: an install without it still forecasts

    try:
        found = holidays.country_holidays(country, years=years, language="en_US")
    except NotImplementedError as reason:
        raise BadInputError(
            "holiday_country",
            f"No holidays are known of '{country}'. Give a country's ISO code of two letters.",
            country=country,
        ) from reason
    rows = [(day, _plain(name)) for day, names in found.items() for name in names.split("; ")]
    return _frame([row for row in rows if row[0].year in years])


def business_days(grid: Grid, country: str | None) -> Floats:
    """Return workdays in each period: weekdays that are no holiday, and decreed make-up days."""
    days = pd.date_range(grid.starts[0], grid.ends[-1] - pd.Timedelta(days=1), unit="us")
    works = np.asarray(days.day_of_week < 5)
    if country is not None:
        off = holidays_of(country, range(days[0].year, days[-1].year + 1)).days["day"]
        works &= ~days.isin(off)
        works |= days.isin(china_workdays()) if country == _CHINA else False
    place = grid.places(pd.DatetimeIndex(days))
    count = np.bincount(place, weights=works.astype("float64"), minlength=grid.size)
    return np.asarray(count, dtype="float64")


@lru_cache(maxsize=1)
def china_workdays() -> pd.DatetimeIndex:
    """Return the weekend days that were decreed workdays in mainland China."""
    table = pd.read_csv(_TABLE, comment="#", parse_dates=["day"])
    return pd.DatetimeIndex(table["day"]).as_unit("us")


def announced_years() -> frozenset[int]:
    """Return the years whose make-up workdays the table has."""
    return frozenset(int(year) for year in china_workdays().year)


def _frame(rows: list[tuple[object, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["day", "name"])
    frame["day"] = pd.to_datetime(frame["day"]).dt.as_unit("us")
    return frame.astype({"name": "str"}).sort_values(["day", "name"], ignore_index=True)


def _plain(name: str) -> str:
    """Holidays without what says that this one was moved: the same name every year."""
    return "Day off" if name.startswith("Day off") else name.split(" (")[0].strip()
