"""Clusters of customers: k-means and Gaussian mixtures, the number chosen by stability.

Two halves of the customers, drawn by chance, are clustered apart, and everybody is assigned by
both; groups that are there are found twice. Agreement is the adjusted Rand index (L. Hubert and
P. Arabie 1985, Journal of Classification 2, 193–218): 1 the same groups, 0 as by chance. After
T. Lange et al. (2004), Neural Computation 16, 1299–1323.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.stats import Floats

Method = Literal["kmeans", "mixture"]
Labels = npt.NDArray[np.int64]
METHODS: tuple[Method, ...] = ("kmeans", "mixture")
SIZES = tuple(range(2, 9))
LEAST_CUSTOMERS = 200
LEAST_AGREEMENT = 0.75
LEAST_SHARE = 0.02  # of customers, in the smallest cluster
_MUCH_BETTER = 0.1  # more agreement, before mixtures are taken in place of k-means
_AS_GOOD = 0.03  # a difference of agreement that does not decide
_PAIRS = 6
_RESAMPLED = 3_000  # customers that stability is measured on
_FITTED = 20_000  # customers that the final clusters are fitted on


@dataclass(frozen=True)
class Clustering:
    """Clusters of customers, or why there are none.

    Attributes
    ----------
    verdict : str
        ``found``; ``too_few`` customers; ``no_variance`` (they all behave alike); ``unstable`` (no
        number of clusters is found again).
    stability : DataFrame
        One row per method and number: ``method``, ``k``, ``agreement`` (mean adjusted Rand index
        of the pairs), ``low``, ``high`` (least and most of the pairs), ``smallest_share`` (of the
        smallest cluster, mean), ``is_chosen``.
    method, k : str, int
        What was chosen; None and 0 where nothing was.
    chance_agreement : float
        Agreement of the same number of clusters in a cloud without groups that has the same spread
        and correlations; NaN where nothing was chosen.
    model : object
        Assigns scaled rows.
    """

    verdict: Literal["found", "too_few", "no_variance", "unstable"]
    stability: pd.DataFrame = field(default_factory=pd.DataFrame)
    method: Method | None = None
    k: int = 0
    chance_agreement: float = float("nan")
    model: Any = None

    @property
    def is_continuum(self) -> bool:
        """Whether a cloud without groups would be cut up as stably."""
        chosen = self.stability[self.stability["is_chosen"]] if self.k else self.stability
        return bool(self.k) and self.chance_agreement >= float(chosen["low"].iloc[0])

    def assign(self, points: Floats) -> Labels:
        """Return the cluster of each scaled row, 0 to k-1."""
        return _assigned(self.model, points)


def find_clusters(points: Floats, *, seed: int = 0, sizes: Sequence[int] = SIZES) -> Clustering:
    """Choose method and number of clusters by stability, and fit them.

    Parameters
    ----------
    points : ndarray
        Scaled behaviour: one row per customer (see ``analytics.behaviour``).
    seed : int
        Of everything that is drawn: the same rows give the same clusters.
    sizes : sequence of int
        Numbers of clusters to try.

    Returns
    -------
    Clustering
        The number is the largest that is as stable as the best one (within 0.03), if that is at
        least ``LEAST_AGREEMENT`` and its smallest cluster holds ``LEAST_SHARE`` of the customers;
        k-means unless mixtures are more stable by 0.1, as they are harder to explain.
    """
    if len(points) < LEAST_CUSTOMERS:
        return Clustering("too_few")
    if points.shape[1] == 0 or len(np.unique(points[:_FITTED], axis=0)) < 2 * max(sizes):
        return Clustering("no_variance")
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no stubs

    # One thread: the same sums in the same order every time, and quicker on small samples.
    for name in ("sklearn.cluster", "sklearn.mixture"):
        import_module(name)  # the limit holds for what is loaded already
    with threadpool_limits(1):
        return _found(points, seed, sizes)


def _found(points: Floats, seed: int, sizes: Sequence[int]) -> Clustering:
    rng = np.random.default_rng(seed)
    few = points[_drawn(rng, len(points), _RESAMPLED)]
    rows = [_stability(few, method, k, seed) for method in METHODS for k in sizes]
    stability = pd.DataFrame(rows).assign(is_chosen=False)
    chosen = _chosen(stability)
    if chosen is None:
        return Clustering("unstable", stability)
    stability.loc[chosen, "is_chosen"] = True
    method, k = rows[chosen]["method"], rows[chosen]["k"]
    cloud = _cloud(few, rng)
    return Clustering(
        "found",
        stability,
        method,
        k,
        float(_stability(cloud, method, k, seed)["agreement"]),
        _fitted(points[_drawn(rng, len(points), _FITTED)], method, k, seed, starts=8),
    )


def _chosen(stability: pd.DataFrame) -> int | None:
    """Return the row that is chosen, or None."""
    fit = stability[
        (stability["agreement"] >= LEAST_AGREEMENT) & (stability["smallest_share"] >= LEAST_SHARE)
    ]
    if fit.empty:
        return None
    best = fit.groupby("method")["agreement"].max()
    method = "kmeans" if best.get("kmeans", 0.0) >= best.max() - _MUCH_BETTER else "mixture"
    own = fit[fit["method"] == method]
    as_good = own[own["agreement"] >= own["agreement"].max() - _AS_GOOD]
    return int(as_good["k"].idxmax())


def _stability(points: Floats, method: Method, k: int, seed: int) -> dict[str, Any]:
    from sklearn.metrics import adjusted_rand_score

    found, smallest = [], []
    for pair in range(_PAIRS):
        order = np.random.default_rng([seed, k, pair]).permutation(len(points))
        halves = (order[: len(points) // 2], order[len(points) // 2 :])
        labels = [
            _assigned(_fitted(points[half], method, k, seed + pair, starts=3), points)
            for half in halves
        ]
        found.append(float(adjusted_rand_score(*labels)))
        smallest += [float(np.bincount(own, minlength=k).min() / len(points)) for own in labels]
    return {
        "method": method,
        "k": k,
        "agreement": float(np.mean(found)),
        "low": min(found),
        "high": max(found),
        "smallest_share": float(np.mean(smallest)),
    }


def _fitted(points: Floats, method: Method, k: int, seed: int, *, starts: int) -> Any:
    """Fit; that a fit did not converge, or found fewer groups than asked, shows in stability."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    model = (
        KMeans(k, n_init=starts, random_state=seed)
        if method == "kmeans"
        else GaussianMixture(k, n_init=2, reg_covar=0.05, tol=0.01, random_state=seed)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(points)


def _assigned(model: Any, points: Floats) -> Labels:
    return np.asarray(model.predict(points), dtype="int64")


def _drawn(rng: np.random.Generator, count: int, most: int) -> Labels:
    if count <= most:
        return np.arange(count)
    return np.sort(rng.choice(count, most, replace=False))


def _cloud(points: Floats, rng: np.random.Generator) -> Floats:
    """Return as many points of one normal distribution with the same means and covariances."""
    covariance = np.atleast_2d(np.cov(points, rowvar=False))
    values, directions = np.linalg.eigh(covariance)
    spread = directions * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(
        points.mean(axis=0) + rng.normal(size=points.shape) @ spread.T, dtype="float64"
    )
