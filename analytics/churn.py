"""Who is leaving: calibrated probabilities from numbers, text and missing values as they are."""

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin

from analytics.churn_baselines import NPS_EDGES, BandedRateClassifier
from analytics.churn_calibration import Calibration, fit_calibration
from analytics.churn_candidates import Scorer, Tried, choose, try_candidates
from analytics.churn_card import ChurnCard, judge, permutation_importance
from analytics.churn_drift import Bins, drift, learn_bins
from analytics.churn_features import FieldEncoder, Flags, as_labels, check_frame, names_of
from analytics.churn_reasons import CHUNK, TOP, joined, top_reasons
from analytics.churn_split import Split, folds, hold_out
from analytics.churn_trees import one_thread
from analytics.stats import Floats
from crm_data.errors import BadInputError

LEAST_CHURNED = 50
LEAST_KEPT = 50
MOST_ROWS = 200_000  # customers learnt from; more add time and nothing else


class ChurnModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # sklearn ships no stubs
    """Predict churn by logistic regression or boosted trees, whichever does better.

    Both are tried on customers that they had not learnt from; boosting is taken where it is better
    by more than chance. Their scores of such customers give the calibration too. No resampling and
    no class weights: a rare outcome has small probabilities, and they are right.

    Parameters
    ----------
    recency : str, optional
        Field of the baseline that says how long ago a customer was last seen.
    nps : str, optional
        Field of the baseline that holds the last answer, 0 to 10.
    horizon_days : int, default=0
        Days after ``as_of`` that it took to know the outcome.
    k : int, default=5
        Parts of the cross-validation, where there is one date.
    seed : int, default=0
        Of everything that is drawn: the same rows give the same model.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        False and True.
    encoder_ : FieldEncoder
        Fields in use, and those without use.
    tried_ : tuple of Tried
        Logistic regression and boosting at their best settings.
    chosen_ : Tried
    scorer_ : object
        The fitted candidate: ``base``, ``score``, ``contributions``.
    calibration_ : Calibration
    learnt_ : tuple of Bins
        Where fields and scores lay; see ``drift``.
    rate_ : float
        Share who churned among the customers learnt from.
    """

    classes_: Any
    encoder_: FieldEncoder
    tried_: tuple[Tried, Tried]
    chosen_: Tried
    scorer_: Scorer
    calibration_: Calibration
    learnt_: tuple[Bins, ...]
    baselines_: dict[str, BandedRateClassifier]
    rate_: float

    def __init__(
        self,
        *,
        recency: str | None = None,
        nps: str | None = None,
        horizon_days: int = 0,
        k: int = 5,
        seed: int = 0,
    ) -> None:
        self.recency = recency
        self.nps = nps
        self.horizon_days = horizon_days
        self.k = k
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: Any, *, groups: Any = None, as_of: Any = None) -> Self:
        """Choose, fit and calibrate.

        Parameters
        ----------
        X : DataFrame of shape (n_customers, n_fields)
            Numbers, text, yes or no; missing values as they are. Dates are refused.
        y : array-like of bool, shape (n_customers,)
            Whether the customer churned.
        groups : array-like of shape (n_customers,), optional
            The customer of each row, where a customer has several.
        as_of : array-like of dates, shape (n_customers,), optional
            The day that each row describes. Later days are then predicted from earlier ones.

        Raises
        ------
        BadInputError
            ``churn_one_class``; ``churn_too_few`` customers churned or were kept (50 of each);
            ``churn_no_field`` that varies; ``churn_label``; those of ``FieldEncoder.learn`` and of
            ``analytics.churn_split``.
        """
        check_frame(X)
        churned = as_labels(y, len(X))
        _check_enough(churned)
        some = _sample(len(X), self.seed)
        frame, churned = X.iloc[some], churned[some]
        groups, as_of = (None if c is None else np.asarray(c)[some] for c in (groups, as_of))
        encoder = FieldEncoder.learn(frame)
        if not encoder.fields:
            raise BadInputError("churn_no_field", "No field differs between customers.")
        matrix, places = encoder.matrix(frame), encoder.places
        parts = folds(
            churned, groups=groups, as_of=as_of, horizon_days=self.horizon_days, k=self.k,
            seed=self.seed,
        )  # fmt: skip
        with one_thread():  # the same sums in the same order every time
            self.tried_ = try_candidates(matrix, churned, places, parts, seed=self.seed)
            self.chosen_ = choose(*self.tried_, churned)
            self.scorer_ = self.chosen_.fit(matrix, churned, places, self.seed)
        there = ~np.isnan(self.chosen_.score)
        self.calibration_ = fit_calibration(
            self.chosen_.score[there], churned[there], seed=self.seed
        )
        self.classes_, self.encoder_ = np.array([False, True]), encoder
        self.learnt_ = learn_bins(encoder, matrix, self.calibration_(self.chosen_.score))
        self.rate_ = float(churned.mean())
        self.baselines_ = self._fitted_baselines(frame, churned)
        return self

    def decision_function(self, X: pd.DataFrame) -> Floats:
        """Return log-odds before calibration, shape (n_customers,)."""
        self._check_fitted()
        return np.concatenate([self.scorer_.score(matrix) for _, _, matrix in self._chunks(X)])

    def predict_proba(self, X: pd.DataFrame) -> Floats:
        """Return calibrated probabilities of keeping and of churning, shape (n_customers, 2)."""
        probability = self._probability(X)
        return np.column_stack([1.0 - probability, probability])

    def predict(self, X: pd.DataFrame) -> Flags:
        """Return who is likelier to leave; whom to call is for ``analytics.churn_decision``."""
        return np.asarray(self._probability(X) > 0.5, dtype=bool)

    def card(self, X: pd.DataFrame, y: Any, *, segments: Any = None) -> ChurnCard:
        """Judge the model on customers that it has not learnt from; see ``ChurnCard``.

        Parameters
        ----------
        X, y
            As in ``fit``. Not those of ``fit``: see ``hold_out_card``.
        segments : array-like of shape (n_customers,), optional
            Where to look for what is predicted worse.
        """
        self._check_fitted()
        churned = as_labels(y, len(X))
        matrix = self.encoder_.matrix(X)
        with one_thread():
            importance = permutation_importance(
                self.scorer_.score, matrix, churned, self.encoder_.names, seed=self.seed
            )
        probability = self.calibration_(self.scorer_.score(matrix))
        baselines = {"rate": np.full(len(X), self.rate_)} | {
            name: model.predict_proba(_column(X, getattr(self, name)))[:, 1]
            for name, model in self.baselines_.items()
        }
        return judge(churned, probability, baselines, segments=segments, importance=importance)

    def reasons(self, X: pd.DataFrame, *, top: int = TOP) -> pd.DataFrame:
        """Return what speaks for and against leaving, by customer; see ``top_reasons``.

        Contributions are log-odds before calibration: those of all fields and ``scorer_.base`` add
        up to ``decision_function``.
        """
        return joined([reasons for _, reasons in self.scored_with_reasons(X, top=top)])

    def scored_with_reasons(
        self, X: pd.DataFrame, *, top: int = TOP
    ) -> Iterator[tuple[Floats, pd.DataFrame]]:
        """Yield probabilities and reasons, some ten thousand customers at a time, in order."""
        self._check_fitted()
        for first, frame, matrix in self._chunks(X):
            contributions = self.scorer_.contributions(matrix)
            probability = self.calibration_(self.scorer_.base + contributions.sum(axis=1))
            names = self.encoder_.names
            yield probability, top_reasons(contributions, frame, names, top=top, first=first)

    def drift(self, X: pd.DataFrame) -> pd.DataFrame:
        """Compare customers of now with those learnt from; see ``analytics.churn_drift.drift``."""
        self._check_fitted()
        matrix = self.encoder_.matrix(X)
        return drift(self.learnt_, matrix, self.calibration_(self.scorer_.score(matrix)))

    def _probability(self, X: pd.DataFrame) -> Floats:
        score = self.decision_function(X)
        return self.calibration_(score)

    def _chunks(self, X: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame, Floats]]:
        check_frame(X)
        for first in range(0, max(len(X), 1), CHUNK):
            frame = X.iloc[first : first + CHUNK]
            yield first, frame, self.encoder_.matrix(frame)

    def _fitted_baselines(
        self, frame: pd.DataFrame, churned: Flags
    ) -> dict[str, BandedRateClassifier]:
        wanted = {"recency": None, "nps": NPS_EDGES}
        return {
            name: BandedRateClassifier(edges=edges).fit(
                _column(frame, getattr(self, name)), churned
            )
            for name, edges in wanted.items()
            if getattr(self, name) is not None
        }

    def _check_fitted(self) -> None:
        if not hasattr(self, "scorer_"):
            raise BadInputError("churn_not_fitted", "The churn model has not been fitted yet.")


def hold_out_card(
    model: ChurnModel,
    X: pd.DataFrame,
    y: Any,
    *,
    groups: Any = None,
    as_of: Any = None,
    segments: Any = None,
) -> tuple[ChurnCard, Split, ChurnModel]:
    """Fit a copy without the last date (or a quarter of the customers) and judge it on those.

    Parameters
    ----------
    model : ChurnModel
        Its parameters are used; it is not changed.
    X, y, groups, as_of
        See ``ChurnModel.fit``.
    segments : array-like of shape (n_customers,), optional
        See ``ChurnModel.card``.

    Returns
    -------
    card : ChurnCard
    split : Split
        Rows learnt from and rows judged on.
    fitted : ChurnModel
        The copy.
    """
    churned = as_labels(y, len(X))
    split = hold_out(
        churned, groups=groups, as_of=as_of, horizon_days=model.horizon_days, seed=model.seed
    )
    fitted = ChurnModel(**model.get_params()).fit(
        X.iloc[split.train],
        churned[split.train],
        groups=None if groups is None else np.asarray(groups)[split.train],
        as_of=None if as_of is None else np.asarray(as_of)[split.train],
    )
    judged = None if segments is None else np.asarray(segments, dtype=object)[split.test]
    return fitted.card(X.iloc[split.test], churned[split.test], segments=judged), split, fitted


def _check_enough(churned: Flags) -> None:
    lost, kept = int(churned.sum()), int((~churned).sum())
    if not lost or not kept:
        raise BadInputError(
            "churn_one_class",
            "A model needs customers who churned and customers who were kept; all are of one kind.",
        )
    if lost < LEAST_CHURNED or kept < LEAST_KEPT:
        raise BadInputError(
            "churn_too_few",
            f"A model needs {LEAST_CHURNED} customers who churned and {LEAST_KEPT} who were kept; "
            f"there are {lost} and {kept}.",
            churned=lost, kept=kept, least_churned=LEAST_CHURNED, least_kept=LEAST_KEPT,
        )  # fmt: skip


def _sample(n: int, seed: int) -> Any:
    if n <= MOST_ROWS:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, MOST_ROWS, replace=False))


def _column(frame: pd.DataFrame, name: str) -> Floats:
    names_of([name], check_frame(frame))
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)[
        :, None
    ]
