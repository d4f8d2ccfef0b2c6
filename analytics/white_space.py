"""White space: categories that a customer does not buy, and which of them its like do buy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST_CATEGORIES = 12
LEAST_BOTH = 5  # customers
MOST_STEPS = 300  # from one category to the next, the likeliest first
_WORD = 52  # flags that a sum of doubles holds exactly
_OF_EVERYBODY = ("customers_both", "share_both", "lift")


@dataclass(frozen=True)
class WhiteSpace:
    """Customers by categories.

    Attributes
    ----------
    categories : tuple of str
        Columns, in the given order.
    amounts : DataFrame
        A row per customer in the given order: customer_id, name, total, and a column for each
        category, NaN where nothing was bought.
    suggested : DataFrame
        A row per customer of ``amounts``: customer_id, category (of those that are blank), because
        (a category it buys), customers_both, share_both, lift, gap (money in the span of total);
        missing where there is none.
    left_out : int
        Categories that are not among the columns.
    """

    categories: tuple[str, ...]
    amounts: pd.DataFrame
    suggested: pd.DataFrame
    left_out: int

    def without_numbers(self) -> "WhiteSpace":
        """Return the same without what all customers did: for who sees a part of them."""
        return replace(
            self, suggested=self.suggested.assign(**dict.fromkeys(_OF_EVERYBODY, np.nan))
        )

    def tidy(self) -> pd.DataFrame:
        """Return a row per customer and category: net_amount, is_next, and the gap where it is."""
        long = self.amounts.melt(
            ["customer_id", "name", "total"], list(self.categories), "category", "net_amount"
        )
        following = self.suggested.set_index("customer_id")
        is_next = long["customer_id"].map(following["category"]) == long["category"]
        order = self.amounts["customer_id"].tolist()
        long = long.assign(is_next=is_next.fillna(False).astype(bool)).drop(columns="total")
        long["gap"] = long["customer_id"].map(following["gap"]).where(long["is_next"])
        place = long["customer_id"].map({one: n for n, one in enumerate(order)})
        return long.iloc[np.argsort(place.to_numpy(), kind="stable")].reset_index(drop=True)


def next_steps(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return which category follows which, that to be preferred first.

    Parameters
    ----------
    pairs : DataFrame
        ``CATEGORY_PAIRS``: category, other_category, customers_both, share_both, lift, and
        other_weight: the share of its buyers' net value that the other category is (0-1).

    Returns
    -------
    DataFrame
        because, category, customers_both, share_both, lift, and worth: the share of a customer's
        total to be expected in the category, 0 where its weight is not known.

    Notes
    -----
    Of pairs above chance that at least five customers have, the category that the greatest share
    of the buyers of the other buys. ``worth`` is that share times the weight.
    """
    likely = pairs[(pairs["lift"] > 1) & (pairs["customers_both"] >= LEAST_BOTH)].rename(
        columns={"category": "because", "other_category": "category"}
    )
    likely = likely.sort_values(
        ["share_both", "lift", "category", "because"], ascending=[False, False, True, True]
    ).head(MOST_STEPS)
    worth = likely["share_both"] * likely.pop("other_weight").fillna(0.0)
    return likely.assign(worth=worth).reset_index(drop=True)


def gap_shares(
    customer: NDArray[np.int64],
    category: NDArray[np.int64],
    steps: Sequence[tuple[int, int, float]],
    *,
    n_customers: int,
) -> NDArray[np.float64]:
    """Return the worth of the first step that each customer can take.

    Parameters
    ----------
    customer, category : array of int
        What is bought, by number, no pair twice.
    steps : sequence of tuple
        ``next_steps`` by number: because, category, worth.
    n_customers : int

    Returns
    -------
    array of float
        By customer, a share of its total (0-1); NaN for who can take none.
    """
    width = 1 + max((max(one, two) for one, two, _ in steps), default=-1)
    words = [
        np.bincount(
            customer[of_word], np.ldexp(1.0, category[of_word] - first), n_customers
        ).astype(np.int64)
        for first in range(0, width, _WORD)
        for of_word in [(category >= first) & (category < min(first + _WORD, width))]
    ]

    def has(number: int, of: NDArray[np.int64]) -> NDArray[np.bool_]:
        return (words[number // _WORD][of] >> number % _WORD) & 1 > 0

    found, waiting = np.full(n_customers, np.nan), np.arange(n_customers)
    for one, two, worth in steps:
        takes = has(one, waiting) & ~has(two, waiting)
        found[waiting[takes]] = worth
        waiting = waiting[~takes]
    return found


def white_space(
    amounts: pd.DataFrame,
    steps: pd.DataFrame,
    *,
    categories: Sequence[str],
    most_categories: int = MOST_CATEGORIES,
) -> WhiteSpace:
    """Lay customers out by categories, with the category that each may buy next.

    Parameters
    ----------
    amounts : DataFrame
        ``CATEGORY_AMOUNTS``: customer_id, name, total, category, net_amount.
    steps : DataFrame
        ``next_steps``, the first to be preferred: a customer's next category is that of the first
        step from a category it has to one it has not.
    categories : sequence of str
        All categories in the order of the columns, so that every page of customers has the same.
    most_categories : int
        Columns at the most.
    """
    people = amounts.drop_duplicates("customer_id")[["customer_id", "name", "total"]]
    known = amounts[amounts["category"].notna()]
    others = sorted(set(known["category"]) - set(categories))  # brought back only, say
    every = (*categories, *others)
    shown = every[:most_categories]
    wide = known.pivot(index="customer_id", columns="category", values="net_amount")
    table = people.merge(wide.reindex(columns=list(shown)).reset_index(), "left", "customer_id")
    return WhiteSpace(
        shown,
        table.reset_index(drop=True),
        _suggested(people, known, steps),
        len(every) - len(shown),
    )


def _suggested(people: pd.DataFrame, known: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    have = known[["customer_id", "category"]]
    ranked = steps.assign(rank=range(len(steps)))
    said = have.rename(columns={"category": "because"}).merge(ranked, on="because")
    said = said.merge(have.assign(is_bought=True), "left", ["customer_id", "category"])
    said = said[said["is_bought"].isna()].sort_values("rank", kind="stable")
    names = ["customer_id", "category", "because", "customers_both", "share_both", "lift", "worth"]
    first = said.drop_duplicates("customer_id")[names]
    found = people[["customer_id", "total"]].merge(first, "left", "customer_id")
    return found.assign(gap=found["total"] * found["worth"]).drop(columns=["total", "worth"])
