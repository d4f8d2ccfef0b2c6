"""Fields that know the outcome: declared by the company, or suspected.

A field that is only filled once a customer has left, or a call that only lasts when it succeeds,
makes a model that is excellent in the test and useless on the day.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn_features import FieldEncoder, Flags, as_labels, check_frame, names_of
from analytics.churn_measures import auc_interval
from analytics.churn_split import folds
from analytics.churn_trees import grown, one_thread
from analytics.stats import Floats

NEARLY_ALL = 0.95  # AUC of a field on its own that no honest field reaches
MUCH = 0.75  # AUC of a field on its own, before it is compared with the others
ADDS = 0.25  # share of the skill of all (AUC above 0.5) that goes when the field goes
LEAST_OTHERS = 3  # other fields, before "as good as all others together" says anything
_MOST_ROWS = 30_000
_BINS = 20
_PRIOR = 20.0  # customers' worth of belief in the overall rate
_LOOKED_AT = 3  # fields, the best on their own, that are left out in turn
_TREES = 80
_FOLDS = 3


def suspect_leaks(X: pd.DataFrame, y: Any, declared: Sequence[str] = ()) -> pd.DataFrame:
    """Return the fields that are known only after the outcome, or look like it.

    A field is suspected where it alone orders customers nearly perfectly (AUC ``NEARLY_ALL``), or
    where it alone is good (``MUCH``), as good as all others together, and takes ``ADDS`` of the
    skill with it.
    Declared fields are left out before the others are looked at.

    Parameters
    ----------
    X : DataFrame
        One row per customer; see ``ChurnModel.fit``.
    y : array-like of bool, shape (n_customers,)
    declared : sequence of str
        Fields that the company says are known only after the outcome; those not in ``X`` are
        refused (``churn_fields``).

    Returns
    -------
    DataFrame
        One row per field: ``field``, ``reason`` (``declared``, ``suspected`` or None), ``alone``
        (cross-validated AUC of the field on its own), ``others``, ``all`` (AUC without it, and of
        all; missing where it was not looked at). The best on its own first. Fields that do not vary
        are not in it, unless declared.

    Raises
    ------
    BadInputError
        Those of ``ChurnModel.fit`` about ``X`` and ``y``.
    """
    given = names_of(declared, check_frame(X))
    churned = as_labels(y, len(X))
    frame, churned = _sample(X, churned)
    encoder = FieldEncoder.learn(frame)
    matrix, places, names = encoder.matrix(frame), encoder.places, encoder.names
    parts = folds(churned, k=_FOLDS)
    rows = [
        {"field": name, "reason": "declared" if name in given else None,
         "alone": _alone(matrix[:, position], churned, places[position], parts)}
        for position, name in enumerate(names)
    ]  # fmt: skip
    rows += [
        {"field": name, "reason": "declared", "alone": np.nan}
        for name in given if name not in names
    ]  # fmt: skip
    found = pd.DataFrame(rows, columns=["field", "reason", "alone"]).astype({"reason": object})
    found = found.assign(others=np.nan, all=np.nan)
    honest = [position for position, name in enumerate(names) if name not in given]
    if len(honest) > LEAST_OTHERS and 0 < churned.sum() < len(churned):
        with one_thread():
            _leave_out(found, honest, matrix, churned, places, parts)
    suspicious = (found["alone"] >= NEARLY_ALL) | _takes_it_along(found)
    found.loc[suspicious & found["reason"].isna(), "reason"] = "suspected"
    found["reason"] = found["reason"].where(found["reason"].notna(), None)
    return found.sort_values("alone", ascending=False, kind="stable", ignore_index=True)


def _takes_it_along(found: pd.DataFrame) -> pd.Series:
    adds = (found["all"] - found["others"]) / (found["all"] - 0.5)
    is_as_good = (found["alone"] >= MUCH) & (found["alone"] >= found["others"] - 0.02)
    return (adds >= ADDS) & is_as_good


def _leave_out(
    found: pd.DataFrame,
    honest: list[int],
    matrix: Floats,
    churned: Flags,
    places: list[int],
    parts: Any,
) -> None:
    everything = _together(honest, matrix, churned, places, parts)
    alone = found["alone"].to_numpy()
    for position in sorted(honest, key=lambda one: -alone[one])[:_LOOKED_AT]:
        others = [one for one in honest if one != position]
        found.loc[position, "all"] = everything
        found.loc[position, "others"] = _together(others, matrix, churned, places, parts)


def _together(
    columns: list[int], matrix: Floats, churned: Flags, places: list[int], parts: Any
) -> float:
    """Return the cross-validated AUC of boosted trees on some fields."""
    own, of_own = matrix[:, columns], [places[one] for one in columns]
    aucs = []
    for train, test in parts:
        model = grown(own[train], churned[train], of_own, trees=_TREES, seed=0)
        aucs.append(auc_interval(churned[test], model.decision_function(own[test]))[0])
    return float(np.mean(aucs))


def _alone(values: Floats, churned: Flags, places: int, parts: Any) -> float:
    """Return the cross-validated AUC of the rate in the bin of one field."""
    given = values[~np.isnan(values)]
    edges = (
        np.arange(places - 1) + 0.5
        if places
        else np.unique(np.quantile(given, np.arange(1, _BINS) / _BINS))
    )
    position = np.searchsorted(edges, values, side="left")
    position[np.isnan(values)] = len(edges) + 1
    aucs = []
    for train, test in parts:
        n = np.bincount(position[train], minlength=len(edges) + 2)
        lost = np.bincount(position[train], weights=churned[train], minlength=len(edges) + 2)
        rate = (lost + _PRIOR * churned[train].mean()) / (n + _PRIOR)
        aucs.append(auc_interval(churned[test], rate[position[test]])[0])
    return float(np.mean(aucs))


def _sample(frame: pd.DataFrame, churned: Flags) -> tuple[pd.DataFrame, Flags]:
    if len(frame) <= _MOST_ROWS:
        return frame, churned
    some = np.sort(np.random.default_rng(0).choice(len(frame), _MOST_ROWS, replace=False))
    return frame.iloc[some], churned[some]
