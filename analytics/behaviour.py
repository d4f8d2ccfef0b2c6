"""How customers behave, as numbers that can be held against each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.group_sums import Feature, scaled_values
from analytics.stats import Floats

BEHAVIOUR: tuple[Feature, ...] = (
    Feature("days_since_last_order", "days", is_log=True),
    Feature("order_days", "count", is_log=True),
    Feature("average_order_value", "money", is_log=True),
    Feature("gap_days", "days", is_log=True),
    Feature("returned_share", "share"),
    Feature("categories", "count", is_log=True),
)
_PRIOR_ORDERS = 10.0
_FARTHEST = 3.0  # standard deviations; what lies beyond counts as that far


def behaviour(inputs: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of ``BEHAVIOUR`` for each row of ``CLUSTER_INPUTS``.

    ``gap_days`` is the mean gap between days with an order; of those with one such day it is the
    days since then, as their gap is at least that long. ``returned_share`` is drawn towards the
    overall share by the weight of ten orders: nothing returned of one order says little.
    """
    days = inputs["order_days"]
    between = inputs["days_since_first_order"] - inputs["days_since_last_order"]
    gap = (between / (days - 1).where(days > 1)).fillna(inputs["days_since_first_order"])
    orders = inputs["orders"].where(inputs["orders"] > 0)
    overall = inputs["returned_orders"].sum() / max(float(inputs["orders"].sum()), 1.0)
    return pd.DataFrame(
        {
            "days_since_last_order": inputs["days_since_last_order"],
            "order_days": days,
            "average_order_value": inputs["net_amount"] / orders,
            "gap_days": gap,
            "returned_share": (inputs["returned_orders"] + _PRIOR_ORDERS * overall)
            / (orders + _PRIOR_ORDERS),
            "categories": inputs["categories"],
        },
        index=inputs.index,
    ).astype("float64")


@dataclass(frozen=True)
class Scaling:
    """Logarithm of long-tailed numbers, then standard deviations from the mean, at most three.

    Attributes
    ----------
    features : tuple of Feature
        Those that vary.
    middle, spread, known : ndarray
        Mean and standard deviation; what stands for a missing number (the median).
    """

    features: tuple[Feature, ...]
    middle: Floats
    spread: Floats
    known: Floats

    def __call__(self, rows: pd.DataFrame) -> Floats:
        """Return one row per customer and one column per feature."""
        if not self.features:
            return np.empty((len(rows), 0))
        scaled = _scaled(rows, self.features)
        filled = np.where(np.isnan(scaled), self.known, scaled)
        far = np.clip((filled - self.middle) / self.spread, -_FARTHEST, _FARTHEST)
        return np.asarray(far, dtype="float64")


def scaling(rows: pd.DataFrame, features: Sequence[Feature] = BEHAVIOUR) -> Scaling:
    """Learn the scales from rows; features that do not vary are left out."""
    kept = [f for f in features if _varies(rows[f.name])]
    if not kept:  # nobody has ordered, or all did the same
        return Scaling((), *(np.empty(0) for _ in range(3)))
    scaled = _scaled(rows, kept)
    known = np.array([np.nanmedian(column) for column in scaled.T])
    filled = np.where(np.isnan(scaled), known, scaled)
    return Scaling(tuple(kept), filled.mean(axis=0), filled.std(axis=0), known)


def _varies(column: pd.Series) -> bool:
    known = column.dropna()
    return len(known) > 1 and float(known.min()) < float(known.max())


def _scaled(rows: pd.DataFrame, features: Sequence[Feature]) -> Floats:
    return np.column_stack(
        [scaled_values(np.asarray(rows[f.name], dtype="float64"), f) for f in features]
    )
