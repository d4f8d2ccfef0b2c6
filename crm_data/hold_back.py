"""Drawing who is left alone: by lot, evenly over values, the same for the same seed."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm_data.errors import UsageError

MOST_SHARE = 0.5
_STRATA = 10


def drawn(
    customer_ids: pd.Series, values: pd.Series, *, share: float, seed: int
) -> npt.NDArray[np.bool_]:
    """Return who is held back, in the order given.

    Customers are put into ten groups by value at stake (missing is the least), shuffled inside
    each, and every ``1/share``-th is taken from a random start: everybody has the chance ``share``,
    and no group gives more than one above or below its part. The order of the rows does not matter.

    Parameters
    ----------
    customer_ids, values : Series
        Customers, each once, and their value at stake.
    share : float
        0 to 0.5.
    seed : int
        The same customers and seed give the same draw.

    Raises
    ------
    UsageError
        A share that cannot be drawn.
    """
    if not 0 <= share <= MOST_SHARE:  # NaN is neither
        raise UsageError(
            "retention_share",
            f"A hold-back of {share} cannot be drawn. Give a share from 0 to {MOST_SHARE}.",
            share=share,
            most=MOST_SHARE,
        )
    count = len(customer_ids)
    if not count or not share:
        return np.zeros(count, dtype=bool)
    rng = np.random.default_rng(seed)
    value = np.nan_to_num(values.to_numpy(dtype="float64"), nan=-np.inf)
    by_id = np.argsort(customer_ids.astype(str).to_numpy())
    # Equal values are ordered by lot, too.
    by_value = by_id[np.lexsort((rng.permutation(count), value[by_id]))]
    group = np.arange(count) * _STRATA // count
    shuffled = by_value[np.lexsort((rng.random(count), group))]
    steps = np.floor(np.arange(count + 1) * share + rng.random())
    result = np.zeros(count, dtype=bool)
    result[shuffled] = np.diff(steps) > 0
    return result
