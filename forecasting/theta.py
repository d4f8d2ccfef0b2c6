"""The Theta method: half the trend, smoothing around it."""

import numpy as np

from forecasting.grid import Floats
from forecasting.seasons import Adjusted, has_season, without_season

_ALPHAS = np.arange(1, 100) / 100.0


def theta(values: Floats, season: int, horizon: int) -> Floats:
    """Return the forecast of the Theta method with the lines 0 and 2.

    The series is seasonally adjusted where ``has_season`` (factors where all values are above
    zero). The mean of both lines is simple exponential smoothing with half the slope of the
    regression on time as drift.

    Notes
    -----
    Assimakopoulos and Nikolopoulos (2000), International Journal of Forecasting 16, 521–530, in the
    form of Hyndman and Billah (2003), the same journal 19, 287–290. Smoothing constant (hundredths)
    and starting level minimise the squared one-step errors.
    """
    n = len(values)
    if has_season(values, season):
        adjusted = without_season(values, season, is_factor=bool(values.min() > 0))
    else:
        adjusted = Adjusted(values, np.zeros(1), is_factor=False)
    alpha, level = smoothed(adjusted.values)
    at = np.arange(n) - (n - 1) / 2
    slope = float(at @ adjusted.values) / max(1e-12, float(at @ at))
    steps = np.arange(1, horizon + 1)
    ahead = steps - 1 + (1 - (1 - alpha) ** n) / alpha
    return adjusted.put_back(np.asarray(level + slope / 2 * ahead, dtype="float64"))


def smoothed(values: Floats) -> tuple[float, float]:
    """Return smoothing constant and last level of simple exponential smoothing.

    One-step errors are linear in the starting level, so for each constant the best one is exact.
    """
    n = len(values)
    level = np.zeros(len(_ALPHAS))
    errors = np.empty((n, len(_ALPHAS)))
    for t, value in enumerate(values):
        errors[t] = value - level
        level = level + _ALPHAS * errors[t]
    weight = (1 - _ALPHAS) ** np.arange(n)[:, None]
    start = (errors * weight).sum(axis=0) / (weight**2).sum(axis=0)
    squares = ((errors - weight * start) ** 2).sum(axis=0)
    best = int(squares.argmin())
    return float(_ALPHAS[best]), float(level[best] + (1 - _ALPHAS[best]) ** n * start[best])
