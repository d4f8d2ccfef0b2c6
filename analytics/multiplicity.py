"""Looking at many differences at once."""

import numpy as np

from analytics.stats import Floats


def adjusted(p_values: Floats) -> Floats:
    """Return p-values adjusted by Benjamini and Hochberg, in the order given.

    Claiming those up to 0.05 keeps the expected share of false claims among the claims at 5 %.

    Notes
    -----
    Y. Benjamini and Y. Hochberg (1995), Journal of the Royal Statistical Society B 57, 289–300.

    Examples
    --------
    >>> adjusted(np.array([0.01, 0.04, 0.03, 0.5])).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    count = len(p_values)
    order = np.argsort(p_values, kind="stable")[::-1]  # largest first
    scaled = p_values[order] * count / np.arange(count, 0, -1)
    result = np.empty(count)
    result[order] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return result
