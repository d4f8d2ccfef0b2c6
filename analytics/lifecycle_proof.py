"""What became of each stage: who ordered in the days after, which the stage had not seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.lifecycle import Days, Letters, MonthRows
from analytics.lifecycle_rules import LETTERS, STAGES
from analytics.stats import wilson_interval

HORIZONS = (90, 180)


@dataclass(frozen=True)
class Outcome:
    """How many customers of a stage ordered within some days after; 95 % interval of the share.

    ``share``, ``low`` and ``high`` are None for a stage without customers.
    """

    stage: str
    days: int
    customers: int
    ordered: int
    share: float | None
    low: float | None
    high: float | None


def next_orders(n: int, months: Iterable[tuple[int, MonthRows]], after: int) -> Days:
    """Return each customer's first day with an order after a month end; far away for none.

    Parameters
    ----------
    n : int
        Number of customers.
    months : iterable of (first day, MonthRows)
        Growing.
    after : int
        Last day of a month.
    """
    found = np.full(n, np.iinfo(np.int32).max, dtype=np.int32)
    for month, rows in months:
        if month > after:
            found[rows.customer] = np.minimum(found[rows.customer], rows.first_on)
    return found


def outcomes(
    stage: Letters, next_on: Days, after: int, horizons: Sequence[int] = HORIZONS
) -> list[Outcome]:
    """Return outcomes of each stage and horizon.

    Parameters
    ----------
    stage : ndarray
        Letters at the end of day ``after``; customers not known yet are left out.
    next_on : ndarray of int
        See ``next_orders``.
    after : int
        The day.
    horizons : sequence of int
        Days that have been watched in full.
    """
    return [
        _outcome(name, days, next_on[stage == ord(letter)] <= after + days)
        for name, letter in zip(STAGES, LETTERS, strict=True)
        for days in horizons
    ]


def _outcome(stage: str, days: int, ordered: npt.NDArray[np.bool_]) -> Outcome:
    n, hits = len(ordered), int(ordered.sum())
    if n == 0:
        return Outcome(stage, days, 0, 0, None, None, None)
    low, high = wilson_interval(hits, n)
    return Outcome(stage, days, n, hits, hits / n, float(low), float(high))
