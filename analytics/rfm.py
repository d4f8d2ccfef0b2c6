"""RFM: days since the last order, number of orders and net value, each scored 1 to 5.

Hughes, A. M. (1994), Strategic Database Marketing, scores customers by fifths. Real data has ties,
and a fifth may not cut through equal values: who did the same gets the same score. A group of
equals is scored as a whole, so that with heavy ties fewer than five scores are used
(``CutPoints.is_tied``).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.rfm_rules import LETTERS, NO_LETTER, SEGMENTS, SIZE, RfmRules

Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.uint8]
DEFAULT_RULES = RfmRules()


@dataclass(frozen=True)
class CutPoints:
    """From where on the scores of one measure begin.

    Attributes
    ----------
    borders : 4 floats
        Score 2, 3, 4, 5 begin here (``value >= border``). Of recency the values are days since the
        last order with a minus: more is better everywhere. Infinite where a score begins nowhere.
    used : tuple of int
        Scores that somebody has.
    is_fixed : bool
        Set by the company instead of fifths of the customers.
    """

    borders: tuple[float, ...]
    used: tuple[int, ...]
    is_fixed: bool

    @property
    def is_tied(self) -> bool:
        """Whether equal values leave fewer than five groups where fifths were asked for."""
        return not self.is_fixed and 0 < len(self.used) < SIZE


def fifths(values: Floats, *, lowest: bool = False) -> tuple[float, ...]:
    """Return where the scores 2 to 5 begin when fifths of the customers decide.

    Parameters
    ----------
    values : ndarray
        Finite values, more is better.
    lowest : bool
        What a group of equals is worth: by default the fifth that its middle falls into, as in the
        midrank of rank statistics. With True the fifth that it begins in, which is meant for
        counts: who bought once bought as rarely as one can, even where four of five did.

    Returns
    -------
    tuple of 4 floats
        Values that occur, never falling; infinite where no value reaches a score.
    """
    ordered = np.sort(values)
    below = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])
    distinct, counts = ordered[below], np.diff(below, append=len(ordered))
    twice = 2 * below if lowest else 2 * below + counts  # whole numbers: no border is rounded away
    everybody = max(2 * len(values), 1)
    # A middle exactly on a border belongs to the fifth that ends there, a beginning to the next.
    reached = twice * SIZE // everybody + 1 if lowest else -(-twice * SIZE // everybody)
    starts = np.searchsorted(reached, np.arange(2, SIZE + 1))
    return tuple(float(distinct[at]) if at < len(distinct) else float("inf") for at in starts)


def cut(values: Floats, borders: tuple[float, ...]) -> Small:
    """Return scores 1 to 5 of values."""
    found = np.ones(len(values), dtype=np.uint8)
    for border in borders:
        found += values >= border
    return found


def segment_index(r: Small, f: Small, m: Small, rules: RfmRules) -> Small:
    """Return the place in SEGMENTS of each customer of the map."""
    places = np.array([SEGMENTS.index(name) for row in rules.grid for name in row], dtype=np.uint8)
    return places.take((vertical(f, m) - 1) * SIZE + (r - 1))


def vertical(f: Small, m: Small) -> Small:
    """Return the score on the vertical axis of the map: the mean of F and M, half rounded up."""
    return (f + m + 1) // 2


@dataclass(frozen=True)
class Scored:
    """Scores of customers who have ordered, in the order given, and where the cuts are."""

    r: Small
    f: Small
    m: Small
    segment: Small
    cut_points: dict[str, CutPoints]


def score_arrays(days_since: Floats, orders: Floats, value: Floats, rules: RfmRules) -> Scored:
    """Score customers with at least one order.

    Parameters
    ----------
    days_since, orders, value : ndarray
        Days since the last order, number of orders, net value; all finite.
    rules : RfmRules
        Map and borders.
    """
    better = {"recency": -days_since, "orders": orders, "value": value}
    scores: dict[str, Small] = {}
    points: dict[str, CutPoints] = {}
    for measure, values in better.items():
        fixed = rules.borders_of(measure)
        if fixed is None:
            borders = fifths(values, lowest=measure == "orders")
        else:
            borders = tuple(-b for b in reversed(fixed)) if measure == "recency" else fixed
        found = cut(values, borders)
        counts = np.bincount(found, minlength=SIZE + 1)
        used = tuple(score for score in range(1, SIZE + 1) if counts[score])
        scores[measure], points[measure] = found, CutPoints(borders, used, fixed is not None)
    r, f, m = scores.values()
    return Scored(r, f, m, segment_index(r, f, m, rules), points)


def score(
    customer_facts: pd.DataFrame, as_of: date, rules: RfmRules = DEFAULT_RULES
) -> pd.DataFrame:
    """Score customers and name their segments.

    Parameters
    ----------
    customer_facts : DataFrame
        ``last_order_on`` (day), ``orders`` (count), ``net_amount`` (money). Orders after ``as_of``
        count as made on that day. A missing value counts as 0: nothing is known to have been paid.
    as_of : date
        The day that "today" means.
    rules : RfmRules
        Map and borders.

    Returns
    -------
    DataFrame
        Row for row: ``r``, ``f``, ``m`` (Int64, 1 to 5, 5 is good) and ``segment`` (text); missing
        for customers without an order. ``attrs["cut_points"]`` holds a ``CutPoints`` per measure.
    """
    last_on = pd.to_datetime(customer_facts["last_order_on"])
    has_order = (last_on.notna() & (customer_facts["orders"].fillna(0) > 0)).to_numpy(bool)
    since = pd.Timestamp(as_of) - last_on[has_order]
    days = np.maximum(since.dt.days.to_numpy(), 0).astype(np.float64)
    found = score_arrays(
        days,
        customer_facts["orders"][has_order].to_numpy("float64"),
        customer_facts["net_amount"][has_order].fillna(0).to_numpy("float64"),
        rules,
    )
    scored = pd.DataFrame(index=customer_facts.index)
    for name in ("r", "f", "m"):
        column = pd.array([pd.NA] * len(scored), dtype="Int64")
        column[has_order] = getattr(found, name)
        scored[name] = column
    names = np.full(len(scored), None, dtype=object)
    names[has_order] = np.array(SEGMENTS, dtype=object)[found.segment]
    scored["segment"] = pd.array(names, dtype="str")
    scored.attrs["cut_points"] = found.cut_points
    return scored


def letters(segment: Small, has_order: npt.NDArray[np.bool_]) -> Small:
    """Return the letter (ASCII code) of each customer; ``segment`` is of those with an order."""
    found = np.full(len(has_order), ord(NO_LETTER), dtype=np.uint8)
    found[has_order] = np.frombuffer(LETTERS.encode(), np.uint8)[segment]
    return found
