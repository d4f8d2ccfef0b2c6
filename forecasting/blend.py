"""One number of two forecasts, by how wrong each has been at the same distance."""

from dataclasses import dataclass

import numpy as np

from analytics.stats import Floats

LEAST = 2  # periods that both were tested on; with fewer, each has half
_PRIOR = 4.0  # errors that "both are as good" counts as


@dataclass(frozen=True)
class Blend:
    """What each of two forecasts weighs; together 1.

    Attributes
    ----------
    first, second : float
    periods : int
        That both were tested on.
    is_told : bool
        Whether there were ``LEAST`` of them; else the weights are even.
    """

    first: float
    second: float
    periods: int
    is_told: bool

    def of(self, first: float, second: float) -> float:
        """Return the blended number; that of the other where one is missing."""
        if not np.isfinite(first):
            return second
        return first if not np.isfinite(second) else self.first * first + self.second * second


def blend(first: Floats, second: Floats, *, least: int = LEAST) -> Blend:
    """Weigh two forecasts by past errors.

    Parameters
    ----------
    first, second : ndarray, shape (periods,)
        Errors (forecast less actual) of both for the same periods at the same lead time; missing
        where there was none. Only periods that both have count.
    least : int

    Notes
    -----
    Weights go by the inverse of the mean squared error, each drawn toward that of both together
    with the weight of ``_PRIOR`` errors: eight quarters say little, and even weights are hard to
    beat (J. M. Bates and C. W. J. Granger 1969, Operational Research Quarterly 20, 451–468).
    """
    both = np.isfinite(first) & np.isfinite(second)
    n = int(both.sum())
    if n < least:
        return Blend(0.5, 0.5, n, is_told=False)
    squares = np.array([(first[both] ** 2).sum(), (second[both] ** 2).sum()])
    together = float(squares.sum()) / (2 * n)
    if together <= 0:
        return Blend(0.5, 0.5, n, is_told=True)
    mean = (squares + _PRIOR * together) / (n + _PRIOR)
    weight = float((1 / mean[0]) / (1 / mean).sum())
    return Blend(weight, 1 - weight, n, is_told=True)
