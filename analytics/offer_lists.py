"""Ranked lists of offers: what a customer has not bought yet, by neighbours or by popularity."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analytics.offers import best_within, position_within
from analytics.purchases import Flags, Ints, Purchases

NOTHING = -1  # where a list is shorter than k
_AT_ONCE = 1_000  # customers scored together: bounds the memory


def popular_order(counts: Ints, tie: Ints, on_sale: Flags) -> Ints:
    """Return products by ``counts``, then ``tie``, both falling, then number; sold ones only."""
    order = np.lexsort((np.arange(len(counts)), -tie, -counts))
    return order[(counts[order] > 0) & on_sale[order]]


def popular_lists(history: Purchases, customers: Ints, order: Ints, k: int) -> Ints:
    """Return the first ``k`` products of ``order`` that each customer has not bought.

    Returns
    -------
    ndarray of int, customers by k
        Product numbers, best first; ``NOTHING`` where there are no more.
    """
    owned = history.owned()
    lists = np.full((len(customers), k), NOTHING, dtype=np.int64)
    for row, customer in enumerate(customers):
        mine = set(owned.indices[owned.indptr[customer] : owned.indptr[customer + 1]].tolist())
        _fill(lists[row], 0, order, mine)
    return lists


def neighbour_lists(weighted: Any, similar: Any, customers: Ints, filler: Ints, k: int) -> Ints:
    """Return the ``k`` products with the greatest sum of similarities to what each has bought.

    Parameters
    ----------
    weighted : sparse matrix, customers by products
        Weights of what was bought (``Purchases.weighted``).
    similar : sparse matrix, product by other
        ``Neighbours.matrix``.
    customers : ndarray of int
        Rows of ``weighted`` that lists are made for.
    filler : ndarray of int, customers by k
        Lists that follow where neighbours give fewer than ``k`` (``popular_lists``).
    k : int
        Length of the lists.

    Returns
    -------
    ndarray of int, customers by k
        Bought products are never in it. Equal sums are ranked by product number.
    """
    lists = np.full((len(customers), k), NOTHING, dtype=np.int64)
    for first in range(0, len(customers), _AT_ONCE):
        rows = slice(first, first + _AT_ONCE)
        mine = weighted[customers[rows]]
        scores = (mine @ similar).tocoo()
        bought = mine.tocoo()
        n_products = mine.shape[1]
        key = scores.row.astype(np.int64) * n_products + scores.col
        is_new = ~np.isin(key, bought.row.astype(np.int64) * n_products + bought.col)
        row, col = scores.row[is_new].astype(np.int64), scores.col[is_new].astype(np.int64)
        best = best_within(row, scores.data[is_new], col, k)
        lists[first + row[best], position_within(row[best])] = col[best]
    for row, found in enumerate(lists):
        length = int((found != NOTHING).sum())
        if length < k:
            _fill(found, length, filler[row], set(found[:length].tolist()))
    return lists


def _fill(found: Ints, length: int, order: Ints | Sequence[int], taken: set[int]) -> None:
    """Append to a list, in place, what is not taken."""
    for product in order:
        if length == len(found) or product == NOTHING:
            return
        if int(product) not in taken:
            found[length] = product
            length += 1
