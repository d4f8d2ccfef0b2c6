"""Sales velocity: what the deals open on a day bring per day, if they go as the closed ones did.

``open deals x win rate x deal size / cycle``. Rate, size and cycle are all of the deals that were
closed in one period, so that none speaks of other deals than the next. The first figure is how many
deals are worked on at a time: the number closed instead would grow with the length of the period,
and the money "per day" with it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.stats import LEVEL, Floats

RESAMPLES = 2_000
MOST_DRAWN = 500  # won deals; of more, the sums are drawn from a normal distribution
LEAST_WON = 5
_PARTS = ("velocity", "win_rate", "deal_size", "cycle_days")


@dataclass(frozen=True, eq=False)
class Velocity:
    """Sales velocity with its parts.

    Attributes
    ----------
    parts : DataFrame
        Indexed by ``velocity`` (money per day), ``win_rate`` (share), ``deal_size`` (money, mean of
        won deals whose amount is known), ``cycle_days`` (mean days of won deals from creation to
        closing): ``value``, ``low``, ``high``. NaN where it cannot be told: nothing was won, no
        amount is known, or all were won on the day they were created. No interval with fewer than
        five won deals.
    opened : int
        Deals open on the day.
    closed, won, without_amount, without_days : int
        Deals closed and won in the period; of the won, those whose amount or days are not known, in
        no mean.
    """

    parts: pd.DataFrame
    opened: int
    closed: int
    won: int
    without_amount: int
    without_days: int


def velocity(
    closed: pd.DataFrame,
    opened: int,
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    seed: int = 0,
) -> Velocity:
    """Return the velocity of open deals by those closed in a period, with a bootstrap interval.

    Parameters
    ----------
    closed : DataFrame
        One row per deal: ``outcome`` (won, lost; others are left out), ``amount``, ``created_on``,
        ``closed_on``.
    opened : int
        Deals open at the end of the period.
    resamples : int
        How many times the deals are drawn again.
    level : float
        Coverage of the intervals, 0 to 1.
    seed : int
        Of the draws: the same deals give the same interval.

    Notes
    -----
    B. Efron (1979), Annals of Statistics 7, 1–26; percentile interval. Lost deals count only by
    their number, so the number won is drawn first (binomial), and that many of the won deals; how
    many are open is counted, not drawn. Above ``MOST_DRAWN`` won deals their sums are drawn from
    the normal distribution with the same mean and covariance, which they follow by then, unless one
    deal is a good part of all value.
    """
    deals = closed[closed["outcome"].isin(["won", "lost"])]
    won = deals[deals["outcome"] == "won"]
    n = len(deals)
    each = _each(won)
    sums = each.sum(axis=0)
    value = _figures(np.array([float(len(won))]), sums[None, :], n, opened)
    low = high = np.full(len(_PARTS), np.nan)
    if len(won) >= LEAST_WON:
        drawn = _drawn(each, n, opened, resamples, np.random.default_rng(seed))
        low, high = _percentiles(drawn, level)
    parts = pd.DataFrame({"value": value[0], "low": low, "high": high}, index=list(_PARTS))
    parts.loc[parts["value"].isna(), ["low", "high"]] = np.nan
    without = [int(len(won) - sums[column]) for column in (1, 3)]
    return Velocity(parts, opened, n, len(won), *without)


def _each(won: pd.DataFrame) -> Floats:
    """Amount, whether it is known, days, whether they are known, of each won deal."""
    amount = won["amount"].to_numpy(dtype="float64")
    days = (won["closed_on"] - won["created_on"]).dt.days.to_numpy(dtype="float64")
    days = np.where(days >= 0, days, np.nan)  # closed before it was created: not known
    columns = [np.nan_to_num(amount), ~np.isnan(amount), np.nan_to_num(days), ~np.isnan(days)]
    return np.column_stack([column.astype("float64") for column in columns])


def _figures(won: Floats, sums: Floats, n: int, opened: int) -> Floats:
    """Velocity, win rate, deal size and cycle of each row of sums, shape (rows, 4)."""
    amount, amounts, days, known = sums.T
    rate = won / n if n else np.full(len(won), np.nan)
    size = amount / np.where(amounts > 0, amounts, np.nan)
    cycle = days / np.where(known > 0, known, np.nan)
    speed = opened * rate * size / np.where(cycle > 0, cycle, np.nan)
    return np.column_stack([speed, rate, size, cycle])


def _drawn(each: Floats, n: int, opened: int, resamples: int, rng: np.random.Generator) -> Floats:
    k = len(each)
    won = rng.binomial(n, k / n, resamples)
    if k > MOST_DRAWN:
        noise = rng.standard_normal((resamples, each.shape[1]))
        root = _root(np.cov(each, rowvar=False, bias=True))
        sums = won[:, None] * each.mean(axis=0) + np.sqrt(won)[:, None] * (noise @ root.T)
        return _figures(won.astype("float64"), np.maximum(sums, 0.0), n, opened)
    row = np.repeat(np.arange(resamples), won)
    place = row * k + rng.integers(0, k, len(row))
    times = np.bincount(place, minlength=resamples * k).reshape(resamples, k)
    return _figures(won.astype("float64"), times.astype("float64") @ each, n, opened)


def _root(covariance: Floats) -> Floats:
    """Square root of a covariance that may have no spread in some direction."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)), dtype="float64")


def _percentiles(drawn: Floats, level: float) -> tuple[Floats, Floats]:
    """Percentiles of the draws in which the figure is defined."""
    edge = (1 - level) / 2
    found = np.full((2, drawn.shape[1]), np.nan)
    for column in range(drawn.shape[1]):
        told = drawn[~np.isnan(drawn[:, column]), column]
        if len(told):
            found[:, column] = np.quantile(told, [edge, 1 - edge])
    return found[0], found[1]
