"""Win rates of people, each drawn toward the team as far as their few deals call for.

Empirical Bayes: the results of all say how far true rates lie apart (``analytics.team_prior``), and
each person's rate is what that and their own deals say together (B. Efron and C. Morris 1975,
Journal of the American Statistical Association 70, 311–319, in its beta-binomial form). Three won
of four moves little; thirty of fifty moves far. The interval takes the fitted spread as given, so
that with a handful of people it is somewhat too narrow.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaincinv

from analytics.rank_chances import rank_chances
from analytics.stats import LEVEL, Floats, wilson_interval
from analytics.team_prior import Prior, fit_prior

BEST = 3
COLUMNS = [
    "owner_id",
    "won",
    "closed",
    "rate",
    "rate_low",
    "rate_high",
    "shrunk",
    "low",
    "high",
    "own_weight",
    "among_best",
    "expected_rank",
    "standing",
]


@dataclass(frozen=True, eq=False)
class TeamRates:
    """Rates of people beside the team's.

    Attributes
    ----------
    people : DataFrame
        One row per person, the highest ``shrunk`` first, those without a closed deal last:
        ``owner_id``, ``won``, ``closed``, ``rate`` with Wilson's ``rate_low`` and ``rate_high``
        (the deals alone), ``shrunk`` with ``low`` and ``high`` (toward the team), ``own_weight``
        (0 to 1: of the own deals in it), ``among_best`` (chance of being among the best ``best``)
        and ``expected_rank``; NaN but for the counts for who closed nothing. ``standing``:
        ``above`` or ``below`` where the interval leaves out the team's rate, ``like_team``, or
        ``cannot_tell``. Praise goes by that, not by the order: where people differ much, a few
        lucky deals may still come first in it.
    team : dict of str to float
        ``won``, ``closed``, ``rate``, ``low``, ``high`` (Wilson) of all together.
    prior : Prior
        Of the true rates.
    best : int
        How many are "the best".
    """

    people: pd.DataFrame
    team: dict[str, float]
    prior: Prior
    best: int


def team_rates(people: pd.DataFrame, *, best: int = BEST, level: float = LEVEL) -> TeamRates:
    """Draw each person's rate toward the team.

    Parameters
    ----------
    people : DataFrame
        ``owner_id`` (missing ones are left out: they are nobody), ``won``, ``closed``, counts; one
        row per person, or several (by stratum), which are added up.
    best : int
        How many places are "the best", 1 or more.
    level : float
        Coverage of the intervals, 0 to 1.

    Raises
    ------
    ValueError
        ``best`` is below 1, or somebody won more than was closed.
    """
    if best < 1:
        raise ValueError(f"best should be 1 or more, but is {best}.")
    sums = people.groupby("owner_id", sort=True, dropna=True)[["won", "closed"]].sum()
    won, closed = (sums[name].to_numpy(dtype="float64") for name in ("won", "closed"))
    if (won > closed).any() or (won < 0).any():
        raise ValueError("won should be from 0 to closed for everybody. Count each deal once.")
    prior = fit_prior(won, closed)
    rate_low, rate_high = wilson_interval(won, closed, level=level)
    with np.errstate(invalid="ignore"):
        rate = won / closed
    frame = pd.DataFrame(
        {
            "owner_id": sums.index.to_numpy(),
            "won": won.astype("int64"),
            "closed": closed.astype("int64"),
            "rate": rate,
            "rate_low": rate_low,
            "rate_high": rate_high,
            **_drawn(won, closed, prior, best, level),
        }
    )
    frame["standing"] = _standing(frame, prior.mean)
    frame = frame[COLUMNS]
    order = frame.sort_values(
        ["shrunk", "closed", "owner_id"], ascending=[False, False, True], kind="stable"
    )
    return TeamRates(order.reset_index(drop=True), _team(won, closed, level), prior, best)


def _drawn(won: Floats, closed: Floats, prior: Prior, best: int, level: float) -> dict[str, Floats]:
    there = closed > 0
    names = ("shrunk", "low", "high", "own_weight", "among_best", "expected_rank")
    found = {name: np.full(len(won), np.nan) for name in names}
    people = int(there.sum())
    if not people:
        return found
    if not prior.has_spread:  # everybody is the team, and every place is as likely for each
        low, high = wilson_interval(won.sum(), closed.sum(), level=level)
        values = (prior.mean, float(low), float(high), 0.0, min(best / people, 1.0))
        told: dict[str, Any] = dict(zip(names, (*values, (people + 1) / 2), strict=True))
    else:
        a = prior.mean * prior.size + won[there]
        b = (1 - prior.mean) * prior.size + (closed - won)[there]
        chance, rank = rank_chances(a, b, best=best)
        edge = (1 - level) / 2
        told = {
            "shrunk": a / (a + b),
            "low": betaincinv(a, b, edge),
            "high": betaincinv(a, b, 1 - edge),
            "own_weight": closed[there] / (closed[there] + prior.size),
            "among_best": chance,
            "expected_rank": rank,
        }
    for name, values_of in told.items():
        found[name][there] = values_of
    return found


def _standing(frame: pd.DataFrame, mean: float) -> npt.NDArray[np.str_]:
    return np.select(
        [frame["shrunk"].isna(), frame["low"] > mean, frame["high"] < mean],
        ["cannot_tell", "above", "below"],
        "like_team",
    )


def _team(won: Floats, closed: Floats, level: float) -> dict[str, float]:
    total, n = float(won.sum()), float(closed.sum())
    low, high = wilson_interval(total, n, level=level)
    rate = total / n if n else np.nan
    return {"won": total, "closed": n, "rate": rate, "low": float(low), "high": float(high)}
