"""What related series say together: quantiles of errors, and the border of the choice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.backtest import BACKTEST
from forecasting.bands import Pool
from forecasting.candidates import MEAN
from forecasting.choice import BORDER, FEWEST_ORIGINS, choose, chosen_by, losses
from forecasting.result import Forecast, assembled

FEWEST_SERIES, FEWEST_ERRORS = 10, 200
_BORDERS = (0.1, 0.2, 0.3, BORDER, 0.6, 1.0)
_CLEAR = 2.0  # standard errors by which another border must be better


@dataclass(frozen=True, eq=False)
class PooledBorder:
    """The border of the choice, as related series see it.

    Attributes
    ----------
    border : float
        ``BORDER`` unless another one was clearly better; 1 never leaves the mean.
    trials : DataFrame
        One row per border: ``border``, ``error`` (mean over series of the error of what it chose,
        in units of the mean's), ``left`` (series that left the mean).
    series : int
        That could be tried.
    """

    border: float
    trials: pd.DataFrame
    series: int


def pool_of(results: Iterable[Forecast], levels: tuple[float, ...]) -> Pool | None:
    """Return quantiles of the back-test errors of related series, by candidate and step.

    Split conformal prediction (Vovk, Gammerman and Shafer 2005; Lei et al. 2018, Journal of the
    American Statistical Association 113, 1094–1111) with errors in units of what was expected at
    each origin. Neighbouring steps join until ``FEWEST_ERRORS`` are together. A candidate that
    fewer than ``FEWEST_SERIES`` series tested is left out; None where that is all of them.
    """
    tables = [_relative(result.backtest).assign(series=i) for i, result in enumerate(results)]
    if not tables:
        return None
    quantiles, most, errors = {}, 0, 0
    for name, found in pd.concat(tables, ignore_index=True).groupby("candidate"):
        series = found["series"].nunique()
        if series >= FEWEST_SERIES and len(found) >= FEWEST_ERRORS:
            quantiles[str(name)] = _quantiles(found, levels)
            most, errors = max(most, series), max(errors, len(found))
    return Pool(quantiles, most, errors) if quantiles else None


def pooled(results: Mapping[str, Forecast]) -> dict[str, Forecast]:
    """Return forecasts whose bands and choice know what all series of ``results`` showed.

    Bands of each series' back-test come from the other half of the series, so that the coverage
    that is printed was measured on series that did not set it. Forecasts without a back-test get
    the bands of the pool as well, except plain baselines of series that cannot be modelled.
    """
    keys = sorted(key for key, result in results.items() if result.series.trouble is None)
    if not keys:
        return dict(results)
    levels = results[keys[0]].levels
    border = pooled_border([results[key] for key in keys]).border
    whole = pool_of((results[key] for key in keys), levels)
    halves = [pool_of((results[key] for key in keys[i::2]), levels) for i in (0, 1)]
    made = dict(results)
    for place, key in enumerate(keys):
        other = halves[1 - place % 2]
        made[key] = recalibrated(results[key], border, whole if other else None, other)
    return made


def recalibrated(
    result: Forecast,
    border: float = BORDER,
    pool: Pool | None = None,
    pool_of_test: Pool | None = None,
) -> Forecast:
    """Return a forecast with its choice and bands made again; see ``result.assembled``."""
    table = BACKTEST.conform(result.backtest)
    names = tuple(result.candidates["candidate"].unique())
    ahead = result.candidates[["candidate", "ds", "step", "yhat", "spread"]]
    made = assembled(
        result.series, ahead, table, choose(table, names, border=border), result.levels,
        pool=pool, pool_of_test=pool_of_test,
    )  # fmt: skip
    return replace(made, notes=result.notes)


def pooled_border(results: Iterable[Forecast]) -> PooledBorder:
    """Return by how much a rival must be better, as the series' own history says.

    Each series chooses from the origins whose horizon had passed at its last one, and the choice is
    judged there. ``BORDER`` stays unless another border is better by two standard errors over
    ``FEWEST_SERIES`` series or more.
    """
    rows = [row for result in results if (row := _trial(result)) is not None]
    if len(rows) < FEWEST_SERIES:
        return PooledBorder(BORDER, pd.DataFrame(columns=["border", "error", "left"]), len(rows))
    errors = pd.DataFrame([row[0] for row in rows], columns=list(_BORDERS))
    left = pd.DataFrame([row[1] for row in rows], columns=list(_BORDERS)).sum()
    trials = pd.DataFrame({"border": _BORDERS, "error": errors.mean(), "left": left})
    gain = errors.rsub(errors[BORDER], axis=0)
    clear = gain.mean() - _CLEAR * gain.std() / np.sqrt(len(rows))
    best = float(clear.idxmax())
    border = best if clear[best] > 0 else BORDER
    return PooledBorder(border, trials.reset_index(drop=True), len(rows))


def _relative(table: pd.DataFrame) -> pd.DataFrame:
    """Errors in units of what was expected, where both are known."""
    error = (table["actual"] - table["yhat"]).abs() / table["expected_error"]
    known = np.isfinite(error.to_numpy()) & (table["expected_error"] > 0).to_numpy()
    chosen: pd.DataFrame = table.loc[known, ["candidate", "step"]]
    return chosen.assign(error=error[known])


def _quantiles(errors: pd.DataFrame, levels: tuple[float, ...]) -> pd.DataFrame:
    steps = np.arange(1, int(errors["step"].max()) + 1)
    at, size = errors["step"].to_numpy(dtype="int64"), errors["error"].to_numpy(dtype="float64")
    rows = []
    for step in steps:
        distance = np.abs(at - step)
        near = np.partition(distance, FEWEST_ERRORS - 1)[FEWEST_ERRORS - 1]
        sizes = np.sort(size[distance <= near])
        ranks = [min(len(sizes), int(np.ceil((len(sizes) + 1) * level))) for level in levels]
        rows.append([float(sizes[rank - 1]) for rank in ranks])
    return pd.DataFrame(rows, index=steps, columns=list(levels))


def _trial(result: Forecast) -> tuple[list[float], list[bool]] | None:
    """Errors at the last origin of what each border chose before, in units of the mean's."""
    table = result.backtest
    if MEAN not in set(table["candidate"]):
        return None
    last, horizon = int(table["known"].max()), int(table["step"].max())
    every = losses(table)
    before = every[every.index + horizon <= last].dropna(axis=1, how="all")
    if len(before) < FEWEST_ORIGINS or last not in every.index:
        return None
    newest = every.loc[[last]].dropna(axis=1)
    errors = newest.to_numpy(dtype="float64")[0]
    at_last = {str(name): float(error) for name, error in zip(newest, errors, strict=True)}
    names = tuple(at_last)
    if at_last.get(MEAN, 0) <= 0:
        return None
    chosen = [chosen_by(before, names, border=border)[0] for border in _BORDERS]
    return [at_last[name] / at_last[MEAN] for name in chosen], [n != MEAN for n in chosen]
