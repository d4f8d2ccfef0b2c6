"""Which way to make offers: chosen on an earlier window of time, proven on a later one.

Whoever chooses the best of several on the same customers that it is proven on, praises chance. So
the way to use neighbours is chosen on one window and tested against popularity on the next, which
nobody has chosen on.
"""

from dataclasses import dataclass
from typing import Literal

from analytics.offer_holdout import (
    BY_NEIGHBOURS,
    MOST_TESTED,
    POPULAR,
    Method,
    Tested,
    hold_out,
    paired_difference,
)
from analytics.purchases import Purchases

LONGEST_WINDOW, SHORTEST_WINDOW = 90, 14  # days
LEAST_TESTED = 30  # customers
Verdict = Literal["better", "worse", "no_difference", "cannot_tell"]


@dataclass(frozen=True)
class Window:
    """Learn up to and with day ``split``, test on the days after it up to and with ``until``."""

    split: int
    until: int


@dataclass(frozen=True)
class Choice:
    """What is used, and how it did.

    Attributes
    ----------
    used, by_neighbours, popular : Method
        What is used: the better of the other two in the test, or neighbours where there was none.
    chosen_on, tested_on : Window or None
        Missing where there is not enough time, or customers.
    tested : Tested or None
        Every method in the test.
    verdict : str
        Of neighbours against the better popularity in the test, by the interval of ``difference``.
    difference, low, high : float or None
        Of recall at ten, with the 95 % interval of a bootstrap over customers.
    """

    used: Method
    by_neighbours: Method
    popular: Method
    chosen_on: Window | None
    tested_on: Window | None
    tested: Tested | None
    verdict: Verdict
    difference: float | None = None
    low: float | None = None
    high: float | None = None


def windows(first: int, last: int) -> list[Window]:
    """Return the window to choose on and the one to test on, each a quarter of the time.

    At most 90 days; none where a quarter is shorter than 14.
    """
    days = min(LONGEST_WINDOW, (last - first + 1) // 4)
    if days < SHORTEST_WINDOW:
        return []
    return [Window(last - 2 * days, last - days), Window(last - days, last)]


def choose(
    bought: Purchases,
    *,
    last: int,
    out_of_sale_days: int,
    most_tested: int = MOST_TESTED,
) -> Choice:
    """Choose how to make offers from everything bought up to and with day ``last``."""
    spans = windows(int(bought.day.min()), last) if len(bought.day) else []
    nothing = Choice(
        BY_NEIGHBOURS[0], BY_NEIGHBOURS[0], POPULAR[0], None, None, None, "cannot_tell"
    )
    if not spans:
        return nothing
    earlier, later = (
        hold_out(
            bought, split=span.split, until=span.until, out_of_sale_days=out_of_sale_days,
            most_tested=most_tested,
        )
        for span in spans
    )  # fmt: skip
    enough = earlier.customers >= LEAST_TESTED
    best = _best(earlier, BY_NEIGHBOURS) if enough else BY_NEIGHBOURS[0]
    chosen_on = spans[0] if enough else None
    if later.customers < LEAST_TESTED:
        return Choice(best, best, POPULAR[0], chosen_on, spans[1], later, "cannot_tell")
    popular = _best(later, POPULAR)
    found = paired_difference(later.recall[best.name], later.recall[popular.name])
    used = best if found[0] > 0 else popular
    return Choice(
        used, best, popular, chosen_on, spans[1], later, _verdict(found[1], found[2]), *found
    )


def _best(tested: Tested, methods: tuple[Method, ...]) -> Method:
    """Return the method with the highest recall at ten; the first of equals."""
    recall = tested.results.set_index("method")["recall_10"]
    return max(methods, key=lambda m: float(recall[m.name]))


def _verdict(low: float, high: float) -> Verdict:
    if low > 0:
        return "better"
    return "worse" if high < 0 else "no_difference"
