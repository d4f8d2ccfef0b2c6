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


def scores(
    history: list[Row], similarity: str, split: int, days: int, half_life: float | None
) -> dict[int, dict[int, float]]:
    """What neighbours say of each product that a customer has not bought, by customer."""
    sold, said, found = on_sale(history, split, days), pairs(history, similarity), {}
    last: dict[tuple[int, int], int] = {}
    for customer, product, day in history:
        last[customer, product] = max(day, last.get((customer, product), day))
    for customer, mine in baskets(history).items():
        found[customer] = defaultdict(float)
        for (one, other), (_, _, score) in said.items():
            if one in mine and other in sold - mine:
                age = split - last[customer, one]
                found[customer][other] += score * (
                    1 if half_life is None else 0.5 ** (age / half_life)
                )
    return found


def on_sale(history: list[Row], split: int, days: int) -> set[int]:
    """Products sold in the last days."""
    return {product for _, product, day in history if day > split - days}


def by_popularity(history: list[Row], sold: set[int], split: int) -> list[int]:
    """Products by customers, then by those of the last 90 days, then by number."""
    popular, recent = ({p: set() for p in sold} for _ in range(2))  # type: ignore[var-annotated]  # sets of customers
    for customer, product, day in history:
        if product in sold:
            popular[product].add(customer)
            if day > split - 90:
                recent[product].add(customer)
    return sorted(sold, key=lambda p: (-len(popular[p]), -len(recent[p]), p))
