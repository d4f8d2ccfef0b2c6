"""What a channel returns at each level of spend, with diminishing returns, where history can tell.

``outcome = base + trend + season + c (1 − exp(−x / k)) + noise`` by week, where ``x`` is spend with
carry-over: ``x = (1 − θ) spend + θ x of the week before``, so that a steady spend is its own ``x``.
``k`` and ``θ`` are looked for on a grid, all else is least squares with ``c`` not below 0. It is
believed only where it foretells weeks that it had not learnt from better than no effect at all; and
diminishing returns are claimed only where they do better than a straight line, beyond chance.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from analytics.churn_split import Ints
from analytics.spend_demand import BORDER, demand_p
from analytics.stats import Floats
from analytics.value_rules import Requirement

LEAST_WEEKS, LEAST_SPENT, LEAST_OUTCOMES = 52, 26, 12
LEAST_SPREAD = 200  # percent: the 90th percentile of weeks with spend, of their 10th
DRAWS, BLOCK = 300, 4  # bootstrap samples, weeks drawn together
_CARRY = (0.0, 0.3, 0.6)
_BENDS_OF = 0.15, 4.0  # k at the least, of the median week with spend; at the most, of the highest
_RATIO = 1.25  # of a bend to the one before
_STRAIGHT = 1e6  # k of a straight line
_PARTS = 6  # of the weeks, each foretold from the others
_YEARS_FOR_SEASON = 104  # weeks
Verdict = Literal[
    "curve", "line", "no_effect_seen", "too_little_data", "bend_not_found", "spend_follows"
]


@dataclass(frozen=True, eq=False)
class ResponseCurve:
    """What is known of a channel.

    Attributes
    ----------
    verdict : str
        ``curve``; ``line`` (an effect, but no bend is shown: a straight line foretells as well);
        ``no_effect_seen`` (weeks are foretold as well without spend); ``too_little_data``;
        ``bend_not_found`` (it lies below what was spent, so nothing tells how returns rise);
        ``spend_follows`` (past outcomes foretell spend: see ``analytics.spend_demand``).
    requirements : tuple of Requirement
    errors : dict of str to float
        Root mean squared error of weeks not learnt from: ``constant``, ``line``, ``curve``.
    gain, gain_low, gain_high : float
        By how much the mean squared error is smaller than without spend, as a share of it; 95 %
        interval by blocks of weeks.
    demand_p : float
        See ``analytics.spend_demand``.
    height, bend, carry : float
        ``c``, ``k`` and ``θ``; NaN without a verdict of an effect.
    heights, bends : ndarray of shape (DRAWS,)
        The same of weeks drawn again.
    """

    verdict: Verdict
    requirements: tuple[Requirement, ...]
    errors: dict[str, float]
    gain: float = np.nan
    gain_low: float = np.nan
    gain_high: float = np.nan
    demand_p: float = np.nan
    height: float = np.nan
    bend: float = np.nan
    carry: float = np.nan
    heights: Floats = field(default_factory=lambda: np.empty(0))
    bends: Floats = field(default_factory=lambda: np.empty(0))


def requirements(spend: Floats, outcome: Floats) -> tuple[Requirement, ...]:
    """Return what a curve needs before it speaks, met or not.

    ``weeks`` of history, ``weeks_spent`` with spend, ``spread`` (percent: the 90th percentile of
    these, of their 10th) and ``weeks_outcome`` with anything that came back.
    """
    spent = spend[spend > 0]
    low, high = np.quantile(spent, [0.1, 0.9]) if len(spent) else (1.0, 0.0)
    return (
        Requirement("weeks", len(spend), LEAST_WEEKS),
        Requirement("weeks_spent", len(spent), LEAST_SPENT),
        Requirement("spread", int(100 * high / low), LEAST_SPREAD),
        Requirement("weeks_outcome", int((outcome != 0).sum()), LEAST_OUTCOMES),
    )


def fit_curve(spend: Floats, outcome: Floats, *, seed: int = 0) -> ResponseCurve:
    """Fit the curve of one channel, and say whether it can be believed.

    Parameters
    ----------
    spend, outcome : ndarray of shape (n_weeks,)
        In the order of weeks, none left out: 0 where nothing was spent. In the company's currency.
    seed : int
        Of the bootstrap.

    Notes
    -----
    Y. Jin and others (2017), "Bayesian Methods for Media Mix Modeling with Carryover and Shape
    Effects", for carry-over before the bend; H. Künsch (1989), Annals of Statistics 17, 1217–1241,
    for drawing blocks of weeks.
    """
    needed = requirements(spend, outcome)
    if not all(one.is_met for one in needed):
        return ResponseCurve("too_little_data", needed, {})
    scale = float(spend.max())
    every = _bends(spend / scale)
    shapes = {
        "line": [(carry, _STRAIGHT) for carry in _CARRY],
        "curve": [(carry, float(bend)) for carry in _CARRY for bend in every],
    }
    plain, x = _controls(len(spend)), spend / scale
    foretold = {"constant": _foretold(plain, outcome, [None])} | {
        name: _foretold(plain, outcome, [_shaped(x, *one) for one in own])
        for name, own in shapes.items()
    }
    missed = {name: (outcome - found) ** 2 for name, found in foretold.items()}
    errors = {name: float(np.sqrt(found.mean())) for name, found in missed.items()}
    rng = np.random.default_rng(seed)
    weeks = _drawn_weeks(len(spend), rng)
    better = "curve" if errors["curve"] < errors["line"] else "line"
    gains = (missed["constant"] - missed[better])[weeks].mean(axis=1) / missed["constant"].mean()
    gain = float(1 - missed[better].mean() / missed["constant"].mean())
    low, high = (float(one) for one in np.quantile(gains, [0.025, 0.975]))
    if not low > 0:
        return ResponseCurve("no_effect_seen", needed, errors, gain, low, high)
    # Whether it bends is drawn with the rest, also where the bend is not shown.
    best, heights, bends = _fitted(plain, x, outcome, [*shapes["line"], *shapes["curve"]], weeks)
    (carry, bend), height = best
    shape = _shaped(x, carry, bend)
    demand = demand_p(spend, _missed(plain, shape, outcome), plain)
    if demand < BORDER:
        return ResponseCurve("spend_follows", needed, errors, gain, low, high, demand)
    if bend <= every[0]:
        return ResponseCurve("bend_not_found", needed, errors, gain, low, high, demand)
    bent = (missed["line"] - missed["curve"])[weeks].mean(axis=1)
    verdict: Verdict = "curve" if np.quantile(bent, 0.025) > 0 else "line"
    return ResponseCurve(
        verdict, needed, errors, gain, low, high, demand, height, bend * scale, carry, heights,
        bends * scale,
    )  # fmt: skip


def _bends(x: Floats) -> Floats:
    """Bends looked for, of the highest spend: one far higher week moves none of the low ones."""
    least = _BENDS_OF[0] * float(np.median(x[x > 0]))
    steps = round(np.log(_BENDS_OF[1] / least) / np.log(_RATIO))
    return np.geomspace(least, _BENDS_OF[1], int(steps) + 1)


def _controls(n: int) -> Floats:
    """Base, trend, and a season where there are two years of it."""
    at = np.arange(n)
    columns = [np.ones(n), at / n - 0.5]
    if n >= _YEARS_FOR_SEASON:
        angle = 2 * np.pi * at / (365.25 / 7)
        columns += [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns)


def _carried(x: Floats, carry: float) -> Floats:
    found = np.empty(len(x))
    before = 0.0
    for at, value in enumerate(x):
        before = (1 - carry) * value + carry * before
        found[at] = before
    return found


def _shaped(x: Floats, carry: float, bend: float) -> Floats:
    """The effect of height 1; of a straight line, ``x`` over the bend to the last digit."""
    return np.asarray(-np.expm1(-_carried(x, carry) / bend))


def _foretold(plain: Floats, outcome: Floats, shapes: list[Floats | None]) -> Floats:
    """Foretell each part of the weeks by the shape that fits the others best."""
    found = np.empty(len(outcome))
    for test in np.array_split(np.arange(len(outcome)), _PARTS):
        train = np.setdiff1d(np.arange(len(outcome)), test)
        best = min((_least(plain, shape, outcome, train) for shape in shapes), key=lambda f: f[0])
        _, coefficients, shape = best
        found[test] = plain[test] @ coefficients[: plain.shape[1]]
        if shape is not None:
            found[test] += shape[test] * coefficients[-1]
    return found


def _least(
    plain: Floats, shape: Floats | None, outcome: Floats, rows: Ints
) -> tuple[float, Floats, Floats | None]:
    """Squared error, coefficients and shape; without the shape where it would take away."""
    design = plain if shape is None else np.column_stack([plain, shape])
    found = np.linalg.lstsq(design[rows], outcome[rows], rcond=None)[0]
    if shape is not None and found[-1] < 0:
        return _least(plain, None, outcome, rows)
    missed = outcome[rows] - design[rows] @ found
    return float((missed**2).sum()), np.asarray(found, dtype="float64"), shape


def _missed(plain: Floats, shape: Floats, outcome: Floats) -> Floats:
    design = np.column_stack([plain, shape / shape.max()])
    return np.asarray(outcome - design @ np.linalg.lstsq(design, outcome, rcond=None)[0])


def _drawn_weeks(n: int, rng: np.random.Generator) -> Ints:
    """Weeks drawn again in blocks, shape (DRAWS, about n): around the end they go on in front."""
    blocks = -(-n // BLOCK)
    starts = rng.integers(0, n, (DRAWS, blocks))
    weeks = (starts[:, :, None] + np.arange(BLOCK)) % n
    return np.asarray(weeks.reshape(DRAWS, -1)[:, :n])


def _fitted(
    plain: Floats, x: Floats, outcome: Floats, shapes: list[tuple[float, float]], weeks: Ints
) -> tuple[tuple[tuple[float, float], float], Floats, Floats]:
    """Return the best shape with its height, and heights and bends of weeks drawn again."""
    n = len(outcome)
    times = np.stack([np.bincount(own, minlength=n) for own in weeks]).astype("float64")
    times = np.vstack([np.ones(n), times])  # the first row: the weeks as they were
    least = np.full(len(times), np.inf)
    heights, chosen = np.zeros(len(times)), np.zeros(len(times), dtype=int)
    for number, (height, error) in enumerate(_every(plain, x, outcome, shapes, times)):
        better = error < least
        least = np.where(better, error, least)
        heights = np.where(better, height, heights)
        chosen = np.where(better, number, chosen)
    bends = np.array([bend for _, bend in shapes])[chosen]
    return (shapes[chosen[0]], float(heights[0])), heights[1:], bends[1:]


def _every(
    plain: Floats, x: Floats, outcome: Floats, shapes: list[tuple[float, float]], times: Floats
) -> Iterator[tuple[Floats, Floats]]:
    """Yield height and squared error of each shape, for every draw at once."""
    total = times @ outcome**2
    for carry, bend in shapes:
        unit = _carried(x, carry) if bend >= _STRAIGHT else _shaped(x, carry, bend)
        design = np.column_stack([plain, unit])
        p = design.shape[1]
        crossed = (times @ (design[:, :, None] * design[:, None, :]).reshape(len(x), -1)).reshape(
            -1, p, p
        )
        against = times @ (design * outcome[:, None])
        ridge = 1e-9 * np.trace(crossed, axis1=1, axis2=2)[:, None, None] * np.eye(p)
        found = np.linalg.solve(crossed + ridge, against[:, :, None])[:, :, 0]
        error = total - (found * against).sum(axis=1)
        height = found[:, -1]
        if height.min() < 0:  # nothing takes away: then it does nothing
            alone = np.linalg.solve((crossed + ridge)[:, :-1, :-1], against[:, :-1, None])[:, :, 0]
            without = total - (alone * against[:, :-1]).sum(axis=1)
            error = np.where(height < 0, without, error)
            height = np.maximum(height, 0.0)
        # a line of slope s is a curve of height s × bend
        yield height * (bend if bend >= _STRAIGHT else 1.0), error
