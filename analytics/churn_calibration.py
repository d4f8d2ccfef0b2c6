"""From a score in log-odds to a probability that means what it says.

Fitted on scores that the model gave to customers it had not learnt from. Resampling and class
weights would bend the probabilities first and are used nowhere.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit

from analytics.churn_features import Flags
from analytics.churn_measures import brier
from analytics.stats import Floats

Method = Literal["isotonic", "sigmoid"]
LEAST_FOR_ISOTONIC = 300  # churned and kept customers; fewer, and steps would follow the noise
_FOLDS = 5


@dataclass(frozen=True)
class Calibration:
    """A growing curve from score to probability.

    Attributes
    ----------
    method : str
        ``isotonic`` or ``sigmoid``.
    scores, log_odds : ndarray of shape (n_points,)
        Isotonic: points of the curve, probabilities between them on a straight line, level outside.
        Sigmoid: intercept and slope are ``log_odds``, ``scores`` is empty.
    """

    method: Method
    scores: Floats
    log_odds: Floats

    def __call__(self, score: Floats) -> Floats:
        """Return the probability of each score."""
        if self.method == "sigmoid":
            intercept, slope = self.log_odds
            return np.asarray(expit(intercept + slope * score), dtype="float64")
        return np.asarray(np.interp(score, self.scores, expit(self.log_odds)), dtype="float64")


def fit_calibration(score: Floats, churned: Flags, *, seed: int = 0) -> Calibration:
    """Choose and fit a calibration.

    Parameters
    ----------
    score : ndarray of shape (n,)
        Log-odds of customers that the model had not learnt from.
    churned : ndarray of bool, shape (n,)
        Both kinds are there.
    seed : int
        Of the parts for the comparison.

    Returns
    -------
    Calibration
        Sigmoid where fewer than ``LEAST_FOR_ISOTONIC`` churned or were kept, otherwise the one with
        the smaller Brier score on customers that it was not fitted on.

    Notes
    -----
    A. Niculescu-Mizil and R. Caruana (2005), ICML 22, on when which is better.
    """
    if min(int(churned.sum()), int((~churned).sum())) < LEAST_FOR_ISOTONIC:
        return fit_sigmoid(score, churned)
    part = np.random.default_rng(seed).permutation(len(score)) % _FOLDS
    errors = []
    for fit in (fit_isotonic, fit_sigmoid):
        probability = np.empty(len(score))
        for one in range(_FOLDS):
            test = part == one
            probability[test] = fit(score[~test], churned[~test])(score[test])
        errors.append(brier(churned, probability))
    return (fit_isotonic if errors[0] < errors[1] else fit_sigmoid)(score, churned)


def fit_sigmoid(score: Floats, churned: Flags) -> Calibration:
    """Fit a logistic curve to the score.

    Notes
    -----
    J. Platt (1999), with his smoothed targets, so that two classes that a score separates do not
    get probabilities of 0 and 1. Newton's method.
    """
    lost, kept = int(churned.sum()), int((~churned).sum())
    target = np.where(churned, (lost + 1) / (lost + 2), 1 / (kept + 2))
    spread = float(score.std())
    if spread == 0.0:
        mean = float(target.mean())
        return Calibration("sigmoid", np.empty(0), np.array([np.log(mean / (1 - mean)), 0.0]))
    centre = float(score.mean())
    design = np.column_stack([np.ones(len(score)), (score - centre) / spread])
    at = np.array([np.log((lost + 1) / (kept + 1)), 0.0])
    loss = _loss(design @ at, target)
    for _ in range(100):
        p = expit(design @ at)
        gradient = design.T @ (target - p)
        hessian = (design * (p * (1 - p))[:, None]).T @ design
        step = np.linalg.solve(hessian + 1e-10 * np.eye(2), gradient)
        while (new := _loss(design @ (at + step), target)) > loss + 1e-12 and np.abs(
            step
        ).max() > 1e-9:
            step /= 2
        at, loss = at + step, new
        if np.abs(step).max() < 1e-9:
            break
    slope = max(float(at[1]), 0.0) / spread  # a score that is the wrong way round says nothing
    intercept = (
        float(at[0]) - slope * centre
        if slope
        else float(np.log(target.mean() / (1 - target.mean())))
    )
    return Calibration("sigmoid", np.empty(0), np.array([intercept, slope]))


def fit_isotonic(score: Floats, churned: Flags) -> Calibration:
    """Fit the best growing curve, each step at its centre.

    The steps of isotonic regression would tie customers that the score tells apart; their centres
    joined by lines do not (A. Oron and N. Flournoy 2017, Statistics in Biopharmaceutical Research
    9, 258–267). A step without churned, or without kept, is half a customer short of certain.
    """
    from sklearn.isotonic import isotonic_regression

    distinct, position, n = np.unique(score, return_inverse=True, return_counts=True)
    lost = np.bincount(position, weights=churned)
    level = isotonic_regression(lost / n, sample_weight=n.astype("float64"))
    starts = np.flatnonzero(np.append(True, np.diff(level) > 1e-12))
    size = np.add.reduceat(n, starts).astype("float64")
    centre = np.add.reduceat(distinct * n, starts) / size
    share = np.clip(
        np.add.reduceat(lost, starts) / size, 0.5 / (size + 1), (size + 0.5) / (size + 1)
    )
    share = np.maximum.accumulate(share)
    return Calibration("isotonic", centre, np.log(share / (1 - share)))


def _loss(log_odds: Floats, target: Floats) -> float:
    return float((np.logaddexp(0.0, log_odds) - target * log_odds).sum())
