"""RFM as it would have been on earlier days, from orders up to that day alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.rfm import letters, score_arrays
from analytics.rfm_rules import RfmRules

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RfmMonthRows:
    """Customers with orders in one calendar month, one row each. Days count from 1970-01-01.

    Attributes
    ----------
    customer : ndarray of int
        Place of the customer, 0 to n - 1; no customer twice.
    last_on : ndarray of int
        Last day with orders in the month; 0 where it has returns only.
    orders, value : ndarray of float
        Orders and net value of the month.
    """

    customer: npt.NDArray[np.int64]
    last_on: npt.NDArray[np.int32]
    orders: Floats
    value: Floats


def letters_at(
    n: int, months: Iterator[tuple[int, RfmMonthRows]], days: Sequence[int], rules: RfmRules
) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield one letter (ASCII code) per customer for each of ``days``.

    Parameters
    ----------
    n : int
        Number of customers.
    months : iterator of (first day, RfmMonthRows)
        Growing; a day of ``days`` lies before the first or not before the last order of a month.
    days : sequence of int
        Growing.
    rules : RfmRules
        Map and borders; fifths are those of the day.
    """
    last = np.zeros(n, dtype=np.int32)
    orders, value = np.zeros(n), np.zeros(n)
    following = next(months, None)
    for day in days:
        while following is not None and following[0] <= day:
            month = following[1]
            last[month.customer] = np.maximum(last[month.customer], month.last_on)
            orders[month.customer] += month.orders
            value[month.customer] += month.value
            following = next(months, None)
        has_order = orders > 0
        since = (day - last[has_order]).astype(np.float64)
        # Sums of months differ from one sum by rounding: equal customers must stay equal.
        worth = np.round(value[has_order], 4)
        yield letters(score_arrays(since, orders[has_order], worth, rules).segment, has_order)
