"""A score as it would be had customers answered in proportion to what the customer base is.

Raking (W. E. Deming and F. F. Stephan 1940, Annals of Mathematical Statistics 11, 427–444): answers
are weighted until their shares by region, by value and by tenure are those of all customers. It
mends who answers only as far as those fields say; within a field's group, who stayed silent may
still think otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

from analytics.satisfaction_scales import Kind, points
from analytics.stats import LEVEL, Floats, normal_quantile

MOST_WEIGHT = 5.0  # times the mean weight: one answer never speaks for more
_ROUNDS = 100
_CLOSE = 1e-6
_MISSING = "\0"  # stands for a missing value; not a name that anything has


@dataclass(frozen=True)
class WeightedScore:
    """A score weighted to the customer base.

    Attributes
    ----------
    value, low, high : float
        In the unit of the score; NaN without answers.
    n : int
        Answers.
    effective_n : float
        So many equally weighted answers would tell as much (L. Kish 1965): ``(Σw)²/Σw²``.
    raw : float
        The score without weights.
    uncovered : dict of str to float
        By field, share of customers in groups that nobody answered from: no weight speaks for them.
    largest : float
        Largest weight, the mean one being 1.
    is_close : bool
        Whether all fields have the shares of the base within 1 %; otherwise weights were cut at
        ``MOST_WEIGHT``, or the fields contradict each other.
    """

    value: float
    low: float
    high: float
    n: int
    effective_n: float
    raw: float
    uncovered: dict[str, float]
    largest: float
    is_close: bool


def weighted_score(
    answers: pd.DataFrame,
    base: pd.DataFrame,
    fields: Sequence[str],
    kind: Kind,
    scale: int,
    *,
    level: float = LEVEL,
) -> WeightedScore:
    """Return the score of answers raked to the customer base.

    Parameters
    ----------
    answers : DataFrame
        ``score`` (possible on the scale), the ``fields`` and, where a row stands for several,
        ``answers``.
    base : DataFrame
        ``customers`` (a count) and the ``fields``: all customers by those. Missing values are a
        group of their own.
    fields : sequence of str
        What shares are made equal in: region, value band and tenure, say.
    level : float
        Of the interval, which counts the weights as known (Taylor linearisation of a ratio).
    """
    value = points(kind, scale, answers["score"])
    count = _counts(answers)
    if not len(answers) or not count.sum():
        return WeightedScore(np.nan, np.nan, np.nan, 0, 0.0, np.nan, {}, np.nan, False)
    weight, uncovered, is_close = rake(answers, base, fields)
    total = float((count * weight).sum())
    mean = float((count * weight * value).sum()) / total
    n = float(count.sum())
    spread = float((count * (weight * (value - mean)) ** 2).sum()) * n / max(n - 1, 1.0)
    half = normal_quantile(level) * sqrt(spread) / total if n > 1 and spread > 0 else np.nan
    bounds = {"nps": (-100.0, 100.0), "csat": (0.0, 1.0), "ces": (1.0, float(scale))}[kind]
    return WeightedScore(
        value=mean,
        low=max(mean - half, bounds[0]) if half == half else np.nan,
        high=min(mean + half, bounds[1]) if half == half else np.nan,
        n=int(n),
        effective_n=total**2 / float((count * weight**2).sum()),
        raw=float((count * value).sum()) / n,
        uncovered=uncovered,
        largest=float(weight.max()),
        is_close=is_close,
    )


def rake(
    answers: pd.DataFrame, base: pd.DataFrame, fields: Sequence[str]
) -> tuple[Floats, dict[str, float], bool]:
    """Return a weight per row (mean 1 over answers), uncovered shares by field, and closeness."""
    count = _counts(answers)
    codes, targets, uncovered = [], [], {}
    for name in fields:
        code, target, missed = _margin(answers[name], count, base[name], base["customers"])
        codes.append(code)
        targets.append(target)
        uncovered[name] = missed
    weight = np.ones(len(answers))
    for _ in range(_ROUNDS):
        before = weight
        for code, target in zip(codes, targets, strict=True):
            weight = weight * _factor(weight * count, code, target)[code]
        if np.abs(weight - before).max() < _CLOSE:
            break
    weight = _cut(weight, count)
    gaps = [
        np.abs(_shares(weight * count, code, len(target)) - target).max()
        for code, target in zip(codes, targets, strict=True)
    ]
    return weight, uncovered, bool(max(gaps, default=0.0) < 0.01)


def _cut(weight: Floats, count: Floats) -> Floats:
    """Return weights with mean 1, none above ``MOST_WEIGHT``: cutting one raises the others."""
    for _ in range(_ROUNDS):
        weight = weight / ((weight * count).sum() / count.sum())
        if weight.max() <= MOST_WEIGHT * (1 + _CLOSE):
            break
        weight = np.minimum(weight, MOST_WEIGHT)
    return weight


def _margin(
    answered: pd.Series, count: Floats, everybody: pd.Series, customers: pd.Series
) -> tuple[Any, Floats, float]:
    """Return the group of each answer, the share each group should have, and what is uncovered.

    A group that only answers are in (its customers are gone) has no target: it keeps its share.
    """
    given = answered.astype(object).where(answered.notna(), _MISSING)
    held = everybody.astype(object).where(everybody.notna(), _MISSING)
    code, names = pd.factorize(given)
    sums: Mapping[Any, float] = customers.astype("float64").groupby(held.to_numpy()).sum().to_dict()
    total = sum(sums.values())
    target = np.array([sums.get(name, 0.0) for name in names])
    covered = float(target.sum())
    unknown = target == 0
    share = _shares(count, code, len(names))
    target = np.where(unknown, share, (1 - share[unknown].sum()) * target / max(covered, 1e-300))
    return code, target, 1 - covered / total if total else 0.0


def _factor(weight: Floats, code: Any, target: Floats) -> Floats:
    share = _shares(weight, code, len(target))
    return np.divide(target, share, out=np.ones(len(target)), where=share > 0)


def _shares(weight: Floats, code: Any, size: int) -> Floats:
    return np.asarray(np.bincount(code, weights=weight, minlength=size) / weight.sum())


def _counts(answers: pd.DataFrame) -> Floats:
    if "answers" not in answers:
        return np.ones(len(answers))
    return answers["answers"].to_numpy(dtype="float64")
