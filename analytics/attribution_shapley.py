"""Shapley credit: what a channel adds, averaged over all orders in which channels could join."""

import numpy as np

from analytics.attribution_paths import Paths
from analytics.stats import Floats

_CELLS = 4_000_000  # paths by channels that are looked at together


def shapley_credits(paths: Paths, amounts: Floats) -> Floats:
    """Return the Shapley value of each channel; they add up to the amounts.

    A set of channels is worth the amounts of all paths that need no other channel. Order and
    repetition do not count, and journeys without a conversion add nothing.

    Notes
    -----
    L. S. Shapley (1953), "A value for n-person games". K. Zhao, S. H. Mahboobi and S. R. Bagheri
    (2018), "Shapley value methods for attribution modeling in online advertising",
    arXiv:1804.05327: this game is a sum of games that each path wins once all of its channels are
    there, so each path is shared equally among its different channels. That is exact for any number
    of channels; nothing is enumerated or sampled.
    """
    k = len(paths.channels)
    if not k:
        return np.zeros(0)
    found, step = np.zeros(k), max(1, _CELLS // k)
    for first in range(0, len(amounts), step):
        starts = paths.starts[first : first + step + 1]
        path = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        is_met = np.zeros((len(starts) - 1, k), dtype=bool)
        is_met[path, paths.touches[starts[0] : starts[-1]]] = True
        different = np.maximum(is_met.sum(axis=1), 1)
        found += (amounts[first : first + step] / different) @ is_met
    return found
