"""How much two ways of grouping customers say about what the customers did afterwards.

Each customer's later revenue is predicted by the mean of its group among other customers
(five-fold cross-validation), on ``sign(x)·ln(1 + |x|)`` as a few large customers would decide
otherwise. Groups are made of what was known before; what is predicted came after.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.rfm import cut, fifths
from analytics.stats import Floats

Groups = npt.NDArray[np.int64]
LEAST_CUSTOMERS = 200
_FOLDS = 5
_Z = 1.959963984540054


@dataclass(frozen=True)
class HoldOut:
    """Two groupings on the same customers.

    Attributes
    ----------
    verdict : str
        ``better`` or ``worse`` where the interval of the difference leaves out zero,
        ``no_better`` where it does not, ``not_tested`` where there is too little to test on.
    customers, buyers : int
        Customers known before, and those of them who bought afterwards.
    explained, explained_other : float
        Share of the variance of later revenue that each grouping explains of customers that it
        had not seen; below 0 where it is worse than the overall mean.
    difference, low, high : float
        Explained by the first less by the other, with the 95 % interval over customers.
    auc, auc_other : float
        Chance that a customer who bought afterwards is in a group with a higher rate than one who
        did not (0.5 by chance).
    """

    verdict: Literal["better", "worse", "no_better", "not_tested"]
    customers: int
    buyers: int
    explained: float = float("nan")
    explained_other: float = float("nan")
    difference: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    auc: float = float("nan")
    auc_other: float = float("nan")


def compare_groupings(
    groups: Groups,
    other: Groups,
    later_amount: pd.Series,
    later_orders: pd.Series,
    *,
    seed: int = 0,
) -> HoldOut:
    """Hold a grouping against another one.

    Parameters
    ----------
    groups, other : ndarray of int
        The group of each customer, both made of what was known before.
    later_amount, later_orders : Series
        What each customer did afterwards.
    """
    amount = later_amount.to_numpy(dtype="float64")
    y = np.sign(amount) * np.log1p(np.abs(amount))
    bought = (later_orders.to_numpy(dtype="float64") > 0).astype("float64")
    n, buyers = len(y), int(bought.sum())
    spread = float(((y - y.mean()) ** 2).sum()) if n else 0.0
    if n < LEAST_CUSTOMERS or min(buyers, n - buyers) < n / 100 or spread == 0:
        return HoldOut("not_tested", n, buyers)
    folds = np.random.default_rng(seed).permutation(n) % _FOLDS
    losses = [(y - _unseen_means(own, y, folds)) ** 2 for own in (groups, other)]
    gain = (losses[1] - losses[0]) * n / spread
    difference = float(gain.mean())
    half = float(_Z * gain.std(ddof=1) / np.sqrt(n))
    aucs = [_auc(_unseen_means(own, bought, folds), bought) for own in (groups, other)]
    verdict: Literal["better", "worse", "no_better"] = "no_better"
    if difference - half > 0:
        verdict = "better"
    elif difference + half < 0:
        verdict = "worse"
    explained, explained_other = (1 - float(loss.sum()) / spread for loss in losses)
    return HoldOut(
        verdict,
        n,
        buyers,
        explained,
        explained_other,
        difference,
        difference - half,
        difference + half,
        aucs[0],
        aucs[1],
    )


def rfm_groups(inputs: pd.DataFrame, k: int) -> Groups:
    """Return ``k`` groups of customers by recency, orders and value, as a plain yardstick.

    Each of the three is scored 1 to 5 as in ``analytics.rfm``, the scores are added, and the sum
    is cut into ``k`` parts of equal size as far as ties allow.
    """
    recency, orders, value = (
        inputs[name].to_numpy(dtype="float64")
        for name in ("days_since_last_order", "orders", "net_amount")
    )
    scores = (
        cut(-recency, fifths(-recency)).astype("int64")
        + cut(orders, fifths(orders, lowest=True))
        + cut(value, fifths(value))
    )
    return _parts(pd.Series(scores, index=inputs.index), k)


def _parts(values: pd.Series, k: int) -> Groups:
    place = values.astype("float64").rank(method="average", pct=True).to_numpy()
    return np.asarray(np.clip(np.ceil(place * k - 1e-9) - 1, 0, k - 1), dtype="int64")


def _unseen_means(groups: Groups, y: Floats, folds: Groups) -> Floats:
    """Return for each customer the mean of its group in the other folds; of all where none."""
    size = int(groups.max()) + 1
    result = np.empty(len(y))
    for fold in range(_FOLDS):
        seen = folds != fold
        counted = np.bincount(groups[seen], minlength=size)
        summed = np.bincount(groups[seen], weights=y[seen], minlength=size)
        means = np.where(counted > 0, summed / np.maximum(counted, 1), y[seen].mean())
        result[~seen] = means[groups[~seen]]
    return result


def _auc(score: Floats, is_positive: Floats) -> float:
    ranks = pd.Series(score).rank(method="average").to_numpy()
    positives = float(is_positive.sum())
    negatives = len(score) - positives
    won = float((ranks * is_positive).sum()) - positives * (positives + 1) / 2
    return won / (positives * negatives)
