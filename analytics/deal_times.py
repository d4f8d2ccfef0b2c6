"""How long deals take, and what becomes of one that is still open at some age.

The median of closed deals leaves out those still open, which are the slow ones, and mixes in how
many were created when. Here open deals count as unfinished, and being lost takes a deal away from
being won: Aalen and Johansen, see ``competing_risks``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.competing_risks import incidence_of, incidence_of_one
from analytics.product_limit import survival_of
from analytics.risk_sets import Flags, Floats, Ints, RiskSets, counted_sets

LEAST_AT_RISK = 10  # beyond the age at which so many are followed, one deal moves the curve
LEAST_WON = 5  # below, resampling says nothing about a median
RESAMPLES = 200
AGES = (0, 30, 60, 90, 120, 180, 270, 365)
OUTCOMES = ("won", "lost")
_BY_AGE = ("age", "at_risk", "won_share", "low", "high")


@dataclass(frozen=True)
class MedianDays:
    """Days, with the interval (95 %); NaN where there is none."""

    days: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class DealTimes:
    """Time from creation to close.

    Attributes
    ----------
    curves : DataFrame
        ``cumulative_incidence`` with causes ``won`` and ``lost``, durations in days.
    won, lost, open : int
        Deals that it rests on.
    horizon_days : float
        Age up to which anything is said: the last one with ``LEAST_AT_RISK`` deals, or as asked.
    won_share, won_low, won_high : float
        Of all deals, won by that age.
    undecided : float
        Still open at that age: what might be added to the share won, or the share lost.
    won_median : MedianDays
        Age by which half of those are won that will be won by the horizon. Interval by resampling
        deals; NaN below ``LEAST_WON``.
    latest_won_median : float
        The same if all that are undecided at the horizon were won later; NaN where half of them
        would then be won after it. Far from ``won_median``: too early to tell.
    closed_won_median, closed_lost_median : float
        The plain medians of closed deals, for comparison.
    by_age : DataFrame
        ``age`` (days), ``at_risk`` (deals seen open after it), ``won_share`` (of deals still open
        at that age, won by the horizon), ``low``, ``high`` (95 %; missing where none of them was
        won).
    """

    curves: pd.DataFrame
    won: int
    lost: int
    open: int
    horizon_days: float
    won_share: float
    won_low: float
    won_high: float
    undecided: float
    won_median: MedianDays
    latest_won_median: float
    closed_won_median: float
    closed_lost_median: float
    by_age: pd.DataFrame


def deal_times(
    counts: pd.DataFrame,
    *,
    horizon_days: float | None = None,
    ages: Sequence[float] = AGES,
    seed: int = 0,
) -> DealTimes:
    """Estimate times to close and chances by age.

    Parameters
    ----------
    counts : DataFrame
        ``days`` (to close, or from creation to the data's last day), ``outcome`` (``won``,
        ``lost``, missing: open), ``deals``; rows may repeat.
    horizon_days : float, optional
        Age beyond which nothing counts.
    ages : sequence of float
        Of ``by_age``, in days; those at or after the horizon are left out.
    seed : int
        Of the resampling, so that the same deals give the same interval.
    """
    sets = counted_sets(counts["days"], outcome_codes(counts["outcome"]), counts["deals"], 2)
    won, lost = (int(ended.sum()) for ended in sets.ended)
    curves = incidence_of(sets, OUTCOMES)
    horizon = _horizon(sets) if horizon_days is None else float(horizon_days)
    within = sets.ages <= horizon
    left = survival_of(sets.all_ended, sets.at_risk)[within]
    share, low, high = _won_at(curves, horizon)
    incidence = curves.loc[curves["cause"] == "won", "incidence"].to_numpy()[within]
    undecided = float(left[-1]) if len(left) else np.nan
    return DealTimes(
        curves=curves,
        won=won, lost=lost, open=int(sets.seen.sum()) - won - lost,
        horizon_days=horizon,
        won_share=share, won_low=low, won_high=high,
        undecided=undecided,
        won_median=_median(sets, within, incidence, seed),
        latest_won_median=_first(sets.ages[within], incidence, (share + undecided) / 2),
        closed_won_median=median_of_counts(sets.ages, sets.ended[0]),
        closed_lost_median=median_of_counts(sets.ages, sets.ended[1]),
        by_age=_by_age(sets, horizon, ages),
    )  # fmt: skip


def outcome_codes(outcome: pd.Series) -> Ints:
    """Return 1 for won, 2 for lost, 0 for open."""
    won, lost = (outcome.eq(name).to_numpy(dtype=bool, na_value=False) for name in OUTCOMES)
    return np.asarray(np.where(won, 1, np.where(lost, 2, 0)), dtype=np.int64)


def median_of_counts(ages: Floats, counts: Ints) -> float:
    """Return the median of ages of which there are so many; NaN where there are none."""
    total, up_to = int(counts.sum()), np.cumsum(counts)
    if not total:
        return np.nan
    middle = np.searchsorted(up_to, [(total - 1) // 2 + 1, total // 2 + 1])
    return float(ages[middle].mean())


def _horizon(sets: RiskSets) -> float:
    if not len(sets.ages):
        return np.nan
    followed = sets.ages[sets.at_risk >= LEAST_AT_RISK]
    return float(followed[-1] if len(followed) else sets.ages[-1])


def _won_at(curves: pd.DataFrame, horizon: float) -> tuple[float, float, float]:
    rows = curves[(curves["cause"] == "won") & (curves["duration"] <= horizon)]
    return _last(rows) if len(rows) else (np.nan, np.nan, np.nan)


def _last(rows: pd.DataFrame) -> tuple[float, float, float]:
    share, low, high = rows[["incidence", "low", "high"]].to_numpy(dtype="float64")[-1].tolist()
    return share, low, high


def _first(ages: Floats, incidence: Floats, share: float) -> float:
    """Return the first age by which ``share`` has been reached; NaN where it has not."""
    reached = np.flatnonzero(incidence >= share - 1e-12)
    return float(ages[reached[0]]) if len(reached) and share > 0 else np.nan


def _median(sets: RiskSets, within: Flags, incidence: Floats, seed: int) -> MedianDays:
    ages = sets.ages[within]
    won = int(sets.ended[0][within].sum())
    if not won:
        return MedianDays(np.nan, np.nan, np.nan)
    found = _first(ages, incidence, float(incidence[-1]) / 2)
    if won < LEAST_WON:
        return MedianDays(found, np.nan, np.nan)
    drawn = _resampled(sets, seed)[:, within]
    reached = drawn >= drawn[:, -1:] / 2 - 1e-12
    some = drawn[:, -1] > 0
    medians = ages[reached[some].argmax(axis=1)]
    low, high = (np.quantile(medians, at, method="inverted_cdf") for at in (0.025, 0.975))
    return MedianDays(found, float(low), float(high))


def _resampled(sets: RiskSets, seed: int) -> Floats:
    """Return incidences of being won of resampled deals, shape (resamples, ages).

    Poisson's bootstrap: each deal is drawn as often as a Poisson variable of mean 1 says, so each
    count becomes one with its own mean, however many deals it stands for. J. A. Hanley and
    B. MacGibbon (2006), Computer Methods and Programs in Biomedicine 83, 57-62.
    """
    rng = np.random.default_rng(seed)
    shape = (RESAMPLES, len(sets.ages))
    won = rng.poisson(sets.ended[0], shape)
    ended = won + rng.poisson(sets.ended[1], shape)
    seen = ended + rng.poisson(sets.seen - sets.all_ended, shape)
    at_risk = np.maximum(seen[:, ::-1].cumsum(axis=1)[:, ::-1], 1)
    left = np.cumprod(1.0 - ended / at_risk, axis=1)
    before = np.concatenate([np.ones((RESAMPLES, 1)), left[:, :-1]], axis=1)
    return np.asarray(np.cumsum(before * won / at_risk, axis=1), dtype=np.float64)


def _by_age(sets: RiskSets, horizon: float, ages: Sequence[float]) -> pd.DataFrame:
    """Return the share won from each age on: the curve of those still open then, anew."""
    rows = []
    for age in ages:
        after = (sets.ages > age) & (sets.ages <= horizon)
        if not after.any():
            continue
        part = RiskSets(
            sets.ages[after], sets.at_risk[after], sets.ended[:, after], sets.seen[after]
        )
        share, low, high = _last(incidence_of_one(part, 0))
        rows.append((float(age), int(part.at_risk[0]), share, low, high))
    return pd.DataFrame(rows, columns=list(_BY_AGE))
