"""Shapley credit: what a channel adds, averaged over all orders in which channels could join."""

import numpy as np

from analytics.attribution_paths import Paths
from analytics.stats import Floats


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
    pairs = np.unique(paths.path_of * k + paths.touches)
    path, channel = pairs // k, pairs % k
    different = np.bincount(path, minlength=len(amounts))
    shares = amounts / np.maximum(different, 1)
    return np.asarray(np.bincount(channel, weights=shares[path], minlength=k), dtype="float64")
