"""Whether an order of customers puts those first on whom contact does most: the Qini curve.

Treated and control are ordered each on their own. A share ``x`` of both is then contacted by the
order, and the curve is what that causes for each member of all: responses of the treated in the
first ``x`` as a share of all treated, less the same of the control. Contact in any order is the
straight line to the effect of all. Members of equal score count with the chance of lying in front.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn_features import Flags
from analytics.stats import LEVEL, Floats, wilson_interval
from crm_data.errors import BadInputError

Ints = npt.NDArray[np.int64]
PARTS = 5
DRAWS = 300
_STEPS = 50  # of the curve that is drawn
_LEAST_OF_AN_ARM = 2


@dataclass(frozen=True)
class Qini:
    """What an order of customers is worth.

    Attributes
    ----------
    effect : float
        Of all: share of the treated less share of the control.
    area, low, high : float
        Between the curve and the straight line, in responses for each member of all, with the
        bootstrap interval of members for this order. 0: no better than any order.
    coefficient, coefficient_low, coefficient_high : float
        ``area`` by that of the best order if contact keeps nobody from responding; NaN where the
        effect of all is not between 0 and 1.
    curve : DataFrame
        ``share``, ``caused`` with ``low`` and ``high`` (bootstrap), ``at_random``; 51 rows from 0
        to 1.
    parts : DataFrame
        ``part`` (1 is first), ``treated``, ``control`` (members), ``treated_rate``,
        ``control_rate``, ``effect``, ``low``, ``high`` (Newcombe, 95 %). Parts are equal, so the
        mean of their effects is ``effect``.
    """

    effect: float
    area: float
    low: float
    high: float
    coefficient: float
    coefficient_low: float
    coefficient_high: float
    curve: pd.DataFrame
    parts: pd.DataFrame

    @property
    def differs(self) -> bool:
        """Whether the order is better than chance: the interval of the area is above 0."""
        return self.low > 0


def qini(
    responded: Flags,
    treated: Flags,
    score: Floats,
    *,
    parts: int = PARTS,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
) -> Qini:
    """Judge scores that were made without the members' own outcomes.

    Parameters
    ----------
    responded, treated : ndarray of bool, shape (n,)
        Treatment was drawn by lot.
    score : ndarray of shape (n,)
        Higher is contacted first.
    parts : int
        Equal parts of the order.
    draws : int
        Of the bootstrap; members of each arm are drawn on their own.
    level : float
    seed : int

    Raises
    ------
    BadInputError
        ``uplift_arms``: an arm of fewer than two.

    Notes
    -----
    N. Radcliffe (2007), Direct Marketing Analytics Journal, 14–21; N. Radcliffe and P. Surry
    (2011), Stochastic Solutions White Paper, for the coefficient without negative effects; R.
    Newcombe (1998), Statistics in Medicine 17, 873–890.
    """
    sides = [_Side.of(responded[own].astype("float64"), score[own]) for own in (treated, ~treated)]
    rng = np.random.default_rng(seed)
    effect, area = _effect(sides), _area(sides)
    at = np.linspace(0, 1, _STEPS + 1)
    drawn = np.array([_drawn(sides, rng, at) for _ in range(draws)])
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(drawn[:, 1], tails)
    best = _best(np.array([effect]))[0]
    ratio = _quotient(drawn[:, 1], _best(drawn[:, 0]))
    told = ratio[np.isfinite(ratio)]
    is_told = np.isfinite(best) and len(told) > draws / 2
    ratio_low, ratio_high = np.quantile(told, tails) if is_told else (np.nan, np.nan)
    around = np.quantile(drawn[:, 2:], tails, axis=0)
    caused = sides[0].up_to(at) - sides[1].up_to(at)
    return Qini(
        effect=effect, area=area, low=float(low), high=float(high),
        coefficient=float(area / best),
        coefficient_low=float(ratio_low), coefficient_high=float(ratio_high),
        curve=pd.DataFrame(
            {"share": at, "caused": caused, "low": around[0], "high": around[1],
             "at_random": at * effect}
        ),
        parts=_parts(sides, parts),
    )  # fmt: skip


@dataclass(frozen=True)
class _Side:
    """One arm, the highest score first: outcomes, and the place behind the last of equal scores."""

    outcome: Floats
    ends: Floats
    starts: Floats
    tie: Ints

    @classmethod
    def of(cls, outcome: Floats, score: Floats) -> "_Side":
        if len(score) < _LEAST_OF_AN_ARM:
            raise BadInputError("uplift_arms", "An uplift needs two members of each arm at least.")
        order = np.argsort(-score, kind="stable")
        _, tie, n = np.unique(-score[order], return_inverse=True, return_counts=True)
        ends = np.cumsum(n)
        return cls(
            outcome[order],
            ends.astype("float64"),
            (ends - n).astype("float64"),
            tie.astype(np.int64),
        )

    @property
    def n(self) -> int:
        return len(self.outcome)

    def up_to(self, share: Floats) -> Floats:
        """Responses in the first ``share`` of the arm, over all of the arm."""
        caught = np.append(0.0, np.cumsum(np.bincount(self.tie, weights=self.outcome)))
        found = np.interp(share * self.n, np.append(0.0, self.ends), caught) / self.n
        return np.asarray(found, dtype="float64")


def _effect(sides: list[_Side]) -> float:
    return float(sides[0].outcome.mean() - sides[1].outcome.mean())


def _area(sides: list[_Side]) -> float:
    """Area between curve and line: responses by how far in front of the middle they lie."""
    found = []
    for side in sides:
        middle = (side.starts + side.ends)[side.tie] / 2 / side.n
        found.append(float((side.outcome * (0.5 - middle)).mean()))
    return found[0] - found[1]


def _drawn(sides: list[_Side], rng: np.random.Generator, at: Floats) -> Floats:
    """Return effect, area and curve of members drawn again, each arm with the size that it has."""
    found = []
    for side in sides:
        times = np.bincount(rng.integers(0, side.n, side.n), minlength=side.n)
        of_tie = np.bincount(side.tie, weights=times)
        ends = np.cumsum(of_tie)
        responses = np.bincount(side.tie, weights=times * side.outcome)
        caught = np.append(0.0, np.cumsum(responses)) / side.n
        area = (responses * (0.5 - (ends - of_tie / 2) / side.n)).sum() / side.n
        curve = np.interp(at * side.n, np.append(0, ends), caught)
        found.append(np.concatenate([[caught[-1], area], curve]))
    return np.asarray(found[0] - found[1], dtype="float64")


def _best(effect: Floats) -> Floats:
    """Area of the order that has everybody whom contact moves in front, and moves nobody away."""
    inside = np.where((effect > 0) & (effect < 1), effect, np.nan)
    return np.asarray(inside * (1 - inside) / 2)


def _quotient(area: Floats, best: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(area / best)


def _parts(sides: list[_Side], parts: int) -> pd.DataFrame:
    at = np.arange(parts + 1) / parts
    of_both = []
    for side in sides:
        size = side.n / parts
        caught = np.diff(side.up_to(at)) * side.n
        of_both.append((size, caught / size, *wilson_interval(caught, np.full(parts, size))))
    (n1, p1, l1, u1), (n0, p0, l0, u0) = of_both
    gap = p1 - p0
    return pd.DataFrame(
        {
            "part": np.arange(1, parts + 1),
            "treated": n1,
            "control": n0,
            "treated_rate": p1,
            "control_rate": p0,
            "effect": gap,
            "low": gap - np.sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2),
            "high": gap + np.sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2),
        }
    )
