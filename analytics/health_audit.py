"""How a score by hand did on past churn, against what is simpler and against the model."""

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from scipy.stats import rankdata

from analytics.churn_features import Flags
from analytics.churn_measures import auc_interval
from analytics.churn_model_rules import LEAST_JUDGED
from analytics.stats import LEVEL, Floats

Verdict = Literal["too_few", "worse_than_recency", "tells_nothing", "no_better", "better"]
LEAST = LEAST_JUDGED  # who left, and who stayed: as for the model


def auc_difference(
    churned: Flags, score: Floats, other: Floats, *, level: float = LEVEL
) -> tuple[float, float, float]:
    """Return how much larger the AUC of a score is than that of another, with interval.

    Parameters
    ----------
    churned : ndarray of bool, shape (n,)
    score, other : ndarray of shape (n,)
        Of the same customers; higher is likelier to churn, ties count half.

    Returns
    -------
    difference, low, high : float
        NaN where a class is not there; the interval is NaN where a class has one customer.

    Notes
    -----
    E. DeLong, D. DeLong, D. Clarke-Pearson (1988), Biometrics 44, 837–845: what each customer adds
    to both is subtracted before it is averaged, as the two go together.
    """
    ours, m, n = churned.astype(bool), int(churned.sum()), int((~churned).sum())
    if not m or not n:
        return np.nan, np.nan, np.nan
    (beaten, beating), (beaten2, beating2) = (_placed(ours, one) for one in (score, other))
    difference = float(beaten.mean() - beaten2.mean())
    if min(m, n) < 2:
        return difference, np.nan, np.nan
    gap, gap2 = beaten - beaten2, beating - beating2
    error = float(np.sqrt(gap.var(ddof=1) / m + gap2.var(ddof=1) / n))
    half = NormalDist().inv_cdf((1 + level) / 2) * error
    return difference, difference - half, difference + half


def audit(churned: Flags, health: Floats, others: Mapping[str, Floats]) -> dict[str, Any]:
    """Judge a health score by who left later.

    Parameters
    ----------
    churned : ndarray of bool, shape (n,)
    health : ndarray of shape (n,)
        0 to 100, the higher the safer. Customers without a score are left out.
    others : mapping of str to ndarray of shape (n,)
        ``recency``, ``nps``, ``model``: the higher, the likelier to leave. Who has no value stands
        in the middle.

    Returns
    -------
    dict
        ``n``, ``churned``, ``unscored``, ``verdict``, ``auc``, ``low``, ``high``; ``against`` by
        name: ``auc``, ``low``, ``high`` of the other, ``known`` (customers with a value),
        ``difference`` (AUC of the health score less that of the other), ``difference_low``,
        ``difference_high``. Verdict: ``too_few`` left or stayed; ``worse_than_recency``: the
        difference from recency is below zero by more than chance; ``tells_nothing``: the interval
        of the AUC reaches one half; ``better`` than recency; ``no_better``. JSON values, None where
        not defined.
    """
    scored = ~np.isnan(health)
    left, danger = churned[scored], -health[scored]
    found: dict[str, Any] = {
        "n": int(scored.sum()),
        "churned": int(left.sum()),
        "unscored": int((~scored).sum()),
        "verdict": "too_few",
        "against": {},
    }
    if min(int(left.sum()), int((~left).sum())) < LEAST:
        return found
    auc, low, high = auc_interval(left, danger)
    found |= {"auc": auc, "low": low, "high": high}
    for name, values in others.items():
        known = ~np.isnan(values[scored])
        if known.any():
            found["against"][name] = _against(left, danger, values[scored], known)
    return found | {"verdict": _verdict(found)}


def _against(left: Flags, danger: Floats, values: Floats, known: Flags) -> dict[str, Any]:
    other = np.where(known, values, np.median(values[known]))
    auc, low, high = auc_interval(left, other)
    difference, less, more = auc_difference(left, danger, other)
    return {
        "auc": auc, "low": low, "high": high, "known": int(known.sum()),
        "difference": difference, "difference_low": less, "difference_high": more,
    }  # fmt: skip


def _verdict(found: dict[str, Any]) -> Verdict:
    recency = found["against"].get("recency")
    if recency is not None and recency["difference_high"] < 0:
        return "worse_than_recency"
    if not found["low"] > 0.5:
        return "tells_nothing"
    return "better" if recency is not None and recency["difference_low"] > 0 else "no_better"


def _placed(churned: Flags, score: Floats) -> tuple[Floats, Floats]:
    """Return the share of the others that each one beats: of the churned, of the kept."""
    ours, others = score[churned], score[~churned]
    ranks = rankdata(score)
    beaten: Floats = (ranks[churned] - rankdata(ours)) / len(others)
    beating: Floats = 1.0 - (ranks[~churned] - rankdata(others)) / len(ours)
    return beaten, beating
