"""What promoters and detractors did next: bought again, left, beside each other.

Only answers whose days after are all seen count: who answered last week has not stayed away yet.
Those who answer choose to, and who is content may differ in much else: a difference is not what
making a customer content would bring.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.satisfaction_scales import Kind, class_of
from analytics.share_gap import newcombe_interval
from analytics.stats import LEVEL, wilson_interval

CLASSES = ("best", "middle", "worst")


@dataclass(frozen=True, eq=False)
class LaterBehaviour:
    """What customers did within so many days after they answered.

    Attributes
    ----------
    classes : DataFrame
        One row per class with an answer, ``best`` (promoters, satisfied, easy), ``middle``,
        ``worst``: ``customers``, ``did``, ``rate``, ``low``, ``high`` (Wilson).
    gap, low, high : float
        Rate of the best less that of the worst with Newcombe's interval; NaN without either.
    too_young : int
        Customers left out since not all of their days after have been seen.
    days : int
    """

    classes: pd.DataFrame
    gap: float
    low: float
    high: float
    too_young: int
    days: int


def did_later(
    answers: pd.DataFrame,
    events: pd.DataFrame,
    *,
    days: int,
    last_on: pd.Timestamp,
    kind: Kind,
    scale: int,
    present: pd.DataFrame | None = None,
    level: float = LEVEL,
) -> LaterBehaviour:
    """Return the share of each class with an event within ``days`` after their answer.

    Parameters
    ----------
    answers : DataFrame
        ``customer_id``, ``answered_on``, ``score`` (possible on the scale). Each customer counts
        once, by the first answer.
    events : DataFrame
        ``customer_id``, ``happened_on``: orders for repeat purchase, days of loss for churn. The
        day of the answer itself is not after it.
    days : int
        How long to look, 1 or more.
    last_on : Timestamp
        Last day for which events are complete.
    present : DataFrame, optional
        ``customer_id``, ``began_on``, ``ended_on`` (missing: it goes on): when customers were
        there. Who was not on the day of the answer is left out: who has left cannot leave.

    Raises
    ------
    ValueError
        ``days`` is below 1.
    """
    if days < 1:
        raise ValueError(f"days should be 1 or more, but is {days}.")
    known = answers.dropna(subset=["customer_id", "answered_on", "score"])
    first = known.sort_values(["answered_on", "score"], kind="stable").drop_duplicates(
        "customer_id"
    )[["customer_id", "answered_on", "score"]]
    if present is not None:
        times = first.merge(present, on="customer_id")
        has_begun = times["began_on"] <= times["answered_on"]
        goes_on = times["ended_on"].isna() | (times["ended_on"] > times["answered_on"])
        first = first[first["customer_id"].isin(times.loc[has_begun & goes_on, "customer_id"])]
    until = first["answered_on"] + pd.Timedelta(days=days)
    seen = first[until <= last_on]
    pairs = seen.merge(events, on="customer_id")
    gap = pairs["happened_on"] - pairs["answered_on"]
    hits = pairs.loc[(gap > pd.Timedelta(0)) & (gap <= pd.Timedelta(days=days)), "customer_id"]
    did = seen["customer_id"].isin(hits).to_numpy(dtype=bool)
    place = class_of(kind, scale, seen["score"])
    customers = np.bincount(place, minlength=3)
    hit = np.bincount(place, weights=did, minlength=3).astype("int64")
    low, high = wilson_interval(hit, customers, level=level)
    with np.errstate(invalid="ignore"):
        rate = hit / customers
    frame = pd.DataFrame(
        {
            "class": CLASSES, "customers": customers, "did": hit, "rate": rate, "low": low,
            "high": high,
        }
    )  # fmt: skip
    edges = newcombe_interval(
        int(hit[0]), int(customers[0]), int(hit[2]), int(customers[2]), level=level
    )
    return LaterBehaviour(
        frame[frame["customers"] > 0].reset_index(drop=True),
        float(rate[0] - rate[2]),
        edges[0],
        edges[1],
        len(first) - len(seen),
        days,
    )
