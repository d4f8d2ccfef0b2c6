"""What a whole period comes to: what was sold of it, and the forecast of the rest."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.grid import midnight
from forecasting.result import Forecast
from forecasting.sales import Known


@dataclass(frozen=True)
class PeriodTotal:
    """A period under review.

    Attributes
    ----------
    so_far : float
        Sold in the period, the one in progress included.
    value, low, high : float
        What it comes to. The bounds of its parts are added up, as if all went wrong the same way:
        with several parts ahead the band is rather too wide. NaN where the forecast does not reach
        the end of the period.
    before : float
        The same period a year earlier; NaN where it is not known whole.
    ahead : int
        Parts that are forecast.
    level : float
        Of the band.
    is_reached : bool
        Whether the forecast reaches to the end: without a number then, periods begin or end inside
        parts.
    """

    so_far: float
    value: float
    low: float
    high: float
    before: float
    ahead: int
    level: float
    is_reached: bool


def period_total(known: Known, made: Forecast, start: object, end: object) -> PeriodTotal:
    """Return what [start, end) comes to.

    Parameters
    ----------
    known : Known
    made : Forecast
        From the same series.
    start, end : date
        Begin and end with a period of the series; else the total is NaN.
    """
    first, last = midnight([start])[0], midnight([end])[0]
    level = made.levels[0]
    named = f"{100 * level:g}"
    done = _within(known.over, first, last)
    running = _within(known.running, first, last)
    so_far = float(done.sum() + running.sum())
    ahead = made.forecast.set_index("ds")
    rest = ahead[(ahead.index >= first) & (ahead.index < last)]
    whole = pd.DatetimeIndex([*done.index, *rest.index])
    before = _before(known, whole)
    ends = made.series.grid.after(len(made.forecast)).ends
    is_reached = bool(len(ends) and ends[-1] >= last)
    if not _covers(whole, first, last, made):
        return PeriodTotal(so_far, np.nan, np.nan, np.nan, before, len(rest), level, is_reached)
    value, low, high = (
        float(done.sum() + _least(rest[name], running).sum())
        for name in ("yhat", f"low_{named}", f"high_{named}")
    )
    return PeriodTotal(so_far, value, low, high, before, len(rest), level, is_reached)


def _within(
    values: "pd.Series[float]", first: pd.Timestamp, last: pd.Timestamp
) -> "pd.Series[float]":
    return values[(values.index >= first) & (values.index < last)]


def _least(column: "pd.Series[float]", running: "pd.Series[float]") -> "pd.Series[float]":
    """What has come already of the period in progress is not forecast away."""
    least = running.reindex(column.index).fillna(-np.inf)
    return column.clip(lower=least)


def _covers(
    parts: pd.DatetimeIndex, first: pd.Timestamp, last: pd.Timestamp, made: Forecast
) -> bool:
    """Whether the parts are all of the period: they begin with it, and the next one after it."""
    grid = made.series.grid
    if not len(parts) or not grid.size:
        return False
    own = grid.after(len(made.forecast))
    starts = grid.starts.append(own.starts)
    ends = grid.ends.append(own.ends)
    return bool(parts[0] == first and ends[starts == parts[-1]][0] == last and parts.is_unique)


def _before(known: Known, parts: pd.DatetimeIndex) -> float:
    """Return the sum of the same parts a year earlier; weeks are those 52 weeks before."""
    if not len(parts):
        return float("nan")
    is_week = len(parts) > 1 and (parts[1] - parts[0]).days == 7
    back = pd.DateOffset(days=364) if is_week else pd.DateOffset(years=1)
    then = known.over.reindex(parts - back)
    return float(then.sum()) if then.notna().all() else float("nan")
