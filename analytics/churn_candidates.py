"""Which model predicts churn: logistic regression or boosted trees, by what neither had seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from analytics.churn_features import Flags
from analytics.churn_logistic import PENALTIES, fit_logistic
from analytics.churn_split import Ints
from analytics.churn_trees import MOST_TREES, STEP, fit_trees, grown
from analytics.stats import Floats

Name = Literal["logistic", "boosting"]


class Scorer(Protocol):
    """A fitted candidate."""

    @property
    def base(self) -> float:
        """Log-odds before anything is known of a customer."""

    def score(self, matrix: Floats) -> Floats:
        """Return the log-odds of each customer."""

    def contributions(self, matrix: Floats) -> Floats:
        """Return log-odds by customer and field."""


@dataclass(frozen=True)
class Tried:
    """A candidate at its best setting.

    Attributes
    ----------
    name : str
        ``logistic`` or ``boosting``.
    setting : float
        Its penalty, or its number of trees.
    score : ndarray of shape (n_customers,)
        Log-odds from models that had not learnt from the customer; NaN where there is none.
    loss : float
        Mean log loss of them.
    """

    name: Name
    setting: float
    score: Floats
    loss: float

    def fit(self, matrix: Floats, churned: Flags, places: list[int], seed: int) -> Scorer:
        """Fit to all customers."""
        if self.name == "logistic":
            return fit_logistic(matrix, churned, places, penalty=self.setting)
        return fit_trees(matrix, churned, places, trees=int(self.setting), seed=seed)


def try_candidates(
    matrix: Floats,
    churned: Flags,
    places: list[int],
    folds: Sequence[tuple[Ints, Ints]],
    *,
    seed: int = 0,
) -> tuple[Tried, Tried]:
    """Predict customers from others by each candidate, at each of its settings.

    Returns
    -------
    tuple of Tried
        Logistic regression and boosted trees, each at the setting with the smallest loss.
    """
    settings = np.arange(STEP, MOST_TREES + 1, STEP, dtype="float64")
    logistic = np.full((len(PENALTIES), len(churned)), np.nan)
    boosting = np.full((len(settings), len(churned)), np.nan)
    for train, test in folds:
        for position, penalty in enumerate(PENALTIES):
            fitted = fit_logistic(matrix[train], churned[train], places, penalty=penalty)
            logistic[position, test] = fitted.score(matrix[test])
        model = grown(matrix[train], churned[train], places, trees=MOST_TREES, seed=seed)
        for stage, score in enumerate(model.staged_decision_function(matrix[test]), start=1):
            if stage % STEP == 0:
                boosting[stage // STEP - 1, test] = score.ravel()
    return (
        _best("logistic", np.array(PENALTIES), logistic, churned),
        _best("boosting", settings, boosting, churned),
    )


def choose(logistic: Tried, boosting: Tried, churned: Flags) -> Tried:
    """Return boosting only where it is better by more than one standard error of the difference.

    The logistic regression is easier to explain, and steadier, where both are as good.
    """
    there = ~np.isnan(logistic.score) & ~np.isnan(boosting.score)
    losses = [log_losses(one.score[there], churned[there]) for one in (logistic, boosting)]
    gained = losses[0] - losses[1]
    error = float(gained.std(ddof=1)) / len(gained) ** 0.5
    return boosting if float(gained.mean()) > error else logistic


def log_losses(log_odds: Floats, churned: Flags) -> Floats:
    """Return the log loss of each customer."""
    return np.asarray(np.logaddexp(0.0, np.where(churned, -log_odds, log_odds)), dtype="float64")


def _best(name: Name, settings: Floats, scores: Floats, churned: Flags) -> Tried:
    there = ~np.isnan(scores[0])  # the same customers at each setting
    losses = np.array([log_losses(score[there], churned[there]).mean() for score in scores])
    at = int(np.argmin(losses))
    return Tried(name, float(settings[at]), scores[at], float(losses[at]))
