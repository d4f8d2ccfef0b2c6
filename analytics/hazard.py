"""How often things end at each age: ends by time at risk, with exact intervals."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaincinv

from analytics.risk_sets import Floats, Ints, counted, flags, observed
from analytics.stats import normal_quantile

MOST_BANDS = 10_000


def hazard_by_age(
    durations: Any,
    ended: Any,
    bands: Any,
    *,
    entered: Any = None,
    weights: Any = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the rate of ending in bands of age.

    Parameters
    ----------
    durations : array of numbers, not negative, shape (n,)
        How long each lasted so far, in any unit. Missing ones are left out.
    ended : array of bool, shape (n,)
        Whether it ended then; otherwise it was still running.
    bands : number, or array of numbers
        Width of the bands, which then go from 0 until they hold the longest duration; or their
        edges, ascending from 0 or later. What lies outside the edges is not counted.
    entered : array of numbers, not negative, shape (n,), optional
        Age at which each came under observation, as in ``kaplan_meier``.
    weights : array of int from 0, shape (n,), optional
        How many each stands for, by default one.
    level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per band: ``start`` and ``end`` (a band holds ages above its start up to and with
        its end; one that starts at 0 holds age 0, too), ``at_risk`` (how many were under
        observation for some of it), ``ended``, ``time_at_risk`` (of all together, in the unit of
        the durations), ``hazard`` (ends per unit of time), ``low``, ``high``. The last three are
        missing where no time was at risk; 0 ends have a hazard of 0 and an upper limit.

    Raises
    ------
    ValueError
        The bands do not ascend or are too many, or as in ``kaplan_meier``.

    Notes
    -----
    Garwood (1936), Biometrika 28, 437–442. The rate is taken as constant within a band, and ends as
    independent.
    """
    seen = observed(durations, flags(ended), entered, weights)
    edges = _edges(bands, float(seen.durations.max(initial=0.0)))
    lasted, is_end = _bands(seen.durations, edges), seen.cause > 0
    ends = _counts(lasted[is_end], edges, seen.weights_of(is_end))
    time = _time(seen.durations, lasted, edges, seen.weights)
    at_risk = _from(lasted, edges, seen.weights)
    is_late = seen.entered > 0
    late, of_late = seen.entered[is_late], seen.weights_of(is_late)
    if len(late):
        time = np.maximum(time - _time(late, _bands(late, edges), edges, of_late), 0.0)
        at_risk = at_risk - seen.late.total + seen.late.below(edges[1:])
    low, high = garwood_interval(ends, time, level=level)
    hazard = ends / np.where(time > 0, time, np.nan)
    return pd.DataFrame(
        {
            "start": edges[:-1],
            "end": edges[1:],
            "at_risk": at_risk,
            "ended": ends,
            "time_at_risk": time,
            "hazard": hazard,
            "low": low,
            "high": high,
        }
    )


def garwood_interval(
    ends: npt.ArrayLike, exposure: npt.ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return Garwood's exact interval of a Poisson rate.

    Parameters
    ----------
    ends, exposure : array-like
        Counts, and the time (or whatever else) they were counted over.
    level : float
        Least coverage, between 0 and 1.

    Returns
    -------
    low, high : ndarray
        Per unit of exposure; ``low`` is 0 where nothing ended. NaN where there is no exposure.

    Examples
    --------
    >>> low, high = garwood_interval(10, 1)
    >>> round(float(low), 3), round(float(high), 3)
    (4.795, 18.39)
    """
    normal_quantile(level)  # refuses a level that is none
    count, time = np.asarray(ends, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    time = np.where(time > 0, time, np.nan)
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1.0), (1 - level) / 2), 0.0)
    high = gammaincinv(count + 1, (1 + level) / 2)
    return np.asarray(low / time, dtype=np.float64), np.asarray(high / time, dtype=np.float64)


def _edges(bands: Any, longest: float) -> Floats:
    given = np.asarray(bands, dtype=np.float64)
    if given.ndim == 0:
        width = float(given)
        if not 0 < width < np.inf or longest / width > MOST_BANDS:
            raise ValueError(
                f"bands of {width} up to {longest} are not between one and {MOST_BANDS}. Give a "
                "width above 0 that is not too small."
            )
        count = max(int(np.ceil(longest / width)), 1)
        edges = np.arange(count + 2, dtype=np.float64) * width
        return edges if edges[count] < longest else edges[:-1]  # the quotient may be rounded
    if given.ndim != 1 or len(given) < 2 or not given[0] >= 0 or not (np.diff(given) > 0).all():
        raise ValueError("The edges of bands should be two or more, ascending from 0 or later.")
    return given


def _bands(ages: Floats, edges: Floats) -> Ints:
    """Return the band of each age; −1 before the first, one past the last after it."""
    place = np.searchsorted(edges, ages) - 1
    if edges[0] == 0:
        place = np.maximum(place, 0)
    return np.asarray(place, dtype=np.int64)


def _counts(place: Ints, edges: Floats, weights: Ints | None) -> Ints:
    """How many are in each band."""
    return counted(place + 1, weights, len(edges) + 1)[1:-1]


def _from(place: Ints, edges: Floats, weights: Ints | None) -> Ints:
    """How many are in each band or a later one."""
    return counted(place + 1, weights, len(edges) + 1)[:0:-1].cumsum()[::-1][:-1]


def _time(ages: Floats, place: Ints, edges: Floats, weights: Ints | None) -> Floats:
    """Return the time that was spent in each band from age 0 up to ``ages``, all together."""
    width = np.diff(edges)
    inside = (place >= 0) & (place < len(width))
    spent = ages[inside] - edges[place[inside]]
    if weights is not None:
        spent = spent * weights[inside]
    last = np.bincount(place[inside], weights=spent, minlength=len(width))
    later = _from(place, edges, weights) - _counts(place, edges, weights)
    return np.asarray(last + later * width, dtype=np.float64)
