"""Open value weighed by what past deals say of the stage that each deal is in."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

_STAGE = ["pipeline", "stage_no"]


@dataclass(frozen=True)
class WeightedPipeline:
    """Open value times the share won of past deals in the same stage.

    Attributes
    ----------
    value, low, high : float
        Money; all stages at their learned share, or at the ends of its interval. NaN where deals
        are open, but none of them is in the sum; 0 where none is open.
    told : int
        Deals in the sum: with an amount, and in a stage of which the past says enough.
    deals, unvalued, untold : int
        Open deals; without an amount; in a stage of which the past says too little.
    open_value : float
        Of all open deals.
    untold_value : float
        Of those in a stage of which the past says too little.
    """

    value: float
    low: float
    high: float
    told: int
    deals: int
    unvalued: int
    untold: int
    open_value: float
    untold_value: float


def weighted_pipeline(opened: pd.DataFrame, rates: pd.DataFrame) -> WeightedPipeline:
    """Weigh open deals.

    Parameters
    ----------
    opened : DataFrame
        Open deals by ``pipeline`` and ``stage_no``: ``deals``, ``valued`` (with an amount),
        ``amount`` (of these, money). Rows may repeat.
    rates : DataFrame
        Of ``stage_history.rates_of``.
    """
    known = opened.merge(rates, on=_STAGE, how="left", validate="many_to_one")
    amount = known["amount"].astype("float64")
    deals, valued = known["deals"], known["valued"]
    is_told = known["learned"].notna()
    told, n = int(valued[is_told].sum()), int(deals.sum())
    edges = ("learned", "learned_low", "learned_high")
    sums = [float((amount * known[name]).sum()) for name in edges]
    value, low, high = sums if told or not n else [np.nan] * 3
    return WeightedPipeline(
        value, low, high, told, n, n - int(valued.sum()), int(deals[~is_told].sum()),
        float(amount.sum()), float(amount[~is_told].sum()),
    )  # fmt: skip
