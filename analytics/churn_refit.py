"""A churn model that was judged on some customers learns from them, too, before it is used."""

from typing import Any

import pandas as pd

from analytics.churn import ChurnModel
from analytics.churn_drift import learn_bins
from analytics.churn_features import FieldEncoder, as_labels
from analytics.churn_trees import one_thread


def refitted(model: ChurnModel, X: pd.DataFrame, y: Any) -> ChurnModel:
    """Return a model of the same candidate, setting and calibration, fitted to these customers.

    Choosing and calibrating takes predictions of customers that were not learnt from, and most of
    the time of a fit; what was found without the last dates holds with them. So does where scores
    lay, for ``drift``.

    Parameters
    ----------
    model : ChurnModel
        Fitted; it is not changed.
    X, y
        As in ``ChurnModel.fit``: the customers that ``model`` learnt from, and more.
    """
    churned = as_labels(y, len(X))
    found = ChurnModel(**model.get_params())
    found.encoder_ = FieldEncoder.learn(X)
    matrix = found.encoder_.matrix(X)
    found.classes_, found.tried_, found.chosen_ = model.classes_, model.tried_, model.chosen_
    with one_thread():
        found.scorer_ = model.chosen_.fit(matrix, churned, found.encoder_.places, model.seed)
    found.calibration_ = model.calibration_
    scores, *_ = model.learnt_
    _, *fields = learn_bins(found.encoder_, matrix, found.calibration_(model.chosen_.score))
    found.learnt_ = (scores, *fields)
    found.rate_ = float(churned.mean())
    found.baselines_ = model.baselines_
    return found
