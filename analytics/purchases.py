"""Who bought what, and when, as arrays: what offers are learnt from and tested on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Purchases:
    """Who bought what, and when: equally long arrays, a row per customer, product and day.

    Rows lie in the order of customer, product and day; ``Purchases.of_rows`` sees to it.

    Attributes
    ----------
    customer, product : ndarray of int
        Numbers from 0, below ``n_customers`` and ``n_products``.
    day : ndarray of int
        Days on one scale, such as ordinals. Repeated purchases are rows of their own.
    n_customers, n_products : int
        How many of each there are, bought or not.
    """

    customer: Ints
    product: Ints
    day: Ints
    n_customers: int
    n_products: int

    @classmethod
    def of_rows(
        cls, customer: Ints, product: Ints, day: Ints, n_customers: int, n_products: int
    ) -> "Purchases":
        """Take rows in any order."""
        order = np.lexsort((day, product, customer))
        return cls(customer[order], product[order], day[order], n_customers, n_products)

    def until(self, day: int) -> "Purchases":
        """Return the purchases up to and with ``day``; numbers stay as they are."""
        return self._only(self.day <= day)

    def after(self, day: int, until: int) -> "Purchases":
        """Return the purchases after ``day``, up to and with ``until``."""
        return self._only((self.day > day) & (self.day <= until))

    def of(self, customers: Ints) -> "Purchases":
        """Return the purchases of some customers; numbers stay as they are."""
        wanted = np.zeros(self.n_customers, dtype=bool)
        wanted[customers] = True
        return self._only(wanted[self.customer])

    def _only(self, rows: Flags) -> "Purchases":
        return Purchases(
            self.customer[rows], self.product[rows], self.day[rows], self.n_customers,
            self.n_products,
        )  # fmt: skip

    def pairs(self) -> tuple[Ints, Ints, Ints]:
        """Return each customer and product that belong together once, with the last day."""
        if not len(self.day):
            return self.customer, self.product, self.day
        customer, product = self.customer, self.product
        is_other = (customer[1:] != customer[:-1]) | (product[1:] != product[:-1])
        last = np.append(is_other, True)
        return customer[last], product[last], self.day[last]

    def keys(self) -> Ints:
        """Return a number for each of ``pairs``, rising, the same in parts of the same whole."""
        customer, product, _ = self.pairs()
        return customer * max(self.n_products, 1) + product

    def owned(self) -> Any:
        """Return a sparse matrix, customers by products, 1 where bought."""
        customer, product, _ = self.pairs()
        return _matrix(customer, product, np.ones(len(customer)), self)

    def weighted(self, as_of: int, half_life_days: float | None) -> Any:
        """Return ``owned`` with each purchase halved for every half-life since its last day."""
        customer, product, day = self.pairs()
        weights = np.ones(len(customer))
        if half_life_days is not None:
            weights = 0.5 ** ((as_of - day) / half_life_days)
        return _matrix(customer, product, weights, self)


def popularity(bought: Purchases, since: int | None = None) -> Ints:
    """Return the number of customers of each product, in all or of those after day ``since``."""
    part = bought if since is None else bought.after(since, np.iinfo(np.int64).max)
    _, product, _ = part.pairs()
    return np.bincount(product, minlength=bought.n_products).astype(np.int64)


def is_among(wanted: Ints, sorted_keys: Ints) -> Flags:
    """Return whether each number is among others that are in rising order."""
    if not len(sorted_keys):
        return np.zeros(len(wanted), dtype=bool)
    place = np.minimum(np.searchsorted(sorted_keys, wanted), len(sorted_keys) - 1)
    return np.asarray(sorted_keys[place] == wanted)


def _matrix(customer: Ints, product: Ints, data: Floats, like: Purchases) -> Any:
    shape = (like.n_customers, like.n_products)
    return sparse.csr_matrix((data, (customer, product)), shape=shape)
