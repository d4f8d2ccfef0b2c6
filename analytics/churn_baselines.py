"""What every churn model has to beat: the overall rate, and the rate in the band of one field."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from analytics.stats import Floats

# Detractors 0 to 6, passives 7 and 8, promoters 9 and 10. A value on an edge is in the band above.
NPS_EDGES = (7.0, 9.0)


class BandedRateClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # sklearn ships no stubs
    r"""Predict the churn rate seen in the customer's band of one feature.

    Customers are cut into equal-sized bands of a single feature, or at given edges; those where it
    is missing are a band of their own. A band's churn probability is its observed rate, pulled
    towards the overall rate when the band is small:

    .. math:: p_b = \frac{k_b + w\,\bar p}{n_b + w}

    with :math:`k_b` churned of :math:`n_b` customers in band :math:`b`, overall rate
    :math:`\bar p` and weight :math:`w`, the posterior mean under a Beta prior of strength ``w``.

    Parameters
    ----------
    column : int, default=0
        Position of the feature in ``X``.
    n_bands : int, default=5
        Bands to ask for. Ties can leave fewer; see ``band_edges_``.
    edges : sequence of float, optional
        Inner edges to use in place of equal-sized bands.
    prior_weight : float, default=20.0
        Customers' worth of belief in the overall rate.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The labels seen in ``fit``; the second one is the churned class.
    band_edges_ : ndarray of shape (n_bands_ - 1,)
        Inner edges, in the feature's unit. A value equal to an edge belongs to the band above.
    band_rates_ : ndarray of shape (n_bands_ + 1,)
        Shrunk churn probability of each band, 0-1; the last is that of a missing value.
    band_sizes_ : ndarray of shape (n_bands_ + 1,)
        Training customers per band.
    n_features_in_ : int
        Number of features seen in ``fit``.

    Examples
    --------
    >>> days_silent = [[3], [5], [9], [70], [90], [200]]
    >>> churned = [0, 0, 0, 1, 0, 1]
    >>> model = BandedRateClassifier(n_bands=2, prior_weight=0.0).fit(days_silent, churned)
    >>> model.band_edges_.tolist(), model.band_rates_.round(2).tolist()
    ([39.5], [0.0, 0.67, 0.33])
    """

    def __init__(
        self,
        *,
        column: int = 0,
        n_bands: int = 5,
        edges: tuple[float, ...] | None = None,
        prior_weight: float = 20.0,
    ) -> None:
        self.column = column
        self.n_bands = n_bands
        self.edges = edges
        self.prior_weight = prior_weight

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Learn bands and rates from ``X`` (n_samples, n_features) and two-class ``y``."""
        if self.n_bands < 1:
            raise ValueError(f"n_bands must be at least 1, got {self.n_bands}.")
        if self.prior_weight < 0:
            raise ValueError(f"prior_weight must not be negative, got {self.prior_weight}.")
        features, labels = validate_data(self, X, y, dtype="float64", ensure_all_finite="allow-nan")
        check_classification_targets(labels)
        self.classes_, churned = np.unique(labels, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(
                f"Only binary classification is supported: y has {len(self.classes_)} classes "
                f"{self.classes_.tolist()}. Churn needs exactly two, kept and churned."
            )
        feature = features[:, self.column]
        self.band_edges_ = self._edges(feature[~np.isnan(feature)])
        n_bands = len(self.band_edges_) + 2
        band = self._band(feature)
        self.band_sizes_ = np.bincount(band, minlength=n_bands)
        churned_in_band = np.bincount(band, weights=churned, minlength=n_bands)
        overall, weights = float(churned.mean()), self.band_sizes_ + self.prior_weight
        self.band_rates_ = np.full(n_bands, overall)
        there = weights > 0
        self.band_rates_[there] = (churned_in_band + self.prior_weight * overall)[there] / weights[
            there
        ]
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return class probabilities in ``classes_`` order, shape (n_samples, n_classes)."""
        check_is_fitted(self)
        features = validate_data(
            self, X, dtype="float64", reset=False, ensure_all_finite="allow-nan"
        )
        rate = self.band_rates_[self._band(features[:, self.column])]
        if len(self.classes_) == 1:
            return np.ones((len(rate), 1))
        return np.column_stack([1 - rate, rate])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likelier class of each row, shape (n_samples,)."""
        check_is_fitted(self)
        likelier: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return likelier

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.classifier_tags.poor_score = True  # one feature; the checks' toy data need several
        tags.input_tags.allow_nan = True
        return tags

    def _edges(self, given: Floats) -> Floats:
        if self.edges is not None:
            return np.array(self.edges, dtype="float64")
        if not len(given):
            return np.empty(0)
        edges: Floats = np.unique(np.quantile(given, np.linspace(0, 1, self.n_bands + 1)[1:-1]))
        above: Floats = edges[edges > given.min()]
        return above

    def _band(self, feature: Floats) -> NDArray[np.intp]:
        band = np.searchsorted(self.band_edges_, feature, side="right")
        return np.asarray(np.where(np.isnan(feature), len(self.band_edges_) + 1, band))
