"""Bands that hold: moves of the series itself, widened by how far each candidate was off.

The half-width at step h is ``quantile * error * spread``:

- ``spread`` is the root mean square of the moves of the seasonally adjusted series over h periods,
  relative to its level then, times its level now. How fast moves grow with h is the series' own.
- ``error`` says how large the candidate's errors are in these units. Where a level carries noise, a
  forecast that finds the level has 1/√2 of the moves; this is believed at first, with the weight of
  ``PRIOR_WEIGHT`` errors. Each origin adds its mean square with weight ``ORIGIN_WEIGHT``: origins
  overlap and the steps of one go wrong together.
- ``quantile`` is Student's, with these weights as degrees of freedom; or, where many related series
  were tested, that of their errors at this step (``forecasting.pool``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from forecasting.grid import Floats
from forecasting.history import History
from forecasting.seasons import with_shrunk_season

PRIOR_ERROR = float(np.sqrt(0.5))
PRIOR_WEIGHT = 5.0
ORIGIN_WEIGHT = 0.5
_LEAST_LEVEL = 0.1  # of the mean level: moves are not divided by next to nothing


@dataclass(frozen=True, eq=False)
class Pool:
    """Quantiles of related series.

    Attributes
    ----------
    quantiles : mapping
        Candidate to a frame with index step and one column per level: the size of error, in units
        of the expected error, that this share stayed below.
    series, errors : int
        How many series and errors they come from.
    """

    quantiles: Mapping[str, pd.DataFrame]
    series: int
    errors: int

    def at(self, candidate: str, level: float, steps: npt.NDArray[np.int64]) -> Floats | None:
        """Return the quantile at each step, the last one further ahead; None where unknown."""
        of_candidate = self.quantiles.get(candidate)
        if of_candidate is None or level not in of_candidate:
            return None
        column = of_candidate[level].to_numpy(dtype="float64")
        return np.asarray(column[np.minimum(steps, len(column)) - 1], dtype="float64")


def band_columns(levels: tuple[float, ...]) -> list[str]:
    """Return the names of the bands: ``low_80``, ``high_80`` …"""
    return [f"{side}_{100 * level:g}" for level in levels for side in ("low", "high")]


def spread(history: History, horizon: int) -> Floats:
    """Return how far the series usually moves over 1 to ``horizon`` periods, in its units.

    Over spans longer than half the history, which it shows too few of, moves grow with the root.
    0 where it never moved, NaN where there is one value only.
    """
    values = history.recent
    if len(values) < 2:
        return np.full(horizon, np.nan)
    adjusted = with_shrunk_season(values, history.season)
    plain = adjusted.values  # noqa: PD011 - an array of ours
    level = trailing_level(plain, history.season)
    longest = max(1, len(values) // 2)
    moved = np.empty(horizon)
    for step in range(1, horizon + 1):
        span = min(step, longest)
        moves = (plain[span:] - plain[:-span]) / level[:-span]
        moved[step - 1] = np.sqrt(np.mean(moves**2) * step / span)
    season = np.abs(adjusted.ahead(horizon)) if adjusted.is_factor else 1.0
    return np.asarray(moved * level[-1] * season, dtype="float64")


@dataclass(frozen=True, eq=False)
class Errors:
    """Squared errors of one candidate at past origins, in units of ``spread``."""

    known: Floats
    step: Floats
    square: Floats

    @classmethod
    def of(cls, table: pd.DataFrame) -> "Errors":
        """Take them from ``BACKTEST`` rows of one candidate."""
        unit, actual = table["spread"].to_numpy(), table["actual"].to_numpy()
        seen = np.isfinite(actual) & (unit > 0)
        square = ((actual - table["yhat"].to_numpy())[seen] / unit[seen]) ** 2
        known, step = (table[name].to_numpy(dtype="float64")[seen] for name in ("known", "step"))
        return cls(known, step, square)

    def expected(self, known: int, horizon: int) -> tuple[float, float]:
        """Return the error to expect and its weight, from what was seen by ``known`` periods.

        Of earlier origins only the steps that had come by then count.
        """
        seen = self.known + self.step <= known
        weight = ORIGIN_WEIGHT / horizon * int(seen.sum())
        total = ORIGIN_WEIGHT / horizon * float(self.square[seen].sum())
        all_weight = PRIOR_WEIGHT + weight
        return float(np.sqrt((PRIOR_WEIGHT * PRIOR_ERROR**2 + total) / all_weight)), all_weight


def banded(
    ahead: pd.DataFrame,
    table: pd.DataFrame,
    known: int,
    levels: tuple[float, ...],
    *,
    floor: float | None = None,
    pool: Pool | None = None,
) -> pd.DataFrame:
    """Return forecasts with bands from what was seen by ``known`` periods.

    Parameters
    ----------
    ahead : DataFrame
        ``candidate``, ``step``, ``yhat`` and ``spread``, one row per candidate and step.
    table : DataFrame
        ``BACKTEST``, whose errors set the bands.
    known : int
    levels : tuple of float
    floor : float, optional
        No bound lies below it.
    pool : Pool, optional

    Returns
    -------
    DataFrame
        With ``expected_error`` (units of the series) and ``band_columns``.
    """
    at = ahead.assign(known=known)
    made = at.assign(**_bounds(at, table, levels, floor, pool))
    return made.drop(columns="known")


def banded_backtest(
    table: pd.DataFrame,
    levels: tuple[float, ...],
    *,
    floor: float | None = None,
    pool: Pool | None = None,
) -> pd.DataFrame:
    """Return a back-test with the band that each candidate would have had at each origin."""
    return table.assign(**_bounds(table, table, levels, floor, pool))


def _bounds(
    at: pd.DataFrame,
    table: pd.DataFrame,
    levels: tuple[float, ...],
    floor: float | None,
    pool: Pool | None,
) -> dict[str, Floats]:
    """Expected errors and bounds by row of ``at``, each from what was seen by its origin."""
    unit, quantiles = np.full(len(at), np.nan), np.full((len(levels), len(at)), np.nan)
    of, origin = at["candidate"].to_numpy(), at["known"].to_numpy(dtype="int64")
    step, spread_of = at["step"].to_numpy(dtype="int64"), at["spread"].to_numpy()
    for name in at["candidate"].unique():
        errors = Errors.of(table[table["candidate"] == name])
        for known in np.unique(origin[of == name]):
            rows = (of == name) & (origin == known)
            error, weight = errors.expected(int(known), int(rows.sum()))
            unit[rows] = error * spread_of[rows]
            for i, level in enumerate(levels):
                pooled = pool.at(str(name), level, step[rows]) if pool is not None else None
                student = float(stdtrit(weight, 0.5 + level / 2))
                quantiles[i, rows] = student if pooled is None else pooled
    yhat = at["yhat"].to_numpy()
    found: dict[str, Floats] = {"expected_error": unit}
    for level, quantile in zip(levels, quantiles, strict=True):
        low = yhat - quantile * unit
        low = low if floor is None else np.maximum(low, floor)
        found |= dict(zip(band_columns((level,)), (low, yhat + quantile * unit), strict=True))
    return found


def coverage(table: pd.DataFrame, levels: tuple[float, ...]) -> pd.DataFrame:
    """Return how often bands held in a back-test, by ``level``.

    ``held`` of ``n`` forecasts, ``share``; and ``periods``, the different ones among them: origins
    overlap, so that a period is often forecast several times.
    ``share`` is NaN where nothing was tested.
    """
    actual = table["actual"].to_numpy()
    rows = []
    for level in levels:
        low, high = (table[name].to_numpy() for name in band_columns((level,)))
        tested = np.isfinite(actual) & np.isfinite(low)
        held = int(((actual >= low) & (actual <= high))[tested].sum())
        n = int(tested.sum())
        periods = int(table.loc[tested, "ds"].nunique())
        rows.append((level, held, n, held / n if n else np.nan, periods))
    return pd.DataFrame(rows, columns=["level", "held", "n", "share", "periods"])


def trailing_level(values: Floats, season: int) -> Floats:
    """Return the mean size of the last season up to each value, never next to nothing."""
    sums = np.concatenate([[0.0], np.cumsum(np.abs(values))])
    until = np.arange(1, len(values) + 1)
    since = np.maximum(0, until - season)
    level = (sums[until] - sums[since]) / (until - since)
    mean = float(np.abs(values).mean())
    return np.maximum(level, _LEAST_LEVEL * mean) if mean > 0 else np.ones(len(values))
