"""NPS, CSAT and CES with intervals, their response rate, and whether two periods differ.

A few hundred answers move an NPS by ten points on their own: no score is given without its
interval. All three are means of what an answer counts for, NPS ``100·(p₊ − p₋)`` with the variance
``100²·(p₊ + p₋ − (p₊ − p₋)²)/n``.
"""

from dataclasses import dataclass
from math import erfc, isfinite, sqrt
from typing import Any

import numpy as np

from analytics.satisfaction_scales import Tally, tally
from analytics.share_gap import newcombe_interval
from analytics.stats import LEVEL, mean_interval_from_sums, normal_quantile, wilson_interval

_SPARSE = 5  # answers in a class; with fewer, the plain interval is too narrow
_ADDED = 0.5  # answers added to each class then
_NAN = float("nan")


@dataclass(frozen=True)
class Score:
    """A score with its interval.

    Attributes
    ----------
    value, low, high : float
        NPS: points, -100 to 100. CSAT: share of the top two scores, 0 to 1. CES: mean score. NaN
        without answers; the interval of a CES also with one.
    n : int
        Answers that count.
    parts : dict of str to int
        Answers by class, the best first.
    kind : str
        Which of the three.
    scale : int
        Highest score.
    impossible, missing : int
        Answers left out: with a score that the scale does not have, and without a score.
    """

    value: float
    low: float
    high: float
    n: int
    parts: dict[str, int]
    kind: str
    scale: int
    impossible: int = 0
    missing: int = 0


@dataclass(frozen=True)
class Change:
    """A score less another one.

    Attributes
    ----------
    value, low, high : float
        In the unit of the score; NaN where either is not defined.
    p_value : float
        Of a difference at least so large by chance, two-sided.
    """

    value: float
    low: float
    high: float
    p_value: float

    @property
    def verdict(self) -> str:
        """``rose``, ``fell``, ``no_change_seen`` or ``cannot_tell``."""
        if not (isfinite(self.low) and isfinite(self.high)):
            return "cannot_tell"
        return "rose" if self.low > 0 else "fell" if self.high < 0 else "no_change_seen"


def nps(scores: Any, scale: Any = None, *, counts: Any = None, level: float = LEVEL) -> Score:
    r"""Return the Net Promoter Score: percent of 9 and 10 less percent of 0 to 6.

    Parameters
    ----------
    scores : array of numbers 0 to 10, shape (n,)
        Missing ones are left out and counted, so are impossible ones.
    scale : int or array, optional
        Highest score, of all or of each answer; only 10 is an NPS.
    counts : array of int, shape (n,), optional
        How many answers each score stands for.
    level : float
        Coverage of the interval.

    Notes
    -----
    The interval is ``value ± z·100·√((p₊ + p₋ − (p₊ − p₋)²)/n)``. Where a class (promoters,
    passives, detractors) has fewer than 5 answers it is too narrow (88 % at worst instead of 95 %
    with 50 answers); there half an answer is added to each class first (after A. Agresti and
    B. Coull 1998, The American Statistician 52, 119–126), and coverage is 93.7 % to 97.5 %.

    Raises
    ------
    BadInputError
        Answers on more than one scale.
    UsageError
        A scale other than 0 to 10.

    Examples
    --------
    >>> found = nps([10, 9, 9, 10, 8, 7, 8, 7, 3, 6] * 10)
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (20.0, 5.33, 34.67)
    """
    return score_of(tally("nps", scores, scale, counts=counts), level=level)


def csat(scores: Any, scale: Any = None, *, counts: Any = None, level: float = LEVEL) -> Score:
    """Return the share of the two highest scores, with Wilson's interval.

    Parameters and errors as in ``nps``; scores are 1 to ``scale``, 5 by default.

    Examples
    --------
    >>> found = csat([5, 4, 4, 2], 5)
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (0.75, 0.3006, 0.9544)
    """
    return score_of(tally("csat", scores, scale, counts=counts), level=level)


def ces(scores: Any, scale: Any = None, *, counts: Any = None, level: float = LEVEL) -> Score:
    """Return the mean score of ease, with Student's interval.

    Parameters and errors as in ``nps``; scores are 1 to ``scale`` (7 by default), where high is
    easy. Turn a scale around where high is hard.
    """
    return score_of(tally("ces", scores, scale, counts=counts), level=level)


def score_of(held: Tally, *, level: float = LEVEL) -> Score:
    """Return the score of counted answers."""
    n, total, squares = held.sums
    low, high = _NAN, _NAN
    if n and held.kind == "nps":
        low, high = _nps_interval(held.parts, level)
    elif n and held.kind == "csat":
        low, high = (float(edge) for edge in wilson_interval(total, n, level=level))
    elif n:
        edges = mean_interval_from_sums(n, total, squares, level=level)
        low, high = max(float(edges[0]), 1.0), min(float(edges[1]), float(held.scale))
        low, high = (low, high) if n > 1 else (_NAN, _NAN)
    return Score(
        value=total / n if n else _NAN,
        low=low,
        high=high,
        n=held.n,
        parts=held.parts,
        kind=held.kind,
        scale=held.scale,
        impossible=held.impossible,
        missing=held.missing,
    )


def change_between(now: Tally, before: Tally, *, level: float = LEVEL) -> Change:
    """Return the score of ``now`` less that of ``before``; answers are independent of each other.

    CSAT by R. G. Newcombe's interval (1998, method 10), the others normal with the variances of
    both added.

    Raises
    ------
    ValueError
        They are not the same kind on the same scale.
    """
    if (now.kind, now.scale) != (before.kind, before.scale):
        raise ValueError("Scores of different kinds or scales have no difference.")
    n1, t1, _ = now.sums
    n2, t2, _ = before.sums
    if not n1 or not n2:
        return Change(_NAN, _NAN, _NAN, _NAN)
    gap = t1 / n1 - t2 / n2
    error = sqrt(_variance(now) + _variance(before))
    p_value = erfc(abs(gap) / error / sqrt(2)) if error > 0 else _NAN
    if now.kind == "csat":
        low, high = newcombe_interval(int(t1), int(n1), int(t2), int(n2), level=level)
    else:
        half = normal_quantile(level) * error if error > 0 else _NAN
        low, high = gap - half, gap + half
    return Change(gap, low, high, p_value)


def response_rate(answers: int, delivered: int, *, level: float = LEVEL) -> dict[str, float]:
    """Return ``answers``, ``delivered``, ``rate``, ``low``, ``high`` (Wilson); NaN without any.

    The rate says nothing of who did not answer: see ``analytics.satisfaction_weights``. More
    answers than questions delivered (one came without an invitation) have no rate.
    """
    is_rate = delivered > 0 and answers <= delivered
    low, high = wilson_interval(answers, delivered if is_rate else 0, level=level)
    return {
        "answers": answers,
        "delivered": delivered,
        "rate": answers / delivered if is_rate else _NAN,
        "low": float(low),
        "high": float(high),
    }


def _variance(held: Tally) -> float:
    """Return the squared standard error; of a sparse NPS with half an answer in each class."""
    n, total, squares = held.sums
    if held.kind == "nps":
        return _nps_moments(held.parts)[1]
    if n < 2:
        return _NAN
    if held.kind == "csat":
        share = (total + _ADDED) / (n + 2 * _ADDED)
        return share * (1 - share) / (n + 2 * _ADDED)
    return max(squares - total**2 / n, 0.0) / (n - 1) / n


def _nps_moments(parts: dict[str, int]) -> tuple[float, float]:
    """Return centre and squared standard error."""
    counts = np.array(list(parts.values()), dtype="float64")
    if counts.min() < _SPARSE:
        counts = counts + _ADDED
    n = counts.sum()
    plus, minus = counts[0] / n, counts[2] / n
    gap = plus - minus
    return 100 * float(gap), 100**2 * float((plus + minus - gap**2) / n)


def _nps_interval(parts: dict[str, int], level: float) -> tuple[float, float]:
    centre, variance = _nps_moments(parts)
    half = normal_quantile(level) * sqrt(variance)
    return max(centre - half, -100.0), min(centre + half, 100.0)
