"""Durations sorted together with whether they ended, in one plain sort."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def sorted_once(durations: Floats, is_end: Ints) -> tuple[Floats, Ints, Ints]:
    """Return distinct durations, how many there are of each, and how many of those ended.

    The bits of floats that are not negative sort as the floats do, and the first of them, the sign,
    is free: it makes room for whether it ended, at the other end. So one plain sort does both.
    """
    keys = durations.view(np.uint64) << 1
    keys |= is_end.view(np.uint64)
    keys.sort()
    ages = (keys >> 1).view(np.float64)
    first = np.flatnonzero(np.concatenate([[True], ages[1:] != ages[:-1]]))
    ended = (keys & 1).view(np.int64)
    return ages[first], np.diff(first, append=len(ages)), np.add.reduceat(ended, first)
