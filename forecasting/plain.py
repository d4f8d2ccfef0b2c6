"""Forecasts that need no fitting: what every other candidate has to beat."""

import numpy as np

from forecasting.grid import Floats
from forecasting.seasons import with_shrunk_season


def last_value(values: Floats, horizon: int) -> Floats:
    """Return the last value, again and again."""
    return np.full(horizon, values[-1])


def seasonal_naive(values: Floats, season: int, horizon: int) -> Floats:
    """Return the last season, again and again; the last value before one full season."""
    if len(values) < season:
        return last_value(values, horizon)
    return np.resize(values[-season:], horizon)


def drift(values: Floats, horizon: int) -> Floats:
    """Return the line through the first and the last value."""
    slope = (values[-1] - values[0]) / max(1, len(values) - 1)
    return np.asarray(values[-1] + slope * np.arange(1, horizon + 1))


def seasonal_drift(values: Floats, season: int, horizon: int) -> Floats:
    """Return the season of the past on a level that moves on as it did from year to year.

    The level is the mean of the last half season (a single last value carries its own noise into
    every step), the drift per period the median change over one season, which no single value
    moves. The seasonal indices are shrunk towards none as far as they are noise, so a season is in
    the forecast as far as it is detected. Before one season and one value: ``drift``.
    """
    if len(values) <= season:
        return drift(values, horizon)
    adjusted = with_shrunk_season(values, season)
    level = adjusted.values
    slope = float(np.median(level[season:] - level[:-season])) / season
    recent = max(1, season // 2)
    now = level[-recent:].mean() + slope * (recent - 1) / 2
    return adjusted.put_back(now + slope * np.arange(1, horizon + 1))
