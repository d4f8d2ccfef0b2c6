"""Regularised logistic regression whose log-odds fall apart exactly by field."""

from dataclasses import dataclass

import numpy as np

from analytics.churn_features import Flags
from analytics.stats import Floats

PENALTIES = (0.01, 0.1, 1.0)  # C of scikit-learn: smaller pulls harder towards no effect


@dataclass(frozen=True)
class NumberEffect:
    """Log-odds of a number: a line within the range that was learnt, level outside it.

    ``slope`` and ``when_missing`` are log-odds, the former per standard deviation; a missing number
    counts as the mean plus ``when_missing``.
    """

    low: float
    high: float
    centre: float
    spread: float
    slope: float
    when_missing: float
    mean: float

    def of(self, values: Floats) -> Floats:
        """Return the log-odds of each value, 0 on average over the customers learnt from."""
        is_missing = np.isnan(values)
        scaled = (np.clip(values, self.low, self.high) - self.centre) / self.spread
        effect = np.where(is_missing, self.when_missing, self.slope * scaled)
        return np.asarray(effect - self.mean, dtype="float64")


@dataclass(frozen=True)
class TextEffect:
    """Log-odds of each place of a text field; the last of ``by_place`` is for missing."""

    by_place: Floats
    mean: float

    def of(self, values: Floats) -> Floats:
        """Return the log-odds of each value, 0 on average over the customers learnt from."""
        place = np.where(np.isnan(values), len(self.by_place) - 1, values).astype(np.intp)
        return np.asarray(self.by_place[place] - self.mean, dtype="float64")


@dataclass(frozen=True)
class LogisticScorer:
    """A fitted logistic regression.

    Attributes
    ----------
    base : float
        Log-odds of a customer who is average in everything.
    effects : tuple
        Of each field, in the order of the matrix.
    """

    base: float
    effects: tuple[NumberEffect | TextEffect, ...]

    def contributions(self, matrix: Floats) -> Floats:
        """Return log-odds by customer and field; with ``base`` they add up to the score."""
        found = np.empty(matrix.shape, order="F")
        for position, effect in enumerate(self.effects):
            found[:, position] = effect.of(matrix[:, position])
        return found

    def score(self, matrix: Floats) -> Floats:
        """Return the log-odds of each customer."""
        return np.asarray(self.base + self.contributions(matrix).sum(axis=1), dtype="float64")


def fit_logistic(
    matrix: Floats, churned: Flags, places: list[int], *, penalty: float
) -> LogisticScorer:
    """Fit by penalised maximum likelihood, every column at a spread of one.

    Parameters
    ----------
    matrix : ndarray of shape (n_customers, n_fields)
        See ``analytics.churn_features``.
    churned : ndarray of bool, shape (n_customers,)
    places : list of int
        Places of each text field, 0 for a number.
    penalty : float
        One of ``PENALTIES``.
    """
    from sklearn.linear_model import LogisticRegression

    blocks, shapes = [], []
    for position, n_places in enumerate(places):
        block, shape = _block(matrix[:, position], n_places)
        blocks.append(block)
        shapes.append(shape)
    design = np.hstack(blocks)
    model = LogisticRegression(C=penalty, max_iter=2_000, tol=1e-6).fit(design, churned)
    weights, base, effects, at = model.coef_[0], float(model.intercept_[0]), [], 0
    for block, shape, n_places in zip(blocks, shapes, places, strict=True):
        own = weights[at : at + block.shape[1]]
        at += block.shape[1]
        mean = float((block @ own).mean())
        base += mean
        effects.append(_effect(own, mean, shape, n_places))
    return LogisticScorer(base, tuple(effects))


def _block(values: Floats, n_places: int) -> tuple[Floats, tuple[float, float, float, float]]:
    """Columns of one field, and for a number: range, centre and spread."""
    is_missing = np.isnan(values)
    if n_places:
        place = np.where(is_missing, n_places, values).astype(np.intp)
        return np.eye(n_places + 1)[place], (0.0, 0.0, 0.0, 0.0)
    given = values[~is_missing]
    low, high, centre, spread = 0.0, 0.0, 0.0, 1.0
    if len(given):
        low, high, centre = float(given.min()), float(given.max()), float(given.mean())
        spread = float(given.std()) or 1.0
    scaled = np.where(is_missing, 0.0, (values - centre) / spread)
    return np.column_stack([scaled, is_missing]), (low, high, centre, spread)


def _effect(
    weights: Floats, mean: float, shape: tuple[float, float, float, float], n_places: int
) -> NumberEffect | TextEffect:
    if n_places:
        return TextEffect(weights, mean)
    return NumberEffect(*shape, float(weights[0]), float(weights[1]), mean)
