"""Holidays and promotions as numbers by period, for models that take regressors."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasting.business_days import business_days, holidays_of
from forecasting.grid import Grid, midnight
from forecasting.shopping import with_shopping

_LONG = ("month", "quarter")
_MOST_HOLIDAYS = 12


def _no_promotions() -> pd.DataFrame:
    return pd.DataFrame({"name": [], "start_on": [], "end_on": []})


@dataclass(frozen=True, eq=False)
class Events:
    """What is known beforehand.

    Attributes
    ----------
    country : str or None
        ISO code of two letters, whose holidays count.
    promotions : DataFrame
        One row per campaign: ``name``, ``start_on``, ``end_on`` (days, both inside) and, where it
        is kept, ``known_on``: the day on which the plan was made. A back-test sees a campaign only
        from origins on or after that day; without it campaigns count as known beforehand.
    """

    country: str | None = None
    promotions: pd.DataFrame = field(default_factory=_no_promotions)

    def regressors(self, grid: Grid, *, known_until: pd.Timestamp) -> pd.DataFrame:
        """Return one row per period of ``grid``, one column per regressor; none without events.

        Holidays are the public ones and the days of shopping of ``forecasting.shopping``.

        By day and week: 1 in a period with a day of the holiday (one column per name, the most
        frequent first). By month and quarter: days of holidays that move between periods, as
        Spring Festival and Easter do (the others are in the season), and business days; both as
        distances from their mean. Promotions: share of the period's days.
        """
        columns: dict[str, np.ndarray] = {}
        if self.country is not None:
            years = range(grid.starts[0].year, grid.ends[-1].year + 1)
            days = holidays_of(self.country, years).days
            columns |= _holidays(with_shopping(days, self.country), grid)
            if grid.frequency in _LONG:
                works = business_days(grid, self.country)
                columns["business_days"] = works - works.mean()
        columns |= _promotions(self.promotions, grid, known_until)
        return pd.DataFrame(columns, index=grid.dates)

    def notes(self, grid: Grid) -> tuple[str, ...]:
        """Return what is not known of the holidays in ``grid``; see ``Holidays.notes``."""
        if self.country is None:
            return ()
        return holidays_of(self.country, range(grid.starts[0].year, grid.ends[-1].year + 1)).notes


def _holidays(days: pd.DataFrame, grid: Grid) -> dict[str, np.ndarray]:
    inside = days[days["day"].between(grid.starts[0], grid.ends[-1], "left")]
    columns = {}
    for name in inside["name"].value_counts().index[:_MOST_HOLIDAYS]:
        own = pd.DatetimeIndex(inside.loc[inside["name"] == name, "day"])
        count = np.bincount(grid.places(own), minlength=grid.size).astype("float64")
        if grid.frequency not in _LONG:
            columns[f"holiday: {name}"] = np.minimum(count, 1.0)
        elif _moves(count, grid):
            columns[f"holiday: {name}"] = count - count.mean()
    return columns


def _moves(count: np.ndarray, grid: Grid) -> bool:
    """Whether the days fall into different places of the season from year to year."""
    place = np.arange(grid.size) % grid.season
    high = np.zeros(grid.season)
    np.maximum.at(high, place, count)
    low = np.full(grid.season, np.inf)
    np.minimum.at(low, place, count)
    return bool(grid.size > grid.season and ((low == 0) & (high > 0)).any())


def _promotions(
    promotions: pd.DataFrame, grid: Grid, known_until: pd.Timestamp
) -> dict[str, np.ndarray]:
    if promotions.empty:
        return {}
    frame = promotions.assign(
        start=midnight(promotions["start_on"]), end=midnight(promotions["end_on"])
    )
    if "known_on" in frame:
        frame = frame[(midnight(frame["known_on"]) <= known_until) | frame["known_on"].isna()]
    length = (grid.ends - grid.starts).days.to_numpy()
    columns: dict[str, np.ndarray] = {}
    for name, group in frame.dropna(subset=["start", "end"]).groupby("name", sort=True):
        share = np.zeros(grid.size)
        for start, end in zip(group["start"], group["end"], strict=True):
            since = np.maximum(grid.starts.to_numpy(), start.to_datetime64())
            until = (end + pd.Timedelta(days=1)).to_datetime64()
            days = (np.minimum(grid.ends.to_numpy(), until) - since).astype("timedelta64[D]")
            share += np.maximum(days.astype("float64"), 0.0) / length
        columns[f"promotion: {name}"] = np.minimum(share, 1.0)
    return columns
