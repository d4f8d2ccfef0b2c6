"""The rate in the band of one field."""

from typing import Any

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from analytics.churn_baselines import NPS_EDGES, BandedRateClassifier


@parametrize_with_checks([BandedRateClassifier()])
def test_follows_scikit_learn_conventions(estimator: Any, check: Any) -> None:
    check(estimator)


def test_band_rate_is_shrunk_towards_the_overall_rate() -> None:
    # Two bands of 10: 2 churned, 8 churned. Overall 0.5. With weight 10: (2+5)/20 and (8+5)/20.
    X = np.arange(20.0).reshape(-1, 1)
    y = np.array([1] * 2 + [0] * 8 + [1] * 8 + [0] * 2)

    model = BandedRateClassifier(n_bands=2, prior_weight=10.0).fit(X, y)

    assert model.band_rates_.tolist() == pytest.approx([0.35, 0.65, 0.5])


def test_missing_is_a_band_of_its_own() -> None:
    X = np.array([1.0, 2.0, np.nan, np.nan]).reshape(-1, 1)
    model = BandedRateClassifier(n_bands=1, prior_weight=0.0).fit(X, [0, 1, 1, 1])

    assert model.predict_proba(X)[:, 1].tolist() == [0.5, 0.5, 1.0, 1.0]
    assert model.band_sizes_.tolist() == [2, 2]


def test_bands_of_answers_are_detractors_passives_promoters() -> None:
    X = np.array([0, 6, 7, 8, 9, 10, np.nan]).reshape(-1, 1)
    model = BandedRateClassifier(edges=NPS_EDGES, prior_weight=0.0).fit(X, [1, 1, 1, 0, 0, 0, 1])

    assert model.predict_proba(X)[:, 1].tolist() == [1, 1, 0.5, 0.5, 0, 0, 1]


def test_a_field_that_is_never_there_gives_the_overall_rate() -> None:
    X = np.full((4, 1), np.nan)
    model = BandedRateClassifier().fit(X, [0, 0, 0, 1])

    assert model.predict_proba([[5.0], [np.nan]])[:, 1].tolist() == pytest.approx([0.25, 0.25])


def test_a_value_on_an_edge_is_in_the_band_above_and_other_columns_do_not_count() -> None:
    X = np.array([[9, 1], [9, 2], [9, 3], [9, 4.0]])
    model = BandedRateClassifier(column=1, n_bands=2, prior_weight=0.0).fit(X, [0, 0, 1, 1])

    assert model.band_edges_.tolist() == [2.5]
    assert model.predict_proba([[0, 2.5]])[0, 1] == 1.0
    assert model.predict([[0, 2.4]]).tolist() == [0]


@pytest.mark.parametrize("arguments", [{"n_bands": 0}, {"prior_weight": -1.0}])
def test_bad_parameters_are_refused(arguments: dict) -> None:
    with pytest.raises(ValueError, match="must"):
        BandedRateClassifier(**arguments).fit([[0.0], [1.0]], [0, 1])


def test_ties_leave_fewer_bands_and_none_is_empty() -> None:
    X = np.array([0.0] * 8 + [1.0, 2.0]).reshape(-1, 1)
    model = BandedRateClassifier().fit(X, [0] * 5 + [1] * 5)

    assert (model.band_sizes_[:-1] > 0).all()
    assert model.band_edges_.min() > 0
