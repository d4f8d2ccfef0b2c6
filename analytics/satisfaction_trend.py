"""A score over time: which periods moved, and which only look so.

Control limits in the manner of W. A. Shewhart, with each period's own number of answers, widened
where periods differ by more than their answers explain (after D. B. Laney 2002, Quality
Engineering 14, 531–537; by the median distance of neighbours, which one step does not move): with
thousands of answers every ripple would else be an alarm.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.multiplicity import adjusted
from analytics.satisfaction import change_between, score_of
from analytics.satisfaction_scales import Kind, Tally, tally
from analytics.stats import LEVEL, Floats

SIGMAS = 3.0
LEAST_PERIODS = 8  # complete periods that limits are drawn from
_MEDIAN_RANGE = float(np.sqrt(2) * 0.6744897501960817)  # median distance of two standard normals


@dataclass(frozen=True, eq=False)
class Trend:
    """A score by period.

    Attributes
    ----------
    periods : DataFrame
        One row per period in order: ``period``, ``value``, ``low``, ``high``, ``n``; ``change``
        against the period before with ``change_low``, ``change_high``, ``p_value`` and
        ``p_adjusted`` (Benjamini and Hochberg over all of them); ``lower``, ``upper`` (control
        limits) and ``verdict``: ``noise`` inside them, ``change`` outside, ``cannot_tell`` without
        limits or answers, ``unfinished`` for the period in progress.
    centre : float
        Mean of all answers of the periods that limits are drawn from; NaN without limits.
    widened : float
        Factor by which periods differ more than their answers explain, 1 or more.
    """

    periods: pd.DataFrame
    centre: float
    widened: float

    @property
    def changes(self) -> int:
        """Return how many periods are outside the limits."""
        return int((self.periods["verdict"] == "change").sum())


def trend(
    counts: pd.DataFrame,
    kind: Kind,
    scale: int | None = None,
    *,
    unfinished: object = None,
    sigmas: float = SIGMAS,
    level: float = LEVEL,
) -> Trend:
    """Return the score of each period with what is noise and what is change.

    Parameters
    ----------
    counts : DataFrame
        ``period`` (sortable), ``score``, ``answers`` (how many gave it). Periods without answers
        may be left out: they are not zero.
    kind, scale
        As in ``analytics.satisfaction_scales.tally``.
    unfinished : optional
        Period still in progress: shown, not judged, not in the limits.
    sigmas : float
        Half-width of the limits in standard errors; at 3 a calm period is outside once in 370.

    Raises
    ------
    BadInputError
        Answers on more than one scale.
    """
    named = sorted(counts["period"].unique())
    held = [_of(counts[counts["period"] == period], kind, scale) for period in named]
    is_done = np.array([period != unfinished for period in named], dtype=bool)
    rows = [_row(period, one, level) for period, one in zip(named, held, strict=True)]
    frame = pd.DataFrame(rows, columns=["period", "value", "low", "high", "n"])
    frame = pd.concat([frame, _changes(held, level)], axis=1)
    lower, upper, centre, widened = _limits(held, is_done, sigmas)
    frame["lower"], frame["upper"] = lower, upper
    value = frame["value"].to_numpy(dtype="float64")
    frame["verdict"] = np.select(
        [~is_done, np.isnan(value) | np.isnan(lower), (value < lower) | (value > upper)],
        ["unfinished", "cannot_tell", "change"],
        "noise",
    )
    return Trend(frame, centre, widened)


def _of(part: pd.DataFrame, kind: Kind, scale: int | None) -> Tally:
    return tally(kind, part["score"], scale, counts=part["answers"])


def _row(period: object, held: Tally, level: float) -> tuple[object, float, float, float, int]:
    score = score_of(held, level=level)
    return period, score.value, score.low, score.high, score.n


def _changes(held: list[Tally], level: float) -> pd.DataFrame:
    columns = ["change", "change_low", "change_high", "p_value"]
    found = np.full((len(held), 4), np.nan)
    for place in range(1, len(held)):
        gap = change_between(held[place], held[place - 1], level=level)
        found[place] = gap.value, gap.low, gap.high, gap.p_value
    frame = pd.DataFrame(found, columns=columns)
    known = frame["p_value"].notna()
    frame["p_adjusted"] = np.nan
    frame.loc[known, "p_adjusted"] = adjusted(frame.loc[known, "p_value"].to_numpy())
    return frame


def _limits(
    held: list[Tally], is_done: npt.NDArray[np.bool_], sigmas: float
) -> tuple[Floats, Floats, float, float]:
    """Return lower and upper limits, their centre, and the factor they are widened by.

    The standard error of one answer is pooled from within the periods, so that a period that did
    change does not widen its own limits.
    """
    n, total, squares = (np.array(one) for one in zip(*(t.sums for t in held), strict=True))
    base = is_done & (n > 0)
    nothing = np.full(len(held), np.nan)
    freedom = float((n[base] - 1).sum())
    if base.sum() < LEAST_PERIODS or freedom < 1:
        return nothing, nothing, np.nan, 1.0
    mean = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    within = float(np.maximum(squares[base] - n[base] * mean[base] ** 2, 0.0).sum()) / freedom
    if within <= 0:
        return nothing, nothing, np.nan, 1.0
    centre = float(total[base].sum() / n[base].sum())
    error = np.sqrt(within / np.where(n > 0, n, np.nan))
    z = (mean[base] - centre) / error[base]
    widened = max(float(np.median(np.abs(np.diff(z)))) / _MEDIAN_RANGE, 1.0)
    half = sigmas * widened * error
    return centre - half, centre + half, centre, widened
