"""Stage of each customer at each month end, measured against the customer's own rhythm.

Rhythm. A customer with ``n`` gaps between days with orders that took ``s`` days together has

    rhythm = (s + k * g) / (n + k)

days: the own mean gap with weight ``n / (n + k)`` and the company's typical gap ``g`` with the
rest, which is the credibility formula of H. Bühlmann (1967), "Experience rating and credibility",
ASTIN Bulletin 4, 199-207. ``g`` is the median over customers with a gap of their own mean gap, and
``k`` is ``LifecycleRules.prior_gaps``. Gaps that are still open are not counted; in a young
company the typical gap is therefore short.

Stages, of which a customer has exactly one:

- potential: known, no order yet.
- lost, at risk: silent for longer than the rules allow for this rhythm.
- returned: was lost before an order of the last ``returned_days``, and is neither of those.
- loyal: enough days with orders; active: the rest.

Everything at a month end is computed from orders up to that day, the typical gap included.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.lifecycle_rules import LETTERS, NO_LETTER, STAGES, LifecycleRules

Days = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Letters = npt.NDArray[np.uint8]
_CODES = dict(zip(STAGES, LETTERS.encode(), strict=True))
_NEVER = np.iinfo(np.int32).min // 2


@dataclass(frozen=True)
class MonthRows:
    """Customers with orders in one calendar month, one row each. Days count from 1970-01-01.

    Attributes
    ----------
    customer : ndarray of int
        Place of the customer, 0 to n - 1; no customer twice.
    first_on, last_on : ndarray of int
        First and last day with orders in the month.
    order_days : ndarray of int
        Days with orders in the month.
    """

    customer: npt.NDArray[np.int64]
    first_on: Days
    last_on: Days
    order_days: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Snapshot:
    """What is known of every customer on one day.

    Days since and rhythm are NaN without orders; a rhythm is NaN, too, while nobody has bought on
    two days: then nobody can be called at risk, and ``typical_gap`` is None.
    """

    as_of: int
    stage: Letters
    rhythm_days: Floats
    days_since: Floats
    typical_gap: float | None


class Histories:
    """What is known of ``n`` customers, month after month.

    Parameters
    ----------
    n : int
        Number of customers.
    known_from : ndarray of int
        Day from which each customer is known without an order; later than any day where only an
        order makes one known.
    rules : LifecycleRules
        Borders.
    """

    def __init__(self, known_from: Days, rules: LifecycleRules) -> None:
        n = len(known_from)
        self._rules = rules
        self._known_from = known_from
        self._first = np.full(n, _NEVER, dtype=np.int32)
        self._last = np.full(n, _NEVER, dtype=np.int32)
        self._order_days = np.zeros(n, dtype=np.int32)
        self._back_on = np.full(n, _NEVER, dtype=np.int32)
        self._typical: float | None = None

    def add(self, month: MonthRows) -> None:
        """Learn of the orders of the next calendar month."""
        who = month.customer
        is_new = self._order_days[who] == 0
        gap = month.first_on - self._last[who]
        came_back = ~is_new & (gap > self._lost_after(self._rhythm(who)))
        self._back_on[who[came_back]] = month.first_on[came_back]
        self._first[who[is_new]] = month.first_on[is_new]
        self._last[who] = month.last_on
        self._order_days[who] += month.order_days
        self._typical = self._typical_gap()

    def at(self, as_of: int) -> Snapshot:
        """Return stages on a day that is not before the last order learned of."""
        rules = self._rules
        rhythm = self._rhythm(slice(None))
        days = as_of - self._last
        stage = np.full(len(days), _CODES["active"], dtype=np.uint8)
        stage[self._order_days >= rules.loyal_min_orders] = _CODES["loyal"]
        stage[as_of - self._back_on <= rules.returned_days] = _CODES["returned"]
        risky = np.maximum(rules.at_risk_factor * rhythm, rules.at_risk_min_days)
        stage[days > risky] = _CODES["at_risk"]
        stage[days > self._lost_after(rhythm)] = _CODES["lost"]
        has_none = self._order_days == 0
        stage[has_none] = np.where(
            self._known_from[has_none] <= as_of, _CODES["potential"], ord(NO_LETTER)
        )
        since = np.where(has_none, np.nan, days)
        rhythm[has_none | np.isinf(rhythm)] = np.nan
        return Snapshot(as_of, stage, rhythm, since, self._typical)

    def _lost_after(self, rhythm: Floats) -> Floats:
        return np.maximum(self._rules.lost_factor * rhythm, self._rules.lost_min_days)

    def _rhythm(self, who: npt.NDArray[np.int64] | slice) -> Floats:
        """Return rhythms in days; infinite where neither own gaps nor a typical one are known."""
        gaps = np.maximum(self._order_days[who] - 1, 0)
        if self._typical is None:
            return np.full(len(gaps), np.inf)
        weight = self._rules.prior_gaps
        own: Floats = (self._last[who] - self._first[who] + weight * self._typical) / (
            gaps + weight
        )
        return own

    def _typical_gap(self) -> float | None:
        """Return the median of own mean gaps; None while nobody has bought on two days."""
        has_gap = self._order_days > 1
        if not has_gap.any():
            return None
        span = self._last[has_gap] - self._first[has_gap]
        return float(np.median(span / (self._order_days[has_gap] - 1)))


def snapshots(
    histories: Histories, months: Iterator[tuple[int, MonthRows]], days: list[int]
) -> Iterator[Snapshot]:
    """Yield what is known on each of ``days``.

    Parameters
    ----------
    histories : Histories
        Of no orders yet.
    months : iterator of (first day, MonthRows)
        Growing; a day of ``days`` lies before the first or not before the last order of a month.
    days : list of int
        Growing.
    """
    following = next(months, None)
    for day in days:
        while following is not None and following[0] <= day:
            histories.add(following[1])
            following = next(months, None)
        yield histories.at(day)
