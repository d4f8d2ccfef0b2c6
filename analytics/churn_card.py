"""The model card: how well churn was predicted for customers that the model had not learnt from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.churn_features import Flags
from analytics.churn_measures import (
    auc_interval,
    average_precision,
    brier,
    calibration_error,
    gain_interval,
    lift_by_tenth,
    reliability,
)
from analytics.multiplicity import adjusted
from analytics.stats import Floats, wilson_interval
from crm_data.errors import BadInputError

Verdict = Literal["useful", "no_better_than_baseline", "cannot_predict"]
CLAIM = 0.05
_REPEATS = 5
_MOST_PERMUTED = 20_000  # customers that importance is measured on


@dataclass(frozen=True)
class ChurnCard:
    """How well churn was predicted.

    Attributes
    ----------
    verdict : str
        ``cannot_predict``: the order is no better than chance (the interval of the AUC reaches
        0.5); ``no_better_than_baseline``: the probabilities of a baseline are as good;
        ``useful`` otherwise.
    n, churned : int
        Customers judged on, and those of them who churned.
    auc, auc_low, auc_high : float
        Area under the ROC curve and DeLong's 95 % interval.
    average_precision : float
        Beside the rate, which it is without any skill.
    rate : float
        Share who churned.
    brier, brier_skill : float
        Mean squared error, and one less its ratio to that of the share who churned as everybody's
        probability: 0 is no better, 1 is perfect.
    ece : float
        Expected calibration error over ten bins of equal size.
    reliability : DataFrame
        See ``analytics.churn_measures.reliability``.
    lift : DataFrame
        See ``analytics.churn_measures.lift_by_tenth``.
    baselines : DataFrame
        ``baseline`` (``rate``, ``recency``, ``nps``), ``auc``, ``average_precision``, ``brier``,
        ``ece``, ``gain``, ``low``, ``high`` (how much smaller the model's Brier score is, 95 %),
        ``is_beaten``.
    segments : DataFrame
        ``segment``, ``n``, ``churned``, ``observed``, ``low``, ``high``, ``predicted``, ``auc``,
        ``auc_low``, ``auc_high``, ``brier``, ``p_value`` (of as great a miss, adjusted for the
        number of segments), ``is_miscalibrated``, ``is_ranked_worse`` (the interval of its AUC is
        below that of all). The worst miss first; empty where no segments were given.
    importance : DataFrame
        ``field``, ``auc_drop`` (mean loss of AUC with the field shuffled), ``spread`` (standard
        deviation of the shuffles). The greatest first.
    """

    verdict: Verdict
    n: int
    churned: int
    auc: float
    auc_low: float
    auc_high: float
    average_precision: float
    rate: float
    brier: float
    brier_skill: float
    ece: float
    reliability: pd.DataFrame
    lift: pd.DataFrame
    baselines: pd.DataFrame
    segments: pd.DataFrame
    importance: pd.DataFrame

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values: frames as lists of rows, None for what is not defined."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: _json(value) for name, value in values.items()}


def judge(
    churned: Flags,
    probability: Floats,
    baselines: Mapping[str, Floats],
    *,
    segments: Any = None,
    importance: pd.DataFrame | None = None,
) -> ChurnCard:
    """Judge probabilities of customers that the model had not learnt from.

    Parameters
    ----------
    churned : ndarray of bool, shape (n,)
        Both kinds are there.
    probability : ndarray of shape (n,)
    baselines : mapping of str to ndarray of shape (n,)
        Probabilities of each baseline; at least one.
    segments : array-like of shape (n,), optional
        Where to look for what is predicted worse; missing ones are left out.
    importance : DataFrame, optional
        See ``permutation_importance``.

    Raises
    ------
    BadInputError
        ``churn_one_class``: all churned, or nobody did.
    """
    if churned.all() or not churned.any():
        raise BadInputError(
            "churn_one_class", "A prediction cannot be judged where all churned or nobody did."
        )
    auc, low, high = auc_interval(churned, probability)
    rate, error = float(churned.mean()), brier(churned, probability)
    bins = reliability(churned, probability)
    against = pd.DataFrame(
        [_baseline(name, churned, probability, other) for name, other in baselines.items()]
    )
    return ChurnCard(
        verdict=_verdict(low, against),
        n=len(churned),
        churned=int(churned.sum()),
        auc=auc,
        auc_low=low,
        auc_high=high,
        average_precision=average_precision(churned, probability),
        rate=rate,
        brier=error,
        brier_skill=1.0 - error / (rate * (1.0 - rate)),
        ece=calibration_error(bins),
        reliability=bins,
        lift=lift_by_tenth(churned, probability),
        baselines=against,
        segments=by_segment(churned, probability, segments),
        importance=importance if importance is not None else pd.DataFrame(),
    )


def by_segment(churned: Flags, probability: Floats, segments: Any) -> pd.DataFrame:
    """Judge each segment on its own; see ``ChurnCard.segments``."""
    if segments is None:
        return pd.DataFrame()
    codes, names = pd.factorize(np.asarray(segments, dtype=object), sort=False)
    all_low = auc_interval(churned, probability)[1]
    rows = []
    for code, name in enumerate(names):
        own = codes == code
        auc, low, high = auc_interval(churned[own], probability[own])
        share_low, share_high = wilson_interval(churned[own].sum(), own.sum())
        rows.append(
            {
                "segment": name,
                "n": int(own.sum()),
                "churned": int(churned[own].sum()),
                "observed": float(churned[own].mean()),
                "low": float(share_low),
                "high": float(share_high),
                "predicted": float(probability[own].mean()),
                "auc": auc,
                "auc_low": low,
                "auc_high": high,
                "brier": brier(churned[own], probability[own]),
                "p_value": _miss_p_value(churned[own], probability[own]),
                "is_ranked_worse": bool(high < all_low),
            }
        )
    found = pd.DataFrame(rows)
    if found.empty:
        return found
    found["p_value"] = adjusted(found["p_value"].to_numpy())
    found["is_miscalibrated"] = found["p_value"] < CLAIM
    missed = (found["observed"] - found["predicted"]).abs()
    order = pd.DataFrame({"p": found["p_value"], "m": -missed, "s": found["segment"].astype(str)})
    return found.loc[order.sort_values(["p", "m", "s"]).index].reset_index(drop=True)


def permutation_importance(
    score: Callable[[Floats], Floats],
    matrix: Floats,
    churned: Flags,
    names: list[str],
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Return how much of the AUC is lost when a field's values are dealt out by chance.

    Parameters
    ----------
    score : callable
        From a matrix to log-odds.
    matrix : ndarray of shape (n, n_fields)
        Customers that the model had not learnt from; a sample of them where there are many.
    churned : ndarray of bool, shape (n,)
    names : list of str
    seed : int

    Notes
    -----
    L. Breiman (2001), Machine Learning 45, 5–32. Of fields that say the same, each is lost little:
    the other stands in.
    """
    rng = np.random.default_rng(seed)
    if len(churned) > _MOST_PERMUTED:
        some = np.sort(rng.choice(len(churned), _MOST_PERMUTED, replace=False))
        matrix, churned = matrix[some], churned[some]
    before = auc_interval(churned, score(matrix))[0]
    rows = []
    for position, name in enumerate(names):
        lost = []
        shuffled = matrix.copy()
        for _ in range(_REPEATS):
            shuffled[:, position] = rng.permutation(matrix[:, position])
            lost.append(before - auc_interval(churned, score(shuffled))[0])
        rows.append(
            {"field": name, "auc_drop": float(np.mean(lost)), "spread": float(np.std(lost, ddof=1))}
        )
    found = pd.DataFrame(rows)
    return found.sort_values("auc_drop", ascending=False, kind="stable", ignore_index=True)


def _verdict(auc_low: float, baselines: pd.DataFrame) -> Verdict:
    if not auc_low > 0.5:
        return "cannot_predict"
    return "useful" if baselines["is_beaten"].all() else "no_better_than_baseline"


def _baseline(name: str, churned: Flags, probability: Floats, other: Floats) -> dict[str, Any]:
    gain, low, high = gain_interval(churned, probability, other)
    return {
        "baseline": name,
        "auc": auc_interval(churned, other)[0],
        "average_precision": average_precision(churned, other),
        "brier": brier(churned, other),
        "ece": calibration_error(reliability(churned, other)),
        "gain": gain,
        "low": low,
        "high": high,
        "is_beaten": low > 0,
    }


def _miss_p_value(churned: Flags, probability: Floats) -> float:
    """Chance of missing the number who churned by as much, were the probabilities right.

    D. Spiegelhalter (1986), Statistics in Medicine 5, 421–433, in its simplest form: the sum of
    the probabilities against the number, by the normal distribution.
    """
    from scipy.special import ndtr

    variance = float((probability * (1 - probability)).sum())
    missed = abs(float(churned.sum() - probability.sum()))
    if variance == 0.0:
        return 1.0 if missed == 0.0 else 0.0
    return float(2 * ndtr(-missed / variance**0.5))


def _json(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        rows = value.astype(object).to_dict("records")
        return [{str(k): _json(v) for k, v in row.items()} for row in rows]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
