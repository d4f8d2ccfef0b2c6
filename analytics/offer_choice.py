"""Which way to make offers: chosen on earlier windows of time, proven on the last one.

The rule, declared before anything is measured: of the ways to use neighbours the one with the
highest mean recall at ten over all customers of the earlier windows, the first listed of equals. It
is then tested once, on the last window, against the better popularity there; and it is used only
where the 95 % interval of the difference lies above zero. Otherwise popular products are offered.

One earlier window is not enough: the ways lie within one point of each other, and a thousand
customers tell no less than two points apart. Choosing on the last window would praise chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.offer_holdout import (
    BY_NEIGHBOURS,
    METHODS,
    MOST_TESTED,
    POPULAR,
    Method,
    Tested,
    hold_out,
    paired_difference,
)
from analytics.purchases import Floats, Purchases

LONGEST_WINDOW, SHORTEST_WINDOW = 90, 14  # days
EARLIER_WINDOWS = 3  # each costs as much as the test
LEAST_TESTED = 30  # customers
Verdict = Literal["better", "worse", "no_difference", "cannot_tell"]


@dataclass(frozen=True)
class Window:
    """Learn up to and with day ``split``, test on the days after it up to and with ``until``."""

    split: int
    until: int


@dataclass(frozen=True)
class Against:
    """How much more one method recalls than ``method``, for the same customers.

    ``difference`` is of mean recall at ten; ``low`` and ``high`` are its 95 % interval by a
    bootstrap over customers.
    """

    method: Method
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Earlier:
    """What the choice was made on.

    Attributes
    ----------
    windows : tuple of Window
        The latest first.
    customers : int
        Tested in them; who was tested in several counts in each.
    recall : mapping of str to float
        Mean recall at ten by method.
    lead : Against
        The chosen way to use neighbours, over the second best.
    """

    windows: tuple[Window, ...]
    customers: int
    recall: Mapping[str, float]
    lead: Against


@dataclass(frozen=True)
class Choice:
    """What is used, and how it did.

    Attributes
    ----------
    used, by_neighbours, popular : Method
        What is used is one of the other two: neighbours where they proved better, else popularity.
    chosen_on : Earlier or None
        Missing where there is not enough time, or customers: then neighbours are the first listed.
    tested_on : Window or None
        Missing where there is not enough time.
    tested : Tested or None
        Every method in the test.
    verdict : str
        Of neighbours against the better popularity in the test, by the interval of ``proof``.
    proof : Against or None
        Neighbours against that popularity.
    ahead : Against or None
        The way to use neighbours that did best in the test, over the chosen one, where it is
        another; ``method`` is that other one.
    """

    used: Method
    by_neighbours: Method
    popular: Method
    chosen_on: Earlier | None
    tested_on: Window | None
    tested: Tested | None
    verdict: Verdict
    proof: Against | None = None
    ahead: Against | None = None


def windows(first: int, last: int) -> list[Window]:
    """Return the window to test on, then those to choose on, the latest first.

    Each is a quarter of the time, at most 90 days, and has as many days before it at least; none
    where a quarter is shorter than 14.
    """
    days = min(LONGEST_WINDOW, (last - first + 1) // 4)
    if days < SHORTEST_WINDOW:
        return []
    ends = [last - days * back for back in range(EARLIER_WINDOWS + 1)]
    return [Window(end - days, end) for end in ends if end - 2 * days >= first - 1]


def choose(
    bought: Purchases,
    *,
    last: int,
    out_of_sale_days: int,
    most_tested: int = MOST_TESTED,
) -> Choice:
    """Choose how to make offers from everything bought up to and with day ``last``."""
    spans = windows(int(bought.day.min()), last) if len(bought.day) else []
    if not spans:
        first, popular = BY_NEIGHBOURS[0], POPULAR[0]
        return Choice(popular, first, popular, None, None, None, "cannot_tell")
    later, *before = (
        hold_out(
            bought, split=span.split, until=span.until, out_of_sale_days=out_of_sale_days,
            most_tested=most_tested,
        )
        for span in spans
    )  # fmt: skip
    best, chosen_on = _chosen(spans[1:], before)
    if later.customers < LEAST_TESTED:
        return Choice(POPULAR[0], best, POPULAR[0], chosen_on, spans[0], later, "cannot_tell")
    popular = _best(later.recall, POPULAR)
    proof = _against(later.recall, best, popular)
    verdict = _verdict(proof)
    winner = _best(later.recall, BY_NEIGHBOURS)
    ahead = None
    if later.recall[winner.name].mean() > later.recall[best.name].mean():
        lead = _against(later.recall, winner, best)
        ahead = Against(winner, lead.difference, lead.low, lead.high)
    used = best if verdict == "better" else popular
    return Choice(used, best, popular, chosen_on, spans[0], later, verdict, proof, ahead)


def _chosen(spans: Sequence[Window], tests: Sequence[Tested]) -> tuple[Method, Earlier | None]:
    seen = [(span, test) for span, test in zip(spans, tests, strict=True) if test.customers]
    customers = sum(test.customers for _, test in seen)
    if customers < LEAST_TESTED:
        return BY_NEIGHBOURS[0], None
    recall = {m.name: np.concatenate([test.recall[m.name] for _, test in seen]) for m in METHODS}
    best = _best(recall, BY_NEIGHBOURS)
    second = _best(recall, [method for method in BY_NEIGHBOURS if method != best])
    means = {name: float(found.mean()) for name, found in recall.items()}
    lead = _against(recall, best, second)
    return best, Earlier(tuple(span for span, _ in seen), customers, means, lead)


def _best(recall: Mapping[str, Floats], methods: Sequence[Method]) -> Method:
    """Return the method with the highest mean recall at ten; the first of equals."""
    return max(methods, key=lambda m: float(recall[m.name].mean()))


def _against(recall: Mapping[str, Floats], one: Method, other: Method) -> Against:
    return Against(other, *paired_difference(recall[one.name], recall[other.name]))


def _verdict(proof: Against) -> Verdict:
    if proof.low > 0:
        return "better"
    return "worse" if proof.high < 0 else "no_difference"
