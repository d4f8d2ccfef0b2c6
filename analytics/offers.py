"""Next offer: what do customers buy who bought this product, and how much more than by chance?

Item-to-item on co-purchase. Two products are neighbours when the same customers bought both, on
whatever days; what two of them have in common is counted by customers, never by lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.purchases import Flags, Floats, Ints, Purchases

Similarity = Literal["cosine", "weighted_cosine", "conditional", "lift"]
SIMILARITIES: tuple[Similarity, ...] = ("cosine", "weighted_cosine", "conditional", "lift")

NEIGHBOURS = 30
LEAST_BOTH = 2  # what one customer did is an anecdote
SHRINK = 10.0  # customers; a similarity seen in n of them counts n / (n + SHRINK)
_FINEST = 10**12  # steps of a score
_BLOCK = 2_000  # products counted against all others at once: bounds the memory


@dataclass(frozen=True)
class Neighbours:
    """The strongest neighbours of every product: equally long arrays, the best of each first.

    Attributes
    ----------
    product, other : ndarray of int
        Whoever bought ``product`` may be offered ``other``.
    customers_both : ndarray of int
        Customers who bought both.
    expected : ndarray of float
        As many as would have by chance, if buying one said nothing about buying the other.
    score : ndarray of float
        Similarity by which neighbours are ranked and added up; greater than 0.
    """

    product: Ints
    other: Ints
    customers_both: Ints
    expected: Floats
    score: Floats
    n_products: int

    @property
    def lift(self) -> Floats:
        """How many times chance."""
        return self.customers_both / self.expected

    def matrix(self) -> Any:
        """Return the scores as a sparse matrix, product by other."""
        shape = (self.n_products, self.n_products)
        return sparse.csr_matrix((self.score, (self.product, self.other)), shape=shape)

    def frame(self) -> pd.DataFrame:
        """Return a row per pair: product, other, customers_both, expected, lift, score."""
        names = ("product", "other", "customers_both", "expected", "lift", "score")
        return pd.DataFrame({name: getattr(self, name) for name in names})


def neighbours(
    bought: Purchases,
    *,
    on_sale: Flags | None = None,
    similarities: Sequence[Similarity] = SIMILARITIES,
    top: int = NEIGHBOURS,
    least_both: int = LEAST_BOTH,
) -> Mapping[Similarity, Neighbours]:
    """Count who bought both of two products, and rank the neighbours of each product.

    Parameters
    ----------
    bought : Purchases
        What to learn from.
    on_sale : ndarray of bool, optional
        Products that may be offered; by default every one.
    similarities : sequence of str
        ``cosine``: customers of both over the geometric mean of the customers of each.
        ``weighted_cosine``: the same, but a customer counts 1 / log(2 + products bought), as
        somebody who buys everything says little. ``conditional``: the share of the buyers of the
        first who bought the second. ``lift``: customers of both over those expected by chance,
        with ``SHRINK`` added to the latter. The first three are shrunk by
        ``both / (both + SHRINK)``, because few customers in common may be chance.
    top, least_both : int
        Neighbours kept for each product, and customers in common that it takes.

    Returns
    -------
    mapping of str to Neighbours

    Notes
    -----
    B. Sarwar, G. Karypis, J. Konstan, J. Riedl (2001), Item-based collaborative filtering
    recommendation algorithms, WWW10; M. Deshpande, G. Karypis (2004), Item-based top-N
    recommendation algorithms, ACM TOIS 22(1), for the conditional and the weighted cosine.
    """
    owned = bought.owned()
    allowed = np.ones(bought.n_products, dtype=bool) if on_sale is None else on_sale
    found: dict[Similarity, list[Neighbours]] = {name: [] for name in similarities}
    for counted in _counted(owned, allowed, least_both):
        for name in similarities:
            found[name].append(_strongest(counted, _similarity(name, counted), top))
    return {name: _joined(blocks, bought.n_products) for name, blocks in found.items()}


@dataclass(frozen=True)
class _Counted:
    """Pairs of a block of products, with what the similarities need of them."""

    product: Ints
    other: Ints
    both: Ints
    expected: Floats
    weighted: Floats
    of_product: Floats
    of_other: Floats
    norm: Floats
    n_products: int


def _counted(owned: Any, allowed: Flags, least_both: int) -> Iterator[_Counted]:
    n_products = owned.shape[1]
    bought_by = np.asarray(owned.sum(axis=0)).ravel()
    width = np.asarray(owned.sum(axis=1)).ravel()
    everybody = float((width > 0).sum())
    by_customer = sparse.diags(1.0 / np.log(2.0 + width))
    weighted = (by_customer @ owned).tocsc()
    weight_of = np.asarray(weighted.sum(axis=0)).ravel()
    columns = owned.tocsc()
    for first in range(0, n_products, _BLOCK):
        block = slice(first, min(first + _BLOCK, n_products))
        # One product of matrices for both counts: the imaginary part carries the weights.
        both_and_weight = (columns[:, block] + 1j * weighted[:, block]).T.tocsr() @ owned
        found = both_and_weight.tocoo()
        product, other = found.row.astype(np.int64) + first, found.col.astype(np.int64)
        both = np.rint(found.data.real).astype(np.int64)
        kept = (product != other) & (both >= least_both) & allowed[other]
        product, other, both = product[kept], other[kept], both[kept]
        yield _Counted(
            product,
            other,
            both,
            bought_by[product] * bought_by[other] / max(everybody, 1.0),
            found.data.imag[kept],
            bought_by[product],
            bought_by[other],
            np.sqrt(weight_of[product] * weight_of[other]),
            n_products,
        )


def _similarity(name: Similarity, counted: _Counted) -> Floats:
    if name == "lift":
        return np.asarray(counted.both / (counted.expected + SHRINK))
    trust = counted.both / (counted.both + SHRINK)
    if name == "conditional":
        return np.asarray(trust * counted.both / counted.of_product)
    if name == "weighted_cosine":
        return np.asarray(trust * counted.weighted / counted.norm)
    return np.asarray(trust * counted.both / np.sqrt(counted.of_product * counted.of_other))


def best_within(group: Ints, score: Floats, tie: Ints, top: int) -> Ints:
    """Return the rows of the ``top`` of each group, group by group, best first.

    Scores are positive and compared to the 12th part of ten of the greatest; equal ones are ranked
    by ``tie``, the lower first. One packed number is sorted: three keys take ten times as long.
    """
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    ties = int(tie.max()) + 1
    steps = min(_FINEST, 2**62 // ((int(group.max()) + 1) * ties))
    step = np.rint((1.0 - score / score.max()) * (steps - 1)).astype(np.int64)
    order = np.argsort((group * steps + step) * ties + tie)
    return order[position_within(group[order]) < top]


def position_within(group: Ints) -> Ints:
    """Return the position of each row within its group, from 0; equal groups lie together."""
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    lengths = np.diff(np.append(starts, len(group)))
    return np.arange(len(group)) - np.repeat(starts, lengths)


def _strongest(counted: _Counted, score: Floats, top: int) -> Neighbours:
    rows = best_within(counted.product, score, counted.other, top)
    return Neighbours(
        counted.product[rows],
        counted.other[rows],
        counted.both[rows],
        counted.expected[rows],
        score[rows],
        counted.n_products,
    )


def _joined(blocks: Sequence[Neighbours], n_products: int) -> Neighbours:
    def whole(name: str, kind: str) -> Any:
        return np.concatenate([np.zeros(0, dtype=kind), *(getattr(b, name) for b in blocks)])

    return Neighbours(
        product=whole("product", "int64"),
        other=whole("other", "int64"),
        customers_both=whole("customers_both", "int64"),
        expected=whole("expected", "float64"),
        score=whole("score", "float64"),
        n_products=n_products,
    )
