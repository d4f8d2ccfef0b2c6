"""Which experiences go together with satisfaction, and how much of it each accounts for.

Shares of explained variance by R. H. Lindeman, P. F. Merenda and R. Z. Gold (1980), which are
Shapley values: what a driver adds to the explained variance, averaged over all orders in which
drivers can be added. They are associations: a driver that stands in for something unseen carries
its share too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.stats import LEVEL, Floats
from crm_data.errors import BadInputError, UsageError

MOST_DRIVERS = 10  # 2 to the power of it are the sets that are fitted
LEAST_PER_DRIVER = 20  # complete answers for each driver
RESAMPLES = 400


@dataclass(frozen=True, eq=False)
class Drivers:
    """Relative importance of drivers, and where improvement would matter.

    Attributes
    ----------
    drivers : DataFrame
        One row per driver, the most important first: ``driver``; ``variance`` (its part of the
        variance of the score, 0 to 1; all add up to ``explained``), ``share`` (of what is
        explained) with ``low`` and ``high`` (bootstrap percentiles), ``slope`` (standardised
        coefficient with all others, its sign is the direction), ``performance`` (0 to 1: mean place
        between the worst and the best value seen; higher is better for satisfaction), ``quadrant``:
        ``improve`` (important and weak), ``keep`` (important and strong), ``later`` (weak,
        unimportant), ``enough``, or ``cannot_tell`` where the interval of its share holds the
        even share.
    explained : float
        Share of the variance of the score that all drivers explain together.
    explained_low, explained_high : float
    n : int
        Answers with every driver known.
    left_out : int
        Answers without some driver, or without score.
    constant : tuple of str
        Drivers left out since they are the same in every answer.
    """

    drivers: pd.DataFrame
    explained: float
    explained_low: float
    explained_high: float
    n: int
    left_out: int
    constant: tuple[str, ...]


def drivers_of(
    frame: pd.DataFrame,
    score: str,
    drivers: Sequence[str],
    *,
    less_is_better: Collection[str] = (),
    resamples: int = RESAMPLES,
    seed: int = 0,
    level: float = LEVEL,
) -> Drivers:
    """Share the explained variance of a score out among drivers.

    Parameters
    ----------
    frame : DataFrame
        One row per answer; ``score`` and the drivers are numbers or flags.
    score : str
        Column of the score.
    drivers : sequence of str
        At most ten columns.
    less_is_better : collection of str
        Drivers of which less is better whatever these answers say, as of waits and complaints: the
        sign of a coefficient near zero is chance. Others are better where the score is higher.
    resamples : int
        Bootstrap samples of answers.
    seed : int
        The same gives the same interval.

    Raises
    ------
    UsageError
        More than ten drivers, or none.
    BadInputError
        Fewer than 20 complete answers per driver, or all scores are the same.
    """
    if not 0 < len(drivers) <= MOST_DRIVERS:
        raise UsageError(
            "number_of_drivers",
            f"Name 1 to {MOST_DRIVERS} drivers; {len(drivers)} were given.",
            most=MOST_DRIVERS,
            count=len(drivers),
        )
    numbers = frame[[score, *drivers]].astype("float64").dropna()
    kept = [name for name in drivers if _varies(numbers[name])]
    needed = LEAST_PER_DRIVER * max(len(kept), 1)
    if len(numbers) < needed or not kept or not _varies(numbers[score]):
        raise BadInputError(
            "too_few_for_drivers",
            f"Cannot tell what drives {score}: {len(numbers)} answers have every driver known, "
            f"{needed} are needed and both must vary. Import more, or name fewer drivers.",
            score=score,
            n=len(numbers),
            needed=needed,
        )
    data = numbers[[*kept, score]].to_numpy()
    found = _lmg(_correlation(data)[None])[0]
    drawn = _bootstrap(data, resamples, seed)
    edges = [50 * (1 - level), 100 - 50 * (1 - level)]
    total, totals = float(found.sum()), drawn.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = np.nanpercentile(drawn / totals[:, None], edges, axis=0)
    table = pd.DataFrame(
        {
            "driver": kept,
            "variance": found,
            "share": found / total if total > 0 else np.nan,
            "low": low,
            "high": high,
            "slope": _slopes(data),
        }
    )
    is_turned = (table["slope"] < 0) | table["driver"].isin(list(less_is_better))
    table["performance"] = _performance(data[:, :-1], is_turned.to_numpy())
    table["quadrant"] = _quadrant(table)
    explained = np.percentile(totals, edges)
    return Drivers(
        table.sort_values("share", ascending=False, kind="stable", ignore_index=True),
        total,
        float(explained[0]),
        float(explained[1]),
        len(numbers),
        len(frame) - len(numbers),
        tuple(name for name in drivers if name not in kept),
    )


def _varies(column: pd.Series) -> bool:
    return bool((column != column.iloc[0]).any()) if len(column) else False


def _correlation(data: Floats) -> Floats:
    centred = data - data.mean(axis=0)
    scale = np.sqrt((centred**2).sum(axis=0))
    scaled = centred / np.where(scale > 0, scale, 1.0)
    return np.asarray(scaled.T @ scaled)


def _bootstrap(data: Floats, resamples: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    size = len(data)
    drawn = (data[rng.integers(0, size, size)] for _ in range(resamples))
    return _lmg(np.stack([_correlation(sample) for sample in drawn]))


def _lmg(correlation: Floats) -> Floats:
    """Return each driver's part of the explained variance, shape (samples, drivers)."""
    count = correlation.shape[1] - 1
    fit: dict[tuple[int, ...], Floats] = {(): np.zeros(len(correlation))}
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            fit[chosen] = _explained(correlation, chosen)
    parts = np.zeros((len(correlation), count))
    for chosen, explained in fit.items():
        weight = factorial(max(len(chosen) - 1, 0)) * factorial(count - len(chosen))
        for one in chosen:
            without = tuple(k for k in chosen if k != one)
            parts[:, one] += weight / factorial(count) * (explained - fit[without])
    return parts


def _explained(correlation: Floats, chosen: tuple[int, ...]) -> Floats:
    """Return the explained variance with the chosen drivers, by sample."""
    place = np.array(chosen)
    inner = correlation[:, place[:, None], place]
    outer = correlation[:, place, -1][..., None]
    solved = np.linalg.pinv(inner, rcond=1e-10, hermitian=True) @ outer
    return np.asarray(np.clip((outer * solved).sum(axis=(1, 2)), 0.0, 1.0))


def _slopes(data: Floats) -> Floats:
    matrix = _correlation(data)
    solved = np.linalg.pinv(matrix[:-1, :-1], rcond=1e-10, hermitian=True) @ matrix[:-1, -1]
    return np.asarray(solved)


def _performance(drivers: Floats, is_turned: npt.NDArray[np.bool_]) -> Floats:
    """Return the mean place of each driver between its 5th and 95th percentile, best at 1.

    Percentiles, since one ticket that lay for a year would make all others look fast.
    """
    low, high = np.percentile(drivers, [5, 95], axis=0)
    flat = high <= low
    low, high = np.where(flat, drivers.min(axis=0), low), np.where(flat, drivers.max(axis=0), high)
    place = (np.clip(drivers, low, high).mean(axis=0) - low) / (high - low)
    return np.asarray(np.where(is_turned, 1 - place, place))


def _quadrant(table: pd.DataFrame) -> npt.NDArray[np.str_]:
    even = 1 / len(table)
    is_important, is_weak = table["share"] > even, table["performance"] < 0.5
    is_unsure = (table["low"] <= even) & (table["high"] >= even) & (len(table) > 1)
    return np.select(
        [is_unsure, is_important & is_weak, is_important, is_weak],
        ["cannot_tell", "improve", "keep", "later"],
        "enough",
    )
