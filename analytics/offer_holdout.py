"""Do offers find what customers buy next? A test on purchases after the day that was learnt up to.

Customers tested have a history up to the split and bought at least one product after it that they
had not bought before. Those without a history, and products that were never sold before, cannot be
known to any method; the former are counted apart, the latter stay in the count as misses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.offer_lists import NOTHING, neighbour_lists, popular_lists, popular_order
from analytics.offers import Similarity, neighbours
from analytics.purchases import Flags, Floats, Ints, Purchases, is_among, popularity

KS = (5, 10, 20)
LONGEST = max(KS)
RECENT_DAYS = 90
HALF_LIFE_DAYS = 180.0
MOST_TESTED = 4_000  # customers, the first in the order that was given
_RESAMPLES = 2_000
_SEED = 20_240_229


@dataclass(frozen=True)
class Method:
    """A way to make offers: by neighbours, or by popularity where ``similarity`` is None.

    ``half_life_days`` lets what was bought long ago count less, ``recent_days`` counts only the
    customers of so many days.
    """

    name: str
    similarity: Similarity | None = None
    half_life_days: float | None = None
    recent_days: int | None = None


POPULAR: tuple[Method, ...] = (
    Method("popular"),
    Method("popular_recent", recent_days=RECENT_DAYS),
)
BY_NEIGHBOURS: tuple[Method, ...] = (
    Method("weighted_cosine", "weighted_cosine"),
    Method("weighted_cosine_recent", "weighted_cosine", HALF_LIFE_DAYS),
    Method("cosine", "cosine"),
    Method("conditional", "conditional"),
    Method("lift", "lift"),
    Method("lift_recent", "lift", HALF_LIFE_DAYS),
)
METHODS = (*POPULAR, *BY_NEIGHBOURS)


@dataclass(frozen=True)
class Tested:
    """How each method did on customers that it had not seen buy.

    Attributes
    ----------
    recall : mapping of str to ndarray
        By method, for each tested customer: the share of the new products that were among the
        first ten offered.
    results : DataFrame
        A row per method: method, hit_5, hit_10, hit_20 (share of customers with a hit), recall_5,
        recall_10, recall_20, low, high (95 % of recall_10), mrr (mean of 1 / place of the first
        hit, within 20), ndcg_10, coverage (share of products on sale that are in somebody's ten).
    customers, eligible : int
        Customers tested, and those who could have been.
    repeats_only, without_history : int
        Customers who bought after the split, but nothing new, or had not bought before.
    new_products, unknown_products : int
        Products bought newly, counted per customer; those of them never sold before the split.
    """

    recall: Mapping[str, Floats]
    results: pd.DataFrame
    customers: int
    eligible: int
    repeats_only: int
    without_history: int
    new_products: int
    unknown_products: int


def on_sale(bought: Purchases, as_of: int, out_of_sale_days: int) -> Flags:
    """Return whether each product was sold in the ``out_of_sale_days`` days up to ``as_of``."""
    return popularity(bought.until(as_of), as_of - out_of_sale_days) > 0


def hold_out(
    bought: Purchases,
    *,
    split: int,
    until: int,
    out_of_sale_days: int,
    methods: Sequence[Method] = METHODS,
    most_tested: int = MOST_TESTED,
) -> Tested:
    """Learn up to and with day ``split``, test on what is bought until ``until``.

    Nothing after ``split`` reaches the lists of offers.
    """
    history, later = bought.until(split), bought.after(split, until)
    targets, counts = _targets(history, later, most_tested)
    customers = np.unique(targets[0])
    if not len(customers):
        return Tested({}, pd.DataFrame(), 0, *counts)
    sold = on_sale(history, split, out_of_sale_days)
    lists = offered(history, customers, methods=methods, sold=sold, as_of=split)
    hits = {name: _hits(found, customers, targets) for name, found in lists.items()}
    sizes = np.bincount(np.searchsorted(customers, targets[0]), minlength=len(customers))
    recall = {name: found[:, :10].sum(axis=1) / sizes for name, found in hits.items()}
    rows = [
        {"method": name, **_measures(hits[name], sizes), "coverage": _coverage(lists[name], sold)}
        for name in lists
    ]
    return Tested(recall, pd.DataFrame(rows), len(customers), *counts)


def offered(
    history: Purchases, customers: Ints, *, methods: Sequence[Method], sold: Flags, as_of: int
) -> dict[str, Ints]:
    """Return the lists of offers that each method makes, customers by ``LONGEST``."""
    theirs = history.of(customers)
    overall = popularity(history)
    recent = popularity(history, as_of - RECENT_DAYS)
    orders = {
        None: popular_order(overall, recent, sold),
        RECENT_DAYS: popular_order(recent, overall, sold),
    }
    popular = {
        days: popular_lists(theirs, customers, order, LONGEST) for days, order in orders.items()
    }
    wanted = tuple(dict.fromkeys(m.similarity for m in methods if m.similarity is not None))
    similar = {
        name: found.matrix()
        for name, found in neighbours(history, on_sale=sold, similarities=wanted).items()
    }
    return {
        m.name: popular[m.recent_days]
        if m.similarity is None
        else neighbour_lists(
            theirs.weighted(as_of, m.half_life_days),
            similar[m.similarity], customers, popular[None], LONGEST,
        )
        for m in methods
    }  # fmt: skip


def paired_difference(first: Floats, second: Floats) -> tuple[float, float, float]:
    """Return the mean difference over customers with its 95 % percentile bootstrap interval."""
    difference = first - second
    rng = np.random.default_rng(_SEED)
    means = np.array([rng.choice(difference, len(difference)).mean() for _ in range(_RESAMPLES)])
    low, high = np.quantile(means, (0.025, 0.975))
    return float(difference.mean()), float(low), float(high)


def _targets(
    history: Purchases, later: Purchases, most: int
) -> tuple[tuple[Ints, Ints], tuple[int, int, int, int, int]]:
    """Return customer and product of what was newly bought, and the counts of ``Tested``."""
    customer, product, _ = later.pairs()
    known = np.bincount(history.customer, minlength=history.n_customers) > 0
    sold = popularity(history) > 0
    is_new = ~is_among(later.keys(), history.keys())
    has_history = known[customer]
    eligible = np.unique(customer[is_new & has_history])
    came_back = np.unique(customer[has_history])
    rows = is_new & is_among(customer, eligible[:most])
    counts = (
        len(eligible),
        len(came_back) - len(eligible),
        len(np.unique(customer[~has_history])),
        int(rows.sum()),
        int((~sold[product[rows]]).sum()),
    )
    return (customer[rows], product[rows]), counts


def _hits(lists: Ints, customers: Ints, targets: tuple[Ints, Ints]) -> Flags:
    """Return where each list holds a product that its customer bought."""
    width = int(max(lists.max(initial=0), targets[1].max(initial=0))) + 1
    row = np.searchsorted(customers, targets[0])
    wanted = row * width + targets[1]
    key = np.arange(len(lists))[:, None] * width + lists
    return np.asarray(np.isin(key, wanted) & (lists != NOTHING))


def _measures(hits: Flags, sizes: Ints) -> dict[str, Any]:
    measured: dict[str, Any] = {}
    for k in KS:
        found = hits[:, :k].sum(axis=1)
        measured[f"hit_{k}"] = float((found > 0).mean())
        measured[f"recall_{k}"] = float((found / sizes).mean())
    recall = hits[:, :10].sum(axis=1) / sizes
    half = 1.96 * float(recall.std(ddof=1)) / len(recall) ** 0.5 if len(recall) > 1 else np.nan
    measured["low"] = max(0.0, measured["recall_10"] - half)
    measured["high"] = min(1.0, measured["recall_10"] + half)
    place = 1.0 / (1 + np.argmax(hits, axis=1))
    measured["mrr"] = float((place * hits.any(axis=1)).mean())
    gain = 1.0 / np.log2(2 + np.arange(10))
    best = np.cumsum(gain)[np.minimum(sizes, 10) - 1]
    measured["ndcg_10"] = float(((hits[:, :10] * gain).sum(axis=1) / best).mean())
    return measured


def _coverage(lists: Ints, sold: Flags) -> float:
    ten = lists[:, :10]
    return float(len(np.unique(ten[ten != NOTHING])) / max(int(sold.sum()), 1))
