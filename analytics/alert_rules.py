"""When a metric deserves a look: it crosses a value, leaves its band, changes by so much.

A band is of the periods before only, so that what a rule would have done in the past can be told
from the past: ``replayed``. Where a metric is a share of counts, it is that of
``analytics.rate_band``; for others it rests on how far simple predictions were off.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.stats import t as student

from analytics.rate_band import LEAST, LEAST_COUNTED, LEVEL, MOST, Floats, rate_band

Kind = Literal["above", "below", "band", "rises", "falls"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Verdict = Literal["above", "below", "quiet", "cannot_tell"]
UNITS = ("month", "week", "quarter")
SEASON = {"month": 12, "week": 52, "quarter": 4}
LEAST_ERRORS = 8
_RECENT = 3  # periods whose mean is what is expected


@dataclass(frozen=True)
class Condition:
    """When to raise an alarm.

    Attributes
    ----------
    kind : str
        ``above`` or ``below`` a value, out of its ``band``, ``rises`` or ``falls`` by a share of
        the period before.
    threshold : float
        The value, or the share (0.2: a fifth); nothing for a band.
    unit : str
        Calendar unit of the periods that are looked at.
    """

    kind: Kind
    threshold: float = 0.0
    unit: str = "month"


@dataclass(frozen=True)
class Judged:
    """What a rule says of one period.

    Attributes
    ----------
    verdict : str
        ``above`` or ``below``: an alarm and its side; ``quiet``; ``cannot_tell``: too little known.
    value, base, low, high : float
        Of the period, of the one before, and the band; NaN where there is none.
    """

    verdict: Verdict
    value: float
    base: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")

    @property
    def is_alarm(self) -> bool:
        """Whether somebody should look."""
        return self.verdict in ("above", "below")


@dataclass(frozen=True)
class Replay:
    """What a rule would have done: ``alarms`` in ``periods`` of which it could tell."""

    alarms: int
    periods: int


def judged(history: pd.DataFrame, condition: Condition) -> Judged:
    """Return what a rule says of the last period of a history.

    Parameters
    ----------
    history : DataFrame
        Complete periods in order: ``value``, ``numerator``, ``denominator`` (NaN where it is no
        share of counts).
    """
    values = history["value"].to_numpy(dtype="float64")
    if not len(values) or not np.isfinite(values[-1]):
        return Judged("cannot_tell", float("nan"))
    value = float(values[-1])
    base = float(values[-2]) if len(values) > 1 else float("nan")
    limit = condition.threshold
    if condition.kind == "above":
        return Judged("above" if value > limit else "quiet", value, base)
    if condition.kind == "below":
        return Judged("below" if value < limit else "quiet", value, base)
    if condition.kind == "band":
        return _in_band(history, value, base, condition.unit)
    if not np.isfinite(base) or base <= 0:
        return Judged("cannot_tell", value, base)
    change = value / base - 1
    if condition.kind == "rises":
        return Judged("above" if change >= limit else "quiet", value, base)
    return Judged("below" if change <= -limit else "quiet", value, base)


def replayed(history: pd.DataFrame, condition: Condition) -> pd.DataFrame:
    """Return the verdict of every period of a history, each from what was known then.

    Columns ``period_on``, ``verdict``.
    """
    verdicts = [judged(history.iloc[: end + 1], condition).verdict for end in range(len(history))]
    return pd.DataFrame({"period_on": history["period_on"], "verdict": verdicts})


def counted(told: pd.DataFrame) -> Replay:
    """Return how often a rule raised an alarm in the periods of which it could tell."""
    known = told[told["verdict"] != "cannot_tell"]
    return Replay(int(known["verdict"].isin(("above", "below")).sum()), len(known))


def running_since(told: pd.DataFrame) -> pd.Timestamp | None:
    """Return the first period of the run of alarms on one side that the last period is in."""
    verdicts = told["verdict"].tolist()
    if not verdicts or verdicts[-1] not in ("above", "below"):
        return None
    start = len(verdicts) - 1
    while start and verdicts[start - 1] == verdicts[-1]:
        start -= 1
    found: pd.Timestamp = told["period_on"].iloc[start]
    return found


def _in_band(history: pd.DataFrame, value: float, base: float, unit: str) -> Judged:
    of_counts = history["denominator"].notna().to_numpy()
    low, high = (
        _of_counts(history) if of_counts.all()
        else _of_values(history["value"].to_numpy(dtype="float64"), SEASON[unit])
    )  # fmt: skip
    if not np.isfinite(low):
        return Judged("cannot_tell", value, base)
    verdict: Verdict = "above" if value > high else "below" if value < low else "quiet"
    return Judged(verdict, value, base, low, high)


def _of_counts(history: pd.DataFrame) -> tuple[float, float]:
    """The first period is left out of the base: it may be known in part only."""
    counts = history["numerator"].to_numpy(dtype="float64")
    totals = history["denominator"].to_numpy(dtype="float64")
    n, before = int(totals[-1]), slice(max(1, len(counts) - 1 - MOST), -1)
    kept = totals[before] > 0
    past, of = counts[before][kept], totals[before][kept]
    if n <= 0 or len(past) < LEAST or past.sum() < LEAST_COUNTED:
        return float("nan"), float("nan")
    band = rate_band(past, of, n)
    # The edges count as inside: rounding must not put them out.
    slack = 1e-12
    return (float("nan"),) * 2 if band is None else (band.low / n - slack, band.high / n + slack)


def _of_values(values: Floats, season: int) -> tuple[float, float]:
    """Student's interval of what simple predictions missed, by the one that missed less.

    Of positive values the errors are of logarithms: what varies is a share.
    """
    positive = bool((values > 0).all())
    y = np.log(values) if positive else values
    best: tuple[float, float] | None = None
    errors_of_best: Floats = np.array([])
    for predicted in (_recent(y), _seasonal(y, season)):
        errors = (y - predicted)[:-1]
        errors = errors[np.isfinite(errors)]
        if len(errors) < LEAST_ERRORS or not np.isfinite(predicted[-1]):
            continue
        miss = float(np.mean(np.abs(errors)))
        if best is None or miss < best[1]:
            best, errors_of_best = (float(predicted[-1]), miss), errors
    if best is None:
        return float("nan"), float("nan")
    m = len(errors_of_best)
    spread = float(np.sqrt(np.mean(errors_of_best**2)))
    half = float(student.ppf((1 + LEVEL) / 2, m - 1)) * spread * float(np.sqrt(1 + 1 / m))
    low, high = best[0] - half, best[0] + half
    return (float(np.exp(low)), float(np.exp(high))) if positive else (low, high)


def _recent(y: Floats) -> Floats:
    """Return the mean of the last periods before each."""
    found = np.full(len(y), np.nan)
    for at in range(_RECENT, len(y)):
        found[at] = y[at - _RECENT : at].mean()
    return found


def _seasonal(y: Floats, season: int) -> Floats:
    """Return the same period a year before, moved by how far the last periods lie above theirs."""
    found = np.full(len(y), np.nan)
    for at in range(season + _RECENT, len(y)):
        now, then = y[at - _RECENT : at], y[at - _RECENT - season : at - season]
        found[at] = y[at - season] + now.mean() - then.mean()
    return found
