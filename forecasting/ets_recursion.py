"""Exponential smoothing of one series with many parameters at once."""

from dataclasses import dataclass

import numpy as np

from forecasting.grid import Floats
from forecasting.seasons import Adjusted, without_season

LOW = 1e-4  # smallest smoothing parameter
_FIRST = 10  # values that the starting line is drawn through
_SEASONS = 4  # seasons that the starting indices come from
_NONE = 1e-12


@dataclass(frozen=True)
class Form:
    """One form of exponential smoothing.

    ``trend`` is ``N``, ``A`` or ``Ad`` (damped); ``season`` its length, 1 for none; the errors, and
    with them the season, add up or multiply.
    """

    trend: str
    season: int
    is_multiplicative: bool

    @property
    def parameters(self) -> int:
        """Parameters and starting values, with the variance."""
        trend = {"N": 0, "A": 2, "Ad": 3}[self.trend]
        return 3 + trend + (self.season if self.season > 1 else 0)


@dataclass(frozen=True, eq=False)
class Parameters:
    """Smoothing parameters, an array of shape (forms, points) each."""

    alpha: Floats
    beta: Floats
    gamma: Floats
    phi: Floats

    @classmethod
    def of(cls, points: Floats, forms: list[Form]) -> "Parameters":
        """Turn shares of what is allowed (beta < alpha, gamma < 1 - alpha) into parameters."""
        alpha, beta, gamma, phi = np.moveaxis(points, 2, 0)
        trend = np.array([[form.trend != "N"] for form in forms])
        damped = np.array([[form.trend == "Ad"] for form in forms])
        season = np.array([[form.season > 1] for form in forms])
        return cls(
            alpha,
            np.where(trend, alpha * beta, 0.0),
            np.where(season, (1 - alpha) * gamma, 0.0),
            np.where(damped, phi, 1.0),
        )

    def at(self, form: int, point: int) -> tuple[float, float, float, float]:
        """Return one set of them."""
        every = (self.alpha, self.beta, self.gamma, self.phi)
        alpha, beta, gamma, phi = (float(one[form, point]) for one in every)
        return alpha, beta, gamma, phi


@dataclass(frozen=True, eq=False)
class State:
    """After the last value, by form and point in one line; ``indices`` by place and point.

    ``cost`` is minus twice the log-likelihood up to a constant; infinite where the form broke down.
    """

    cost: Floats
    squares: Floats
    level: Floats
    trend: Floats
    indices: Floats

    def at(self, k: int) -> tuple[float, float, float, float, Floats]:
        """Return cost, squares, level, trend and indices of one."""
        every = (self.cost, self.squares, self.level, self.trend)
        cost, squares, level, trend = (float(one[k]) for one in every)
        return cost, squares, level, trend, self.indices[:, k].copy()


def started(values: Floats, season: int, is_multiplicative: bool) -> tuple[Adjusted, float, float]:
    """Return starting indices, and level and trend of the line through the first values."""
    if season > 1:
        first = values[: min(len(values), _SEASONS * season)]
        indices = without_season(first, season, is_factor=is_multiplicative).indices
    else:
        indices = np.full(1, float(is_multiplicative))
    every = np.resize(indices, len(values))
    adjusted = Adjusted(
        values / every if is_multiplicative else values - every, indices, is_multiplicative
    )
    first = adjusted.values[:_FIRST]
    at = np.arange(1, len(first) + 1)
    slope = float(np.cov(at, first)[0, 1] / at.var(ddof=1)) if len(first) > 1 else 0.0
    level = float(first.mean()) - slope * float(at.mean())
    if is_multiplicative and level <= 0:
        level, slope = float(first.mean()), 0.0
    return adjusted, level, slope


def run(
    values: Floats,
    parameters: Parameters,
    start: tuple[Adjusted, float, float],
    forms: list[Form],
) -> State:
    """Run all forms of one kind (they differ in trend only) through the series.

    Additive: Hyndman et al. (2008), Table 2.2, ETS(A,·,A); multiplicative: Table 2.3, ETS(M,·,M).
    """
    adjusted, first_level, first_trend = start
    shape = parameters.alpha.shape
    flat = np.repeat([form.trend == "N" for form in forms], shape[1])
    level = np.where(flat, adjusted.values[:_FIRST].mean(), first_level)
    trend = np.where(flat, 0.0, first_trend)
    indices = np.repeat(adjusted.indices[:, None], flat.size, axis=1)
    step = _multiplied if forms[0].is_multiplicative else _added
    with np.errstate(all="ignore"):  # parameters that break down are dropped, not reported
        squares, logs = step(values, _flat(parameters), level, trend, indices)
        cost = len(values) * np.log(np.maximum(squares / len(values), _NONE)) + 2 * logs
    cost = np.where(np.isfinite(cost + level + trend), cost, np.inf)
    return State(cost, squares, level, trend, indices)


def _flat(parameters: Parameters) -> tuple[Floats, Floats, Floats, Floats]:
    return (
        parameters.alpha.ravel(),
        parameters.beta.ravel(),
        parameters.gamma.ravel(),
        parameters.phi.ravel(),
    )


def _added(
    values: Floats,
    parameters: tuple[Floats, Floats, Floats, Floats],
    level: Floats,
    trend: Floats,
    indices: Floats,
) -> tuple[Floats, Floats]:
    """Move level, trend and indices in place through the values; squared errors and zeros."""
    alpha, beta, gamma, phi = parameters
    squares, season = np.zeros_like(level), len(indices)
    for t, value in enumerate(values):
        place = indices[t % season]
        trend *= phi
        level += trend
        error = value - level - place
        level += alpha * error
        trend += beta * error
        if season > 1:
            place += gamma * error
        squares += error * error
    return squares, np.zeros_like(level)


def _multiplied(
    values: Floats,
    parameters: tuple[Floats, Floats, Floats, Floats],
    level: Floats,
    trend: Floats,
    indices: Floats,
) -> tuple[Floats, Floats]:
    """Move in place; squared relative errors and the sum of log forecasts (NaN below zero)."""
    alpha, beta, gamma, phi = parameters
    squares, logs, season = np.zeros_like(level), np.zeros_like(level), len(indices)
    for t, value in enumerate(values):
        place = indices[t % season]
        trend *= phi
        level += trend
        forecast = level * place
        error = value / forecast - 1
        moved = level * error
        level += alpha * moved
        trend += beta * moved
        if season > 1:
            place *= 1 + gamma * error
        squares += error * error
        logs += np.log(forecast)
    return squares, logs
