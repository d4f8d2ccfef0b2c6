"""What contact changes for each customer, learnt from an experiment: uplift.

An experiment shows each customer treated or not, never both. With treatment drawn by lot with share
``p``, ``(t − p) / (p (1 − p)) · (y − m(x))`` has the effect on customers like ``x`` as its mean,
whatever ``m`` is; ``m``, the response whether treated or not, only takes noise away. Trees are
fitted to it.
"""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

from analytics.churn_features import FieldEncoder, Flags
from analytics.churn_split import folds
from analytics.churn_trees import one_thread
from analytics.stats import Floats
from crm_data.errors import BadInputError

LEAST_OF_AN_ARM = 500  # members; of fewer nothing is said of parts of them
LEAST_RESPONSES = 50  # in both arms together
FOLDS = 5
_TREES, _LEAVES, _RATE = 60, 4, 0.05
_LEAST_LEAF, _LEAF_SHARE = 100, 0.02


class UpliftModel:
    """Effect of contact on each customer, from one experiment with two arms drawn by lot.

    Parameters
    ----------
    seed : int

    Attributes
    ----------
    encoder_ : FieldEncoder
    share_ : float
        Of the treated.

    Notes
    -----
    S. Athey and G. Imbens (2016), PNAS 113, 7353–7360, for the transformed outcome; X. Nie and S.
    Wager (2021), Biometrika 108, 299–319, for taking the expected response away, predicted for each
    member by a model of the others.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, rows: pd.DataFrame, responded: Flags, treated: Flags) -> "UpliftModel":
        """Learn from members; fields as in ``ChurnModel.fit``.

        Raises
        ------
        BadInputError
            ``uplift_arms``: an arm of fewer than two; ``churn_no_field``: no field varies.
        """
        if min(treated.sum(), (~treated).sum()) < 2:
            raise BadInputError("uplift_arms", "An uplift needs two members of each arm at least.")
        self.encoder_ = FieldEncoder.learn(rows)
        if not self.encoder_.fields:
            raise BadInputError("churn_no_field", "No field differs between customers.")
        matrix = self.encoder_.matrix(rows)
        outcome = responded.astype("float64")
        expected = np.empty(len(rows))
        with one_thread():
            for train, test in folds(treated, k=2, seed=self.seed):
                expected[test] = self._trees(matrix[train], outcome[train]).predict(matrix[test])
            self.share_ = float(treated.mean())
            away = np.where(treated, 1 / self.share_, -1 / (1 - self.share_))
            self._effect = self._trees(matrix, away * (outcome - expected))
        return self

    def predict(self, rows: pd.DataFrame) -> Floats:
        """Return the effect on each customer, in responses a contact (-1 to 1)."""
        with one_thread():
            found = self._effect.predict(self.encoder_.matrix(rows))
        return np.asarray(np.clip(found, -1.0, 1.0), dtype="float64")

    def _trees(self, matrix: Floats, values: Floats) -> Any:
        model = HistGradientBoostingRegressor(
            max_iter=_TREES,
            learning_rate=_RATE,
            max_leaf_nodes=_LEAVES,
            min_samples_leaf=max(_LEAST_LEAF, round(len(values) * _LEAF_SHARE)),
            categorical_features=self.encoder_.is_text if self.encoder_.is_text.any() else None,
            early_stopping=False,
            random_state=self.seed,
        )
        return model.fit(matrix, values)


def out_of_fold_uplift(
    rows: pd.DataFrame, responded: Flags, treated: Flags, *, k: int = FOLDS, seed: int = 0
) -> Floats:
    """Return the effect on each member as a model of the others says it; for ``qini``.

    Scores of different models are compared by their rank within their own part, 0 to 1.
    """
    found = np.empty(len(rows))
    for train, test in folds(treated, k=k, seed=seed):
        model = UpliftModel(seed).fit(rows.iloc[train], responded[train], treated[train])
        ranked = pd.Series(model.predict(rows.iloc[test])).rank(method="average")
        found[test] = (ranked.to_numpy() - 0.5) / len(test)
    return found
