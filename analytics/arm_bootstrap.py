"""Intervals of a difference of means by resampling: for few and very uneven amounts."""

import numpy as np

from analytics.arm_gap import Gap
from analytics.stats import LEVEL, Floats

_DRAWS, _CELLS = 4_000, 1_000_000
_NAN = float("nan")


def bootstrap_gap(arm: Floats, control: Floats, *, level: float = LEVEL, seed: int = 0) -> Gap:
    """Return the difference of means and its percentile interval.

    Each draw takes as many units from each arm as it has. Zeros, most units of most campaigns, are
    drawn as their number only. The p-value is twice the smaller share of draws on either side of no
    effect, at least 1 in the number of draws.

    Notes
    -----
    B. Efron and R. J. Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    rng = np.random.default_rng(seed)
    one, base = _means(rng, arm), _means(rng, control)
    drawn = one - base
    tails = ((1 - level) / 2, (1 + level) / 2)
    low, high = (float(v) for v in np.quantile(drawn, tails))
    mean = float(control.mean())
    difference = float(arm.mean()) - mean
    below = float((drawn <= 0).mean())
    p_value = min(1.0, 2 * max(min(below, float((drawn >= 0).mean())), 0.5 / _DRAWS))
    relative = difference / mean if mean > 0 else _NAN
    ratio_low, ratio_high = _NAN, _NAN
    if mean > 0 and float(np.quantile(base, tails[0])) > 0 and (base > 0).all():
        ratio_low, ratio_high = (float(v) for v in np.quantile(drawn / base, tails))
    return Gap(difference, low, high, relative, ratio_low, ratio_high, p_value, "bootstrap")


def _means(rng: np.random.Generator, values: Floats) -> Floats:
    """Return means of resamples, some at a time so that they fit into memory."""
    some = values[values != 0]
    count = len(values)
    if not len(some):
        return np.zeros(_DRAWS)
    sizes = rng.binomial(count, len(some) / count, _DRAWS)
    at_once = max(1, _CELLS // max(1, int(sizes.max())))
    means = np.empty(_DRAWS)
    for first in range(0, _DRAWS, at_once):
        part = sizes[first : first + at_once]
        picked = some[rng.integers(0, len(some), int(part.sum()))]
        ends = np.cumsum(part)
        running = np.concatenate([[0.0], np.cumsum(picked)])
        means[first : first + at_once] = (running[ends] - running[ends - part]) / count
    return means
