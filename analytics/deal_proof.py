"""How good probabilities of deals are where one deal was asked about on several days.

Rows of a deal say nearly the same, so that deals are what is drawn again (the cluster bootstrap of
A. Davison and D. Hinkley 1997, Bootstrap Methods and their Application, 3.8), or counted.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn_features import Flags
from analytics.churn_measures import BINS, brier
from analytics.stats import LEVEL, Floats, wilson_interval

DRAWS = 500
_CERTAIN = 1e-4  # log loss takes no probability nearer to 0 or 1


def compared(
    won: Flags, said: Mapping[str, Floats], deal: Any, *, ours: str, seed: int = 0
) -> pd.DataFrame:
    """Measure several ways to say the chance of the same deals.

    Parameters
    ----------
    won : ndarray of bool, shape (n,)
    said : mapping of str to ndarray of shape (n,)
        Probabilities by way; a way may have none of some rows (NaN), and is then held against
        ``ours`` on the others.
    deal : array-like of shape (n,)
        The deal of each row.
    ours : str
        The way that is compared with all others; it has every row.
    seed : int

    Returns
    -------
    DataFrame
        One row per way with any probability: ``way``, ``n`` (rows), ``deals``, ``brier``,
        ``log_loss``, ``auc``, ``auc_low``, ``auc_high``, and ``gain``, ``gain_low``, ``gain_high``:
        by how much the Brier score of ``ours`` is smaller (95 %, by deal; 0 of itself).
    """
    codes = pd.factorize(np.asarray(deal), use_na_sentinel=False)[0]
    rows = []
    for way, probability in said.items():
        own = ~np.isnan(probability)
        if not own.any():
            continue
        hits, chance, base = won[own], probability[own], said[ours][own]
        whose = pd.factorize(codes[own])[0]
        gained = (chance - hits) ** 2 - (base - hits) ** 2
        gain, low, high = _drawn(whose, _mean_of(gained, whose), seed)
        auc, auc_low, auc_high = _drawn(whose, _auc_of(hits, chance, whose), seed)
        rows.append(
            {"way": way, "n": len(hits), "deals": int(whose.max()) + 1,
             "brier": brier(hits, chance), "log_loss": log_loss(hits, chance),
             "auc": auc, "auc_low": auc_low, "auc_high": auc_high,
             "gain": gain, "gain_low": low, "gain_high": high}
        )  # fmt: skip
    return pd.DataFrame(rows)


def log_loss(won: Flags, probability: Floats) -> float:
    """Return the mean log loss, of probabilities no nearer to 0 and 1 than 0.0001."""
    held = np.clip(probability, _CERTAIN, 1 - _CERTAIN)
    return float(-np.log(np.where(won, held, 1 - held)).mean())


def reliability_by_deal(won: Flags, probability: Floats, deal: Any) -> pd.DataFrame:
    """Compare predicted with observed shares in bins of about as many rows each.

    Returns
    -------
    DataFrame
        One row per bin, ascending: ``predicted`` (mean), ``observed``, ``low``, ``high`` (95 %, by
        deal), ``upper`` (the highest probability in it), ``n`` (rows), ``deals``, ``won`` (rows).
    """
    edges = np.unique(np.quantile(probability, np.arange(1, BINS) / BINS))
    position = np.searchsorted(edges, probability, side="left")
    codes = np.asarray(pd.factorize(np.asarray(deal), use_na_sentinel=False)[0])
    rows = []
    for one in np.unique(position):
        own = position == one
        low, high = share_interval(won[own], codes[own])
        rows.append(
            {"predicted": float(probability[own].mean()), "observed": float(won[own].mean()),
             "low": low, "high": high, "upper": float(probability[own].max()),
             "n": int(own.sum()), "deals": len(np.unique(codes[own])), "won": int(won[own].sum())}
        )  # fmt: skip
    return pd.DataFrame(rows)


def share_interval(won: Flags, deal: Any) -> tuple[float, float]:
    """Return Wilson's interval of a share for as many independent rows as would know it as well.

    That number is the variance of one row over the variance of the share between deals (J. Rao and
    A. Scott 1992, Biometrics 48, 577–585), between 1 and the number of rows; where all rows are of
    one kind, it is the number of deals.
    """
    codes = pd.factorize(np.asarray(deal), use_na_sentinel=False)[0]
    size = np.bincount(codes).astype("float64")
    share, deals = float(won.mean()), len(size)
    missed = np.bincount(codes, weights=won) - share * size
    variance = deals / max(deals - 1, 1) * float((missed**2).sum()) / len(won) ** 2
    n = share * (1 - share) / variance if variance > 0 else float(deals)
    n = min(max(n, 1.0), float(len(won)))
    low, high = wilson_interval(share * n, n)
    return float(low), float(high)


def _drawn(
    whose: Any, statistic: Callable[[Floats], float], seed: int
) -> tuple[float, float, float]:
    """Return a statistic of the deals, and its interval over draws of them."""
    deals = int(whose.max()) + 1
    found = statistic(np.ones(deals))
    if deals < 2:
        return found, np.nan, np.nan
    rng = np.random.default_rng(seed)
    drawn = np.array(
        [
            statistic(np.bincount(rng.integers(deals, size=deals), minlength=deals).astype("f8"))
            for _ in range(DRAWS)
        ]
    )
    if np.isnan(drawn).all():
        return found, np.nan, np.nan
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return found, float(low), float(high)


def _mean_of(values: Floats, whose: Any) -> Callable[[Floats], float]:
    total, size = np.bincount(whose, weights=values), np.bincount(whose)

    def mean(weights: Floats) -> float:
        return float((weights @ total) / (weights @ size))

    return mean


def _auc_of(won: Flags, score: Floats, whose: Any) -> Callable[[Floats], float]:
    """Return the area under the ROC curve as a function of the weights of deals."""
    distinct, place = np.unique(score, return_inverse=True)

    def auc(weights: Floats) -> float:
        own = weights[whose]
        ours = np.bincount(place, weights=own * won, minlength=len(distinct))
        others = np.bincount(place, weights=own * ~won, minlength=len(distinct))
        pairs = ours.sum() * others.sum()
        if pairs == 0:
            return float("nan")
        return float((ours * (np.cumsum(others) - others / 2)).sum() / pairs)

    return auc
