"""How sure a share of a value is, when a few large amounts can decide it."""

import numpy as np

from analytics.stats import Floats, Numbers, ratio_interval, wilson_interval


def value_share_interval(
    n: Numbers, part: Numbers, whole: Numbers, *, part_sq: Numbers, whole_sq: Numbers
) -> tuple[Floats, Floats]:
    """Return the interval of a part's share of a total value, 95 %, within 0 to 1.

    Parameters
    ----------
    n : array-like of counts
        Amounts in the whole.
    part, whole : array-like
        Sums of the amounts; those of the part are among those of the whole.
    part_sq, whole_sq : array-like
        Sums of their squares.

    Returns
    -------
    low, high : ndarray
        NaN where ``n`` is below 2 or the whole is not positive.

    Notes
    -----
    The wider, on each side, of two intervals. The delta method of ``ratio_interval`` sees that
    large amounts may fare differently, but not that one amount decides. Wilson's interval of as
    many equal amounts as the whole is worth (L. Kish, 1965, Survey Sampling, 11.7) sees that,
    and has a variance where the part is nothing or all.
    """
    sums, total = (np.asarray(part, dtype="float64"), np.asarray(whole, dtype="float64"))
    squares = np.asarray(whole_sq, dtype="float64")
    known = (np.asarray(n) > 1) & (total > 0) & (squares > 0)
    worth = np.where(known, total**2 / np.where(known, squares, 1.0), np.nan)
    share = np.clip(sums / np.where(known, total, np.nan), 0.0, 1.0)
    kish_low, kish_high = wilson_interval(share * worth, worth)
    low, high = ratio_interval(
        n, sums, total, numerator_sq=part_sq, denominator_sq=squares, cross=part_sq
    )
    return np.maximum(np.minimum(low, kish_low), 0.0), np.minimum(np.maximum(high, kish_high), 1.0)
