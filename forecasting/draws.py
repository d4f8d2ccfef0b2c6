"""Draws of what is won: each open deal by its own chance, independently of the others."""

import numpy as np

from analytics.stats import Floats

DRAWS = 10_000
MOST_ALONE = 4_000  # deals drawn one by one; of many more small ones only the sum matters
_CHUNK = 32  # rows of draws that stay in the cache


def drawn_totals(
    amount: Floats, chance: Floats, *, draws: int = DRAWS, seed: int = 0, most: int = MOST_ALONE
) -> Floats:
    """Return what is won of deals, once per draw.

    Parameters
    ----------
    amount, chance : ndarray, shape (n,)
        Money, and the chance (0 to 1) to win it. None of them missing.
    draws, seed : int
    most : int
        Deals drawn one by one: those that vary the most. Of the rest the sum is drawn from a
        normal distribution with its mean and variance.

    Returns
    -------
    ndarray, shape (draws,)
        Money, in the order of the draws.
    """
    rng = np.random.default_rng(seed)
    variance = variances(amount, chance)
    if len(amount) > most:
        order = np.argsort(-variance, kind="stable")
        alone, rest = order[:most], order[most:]
        mean = float((amount[rest] * chance[rest]).sum())
        start = rng.normal(mean, np.sqrt(variance[rest].sum()), draws)
        # a sum of amounts of one sign does not leave what it can be
        totals = np.clip(start, amount[rest].clip(max=0).sum(), amount[rest].clip(min=0).sum())
        amount, chance = amount[alone], chance[alone]
    else:
        totals = np.zeros(draws)
    for first in range(0, len(amount), _CHUNK):
        part = slice(first, first + _CHUNK)
        hits = rng.random((len(amount[part]), draws), dtype=np.float32) < chance[part, None]
        totals += amount[part] @ hits.astype(np.float64)
    return totals


def variances(amount: Floats, chance: Floats) -> Floats:
    """Return the variance of what is won of each deal."""
    return np.asarray(amount**2 * chance * (1 - chance), dtype=np.float64)


def gamma_totals(mean: float, deviation: float, *, draws: int = DRAWS, seed: int = 0) -> Floats:
    """Return draws of a gamma distribution with a mean (0 or more) and a standard deviation."""
    if mean <= 0:
        return np.zeros(draws)
    if deviation <= 0:
        return np.full(draws, mean)
    rng = np.random.default_rng(seed)
    shape = (mean / deviation) ** 2
    return np.asarray(rng.gamma(shape, mean / shape, draws), dtype=np.float64)
