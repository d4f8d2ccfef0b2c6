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


def holm(p_values: Floats) -> Floats:
    """Return p-values adjusted by Holm, in the order given; missing ones are not counted.

    Claiming those up to 0.05 keeps the chance of any false claim at 5 %, however they depend.

    Notes
    -----
    S. Holm (1979), Scandinavian Journal of Statistics 6, 65–70.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    result = np.full(len(p_values), np.nan)
    order = np.argsort(p_values, kind="stable")[: int(np.isfinite(p_values).sum())]
    scaled = p_values[order] * np.arange(len(order), 0, -1)
    result[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return result
