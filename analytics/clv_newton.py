"""Maximum likelihood by Newton's method in a box, from several starts; and standard errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.clv_histories import Floats

Objective = Callable[[Floats], tuple[float, Floats, Floats]]
_LONGEST_STEP = 2.0
_STEPS = 200
_SMALLEST_GAIN = 1e-10
_CLEAR = 3.0  # of the bounds, in logarithms: nearer than that the parameter runs away
_WIDEST = 10.0  # a standard error of the logarithm above this is no knowledge


@dataclass(frozen=True)
class Optimum:
    """Where a function is largest: place, value, gradient and Hessian there."""

    at: Floats
    value: float
    gradient: Floats
    hessian: Floats


def maximise(
    objective: Objective,
    starts: Sequence[Floats],
    low: Floats,
    high: Floats,
    tolerance: float = _SMALLEST_GAIN,
) -> Optimum:
    """Return the maximum reached from ``starts``, inside ``low <= at <= high``.

    The next start is tried only where the climb before ended at a bound, or on no peak; then the
    best is taken.

    Parameters
    ----------
    objective : callable
        Place -> (value, gradient, Hessian); the value of the order of one per observation.
    tolerance : float
        Gain of the next step, by the gradient, at which to stop.

    Notes
    -----
    Newton's step with the absolute eigenvalues of the Hessian (so that it climbs where the
    function is not concave), limited in length, halved until the value grows. A parameter that
    is pushed against its bound is held there.
    """
    found: list[Optimum] = []
    for start in starts:
        found.append(_climb(objective, np.clip(start, low, high), low, high, tolerance))
        if _is_peak(found[-1], low, high):
            break
    return max(found, key=lambda optimum: optimum.value)


def standard_errors(optimum: Optimum, n: float, low: Floats, high: Floats) -> list[float | None]:
    """Return the standard error of each coordinate, None where the data do not determine it.

    Parameters
    ----------
    optimum : Optimum
        Of the mean log-likelihood over ``n`` observations.
    """
    inside = (optimum.at > low + 1e-6) & (optimum.at < high - 1e-6)
    places = np.flatnonzero(inside)
    errors: list[float | None] = [None] * len(optimum.at)
    if not len(places):
        return errors
    values, vectors = np.linalg.eigh(-n * optimum.hessian[np.ix_(places, places)])
    known = values > max(1e-13 * float(np.abs(values).max()), 1.0 / _WIDEST**2 / 10.0)
    lost = (vectors[:, ~known] ** 2).sum(axis=1)
    variance = (vectors[:, known] ** 2 / values[known]).sum(axis=1)
    for place, share, square in zip(places, lost, variance, strict=True):
        if share < 1e-6 and 0 < square < _WIDEST**2:
            errors[place] = float(np.sqrt(square))
    return errors


def _is_peak(optimum: Optimum, low: Floats, high: Floats) -> bool:
    """Whether the function falls in every direction, well inside the box."""
    inside = (optimum.at > low + _CLEAR) & (optimum.at < high - _CLEAR)
    return bool(inside.all() and np.linalg.eigvalsh(optimum.hessian).max() < 0)


def _climb(
    objective: Objective, at: Floats, low: Floats, high: Floats, tolerance: float
) -> Optimum:
    value, gradient, hessian = objective(at)
    for _ in range(_STEPS):
        step = _newton_step(at, gradient, hessian, low, high)
        gain = float(gradient @ step)
        if gain < tolerance / 100:
            break
        size = 1.0
        while size > 1e-6:
            there = np.clip(at + size * step, low, high)
            tried = objective(there)
            if tried[0] >= value + 1e-4 * float(gradient @ (there - at)):
                break
            size /= 4.0
        else:
            break
        at, (value, gradient, hessian) = there, tried
        if gain < tolerance:
            break
    return Optimum(at, value, gradient, hessian)


def _newton_step(
    at: Floats, gradient: Floats, hessian: Floats, low: Floats, high: Floats
) -> Floats:
    held = ((at <= low) & (gradient < 0)) | ((at >= high) & (gradient > 0))
    if held.any():
        free = np.flatnonzero(~held)
        step = np.zeros_like(at)
        if not len(free):
            return step
        step[free] = _uphill(gradient[free], hessian[np.ix_(free, free)])
    else:
        step = _uphill(gradient, hessian)
    longest = float(np.abs(step).max())
    return step * (_LONGEST_STEP / longest) if longest > _LONGEST_STEP else step


def _uphill(gradient: Floats, hessian: Floats) -> Floats:
    values, vectors = np.linalg.eigh(hessian)
    size = np.maximum(np.abs(values), 1e-9)
    return np.asarray(vectors @ ((gradient @ vectors) / size))
