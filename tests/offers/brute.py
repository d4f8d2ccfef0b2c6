"""Offers once more, in plain Python with dictionaries and sets, for comparing."""

from collections import defaultdict
from itertools import combinations
from math import log, sqrt

import numpy as np
from hypothesis import strategies as st

from analytics.purchases import Purchases

Row = tuple[int, int, int]
N_CUSTOMERS, N_PRODUCTS, N_DAYS = 8, 7, 40

rows_of_purchases = st.lists(
    st.tuples(
        st.integers(0, N_CUSTOMERS - 1), st.integers(0, N_PRODUCTS - 1), st.integers(0, N_DAYS - 1)
    ),
    max_size=60,
)


def purchases(
    rows: list[Row], n_customers: int = N_CUSTOMERS, n_products: int = N_PRODUCTS
) -> Purchases:
    """Rows as the analysis takes them."""
    customer, product, day = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Purchases.of_rows(customer, product, day, n_customers, n_products)


def baskets(rows: list[Row]) -> dict[int, set[int]]:
    """What each customer bought."""
    found: dict[int, set[int]] = defaultdict(set)
    for customer, product, _ in rows:
        found[customer].add(product)
    return dict(found)


def pairs(rows: list[Row], similarity: str, least: int = 2) -> dict[tuple[int, int], tuple]:  # type: ignore[type-arg]  # both, expected, score
    """Customers of both, expected by chance, and score of every ordered pair of products."""
    bought = baskets(rows)
    of: dict[int, set[int]] = defaultdict(set)
    for customer, products in bought.items():
        for product in products:
            of[product].add(customer)
    weight = {customer: 1 / log(2 + len(products)) for customer, products in bought.items()}
    found = {}
    for one, two in combinations(sorted(of), 2):
        both = of[one] & of[two]
        if len(both) < least:
            continue
        n, expected = len(both), len(of[one]) * len(of[two]) / len(bought)
        trust = n / (n + 10)
        for a, b in ((one, two), (two, one)):
            score = {
                "cosine": trust * n / sqrt(len(of[a]) * len(of[b])),
                "conditional": trust * n / len(of[a]),
                "lift": n / (expected + 10),
                "weighted_cosine": trust
                * sum(weight[c] for c in both)
                / sqrt(sum(weight[c] for c in of[a]) * sum(weight[c] for c in of[b])),
            }[similarity]
            found[a, b] = (n, expected, score)
    return found


def recall_at_10(
    rows: list[Row], split: int, until: int, similarity: str, days: int, half_life: float | None
) -> dict[int, float]:
    """Share of the new products that were offered, by customer."""
    history = [row for row in rows if row[2] <= split]
    later = [row for row in rows if split < row[2] <= until]
    had, then = baskets(history), baskets(later)
    sold = {p for _, p, day in history if day > split - days}
    said = pairs(history, similarity)
    last: dict[Row | tuple[int, int], int] = {}
    for customer, product, day in history:
        last[customer, product] = max(day, last.get((customer, product), day))
    order = by_popularity(history, sold, split)
    found = {}
    for customer, mine in had.items():
        new = then.get(customer, set()) - mine
        if not new:
            continue
        score: dict[int, float] = defaultdict(float)
        for one in mine:
            age = split - last[customer, one]
            for (a, b), (_, _, s) in said.items():
                if a == one and b in sold and b not in mine:
                    score[b] += s * (1 if half_life is None else 0.5 ** (age / half_life))
        offered = sorted(score, key=lambda p: (-round(score[p], 10), p))
        offered += [p for p in order if p not in mine and p not in score]
        found[customer] = len(new & set(offered[:10])) / len(new)
    return found


def by_popularity(history: list[Row], sold: set[int], split: int) -> list[int]:
    """Products by customers, then by those of the last 90 days, then by number."""
    popular, recent = ({p: set() for p in sold} for _ in range(2))  # type: ignore[var-annotated]  # sets of customers
    for customer, product, day in history:
        if product in sold:
            popular[product].add(customer)
            if day > split - 90:
                recent[product].add(customer)
    return sorted(sold, key=lambda p: (-len(popular[p]), -len(recent[p]), p))
