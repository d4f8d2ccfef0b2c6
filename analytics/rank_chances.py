"""Who is really among the best: rank probabilities of people whose rates are known roughly.

By integration, not by drawing: the same rates give the same chances to the last digit. The axis is
cut where the distributions themselves have their quantiles, so that narrow ones get narrow cells.
"""

import numpy as np
from scipy.special import betainc, betaincinv

from analytics.stats import Floats

_LEVELS = 64  # cuts per person
_MOST_CUTS = 1_200


def rank_chances(a: Floats, b: Floats, *, best: int) -> tuple[Floats, Floats]:
    """Return the chance of being among the ``best`` highest, and the expected rank.

    Parameters
    ----------
    a, b : ndarray of shape (people,)
        Of independent beta distributions of the true rates.
    best : int
        1 or more.

    Returns
    -------
    chance : ndarray of shape (people,)
        0 to 1; they add up to ``best`` (to about 1e-3), or each is 1 where there are no more
        people than that.
    rank : ndarray of shape (people,)
        1 is the highest; they add up to those of all places.
    """
    people = len(a)
    if people == 0:
        return np.empty(0), np.empty(0)
    cuts = _cuts(a, b)
    below = betainc(a[:, None], b[:, None], cuts[None, :])
    below = np.concatenate([np.zeros((people, 1)), below, np.ones((people, 1))], axis=1)
    mass = np.diff(below, axis=1)
    above = 1.0 - (below[:, 1:] + below[:, :-1]) / 2  # a tie within a cell is won every other time
    rank = 1.0 + (mass * (above.sum(axis=0) - above)).sum(axis=1)
    if best >= people:
        return np.ones(people), rank
    return (mass * _fewer_than(best, above)).sum(axis=1), rank


def _cuts(a: Floats, b: Floats) -> Floats:
    levels = max(8, min(_LEVELS, _MOST_CUTS // len(a)))
    inner = (np.arange(levels) + 0.5) / levels
    tails = np.array([1e-5, 1e-3, 0.999, 1 - 1e-5])
    at = np.concatenate([inner, tails])
    return np.unique(betaincinv(a[:, None], b[:, None], at[None, :]))


def _fewer_than(best: int, above: Floats) -> Floats:
    """Chance that fewer than ``best`` of the others are above, by person and cell.

    The number above is a sum of unequal coins. Those before a person and those after are summed up
    to ``best - 1``, and put together: taking one coin out of the sum of all would divide by almost
    nothing.
    """
    people, cells = above.shape
    after = np.zeros((people + 1, best, cells))
    after[people, 0] = 1.0
    for one in range(people - 1, -1, -1):
        after[one] = _with_coin(after[one + 1], above[one])
    before = np.zeros((best, cells))
    before[0] = 1.0
    found = np.empty_like(above)
    for one in range(people):
        up_to = np.cumsum(after[one + 1], axis=0)[::-1]  # of the others after, at most best-1-j
        found[one] = (before * up_to).sum(axis=0)
        before = _with_coin(before, above[one])
    return found


def _with_coin(counts: Floats, heads: Floats) -> Floats:
    moved = counts * (1.0 - heads)
    moved[1:] += counts[:-1] * heads
    return moved
