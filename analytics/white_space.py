"""White space: categories that a customer does not buy, and which of them its like do buy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

MOST_CATEGORIES = 12
LEAST_BOTH = 5  # customers
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
        (a category it buys), customers_both, share_both, lift; missing where there is none.
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
        """Return a row per customer and category, with net_amount and is_next."""
        long = self.amounts.melt(
            ["customer_id", "name", "total"], list(self.categories), "category", "net_amount"
        )
        following = self.suggested.set_index("customer_id")["category"]
        is_next = long["customer_id"].map(following) == long["category"]
        order = self.amounts["customer_id"].tolist()
        long = long.assign(is_next=is_next.fillna(False).astype(bool)).drop(columns="total")
        place = long["customer_id"].map({one: n for n, one in enumerate(order)})
        return long.iloc[np.argsort(place.to_numpy(), kind="stable")].reset_index(drop=True)


def white_space(
    amounts: pd.DataFrame,
    pairs: pd.DataFrame,
    *,
    categories: Sequence[str],
    most_categories: int = MOST_CATEGORIES,
) -> WhiteSpace:
    """Lay customers out by categories, with the category that each may buy next.

    Parameters
    ----------
    amounts : DataFrame
        ``CATEGORY_AMOUNTS``: customer_id, name, total, category, net_amount.
    pairs : DataFrame
        ``CATEGORY_PAIRS``: category, other_category, customers_both, share_both, lift.
    categories : sequence of str
        All categories in the order of the columns, so that every page of customers has the same.
    most_categories : int
        Columns at the most.

    Notes
    -----
    The next category is the one that the greatest share of the buyers of one of the customer's
    categories buys, of pairs above chance that at least five customers have.
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
        _suggested(people, known, pairs),
        len(every) - len(shown),
    )


def _suggested(people: pd.DataFrame, known: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    have = known[["customer_id", "category"]]
    likely = pairs[(pairs["lift"] > 1) & (pairs["customers_both"] >= LEAST_BOTH)]
    said = have.merge(likely, on="category").rename(
        columns={"category": "because", "other_category": "category"}
    )
    bought = have.assign(is_bought=True)
    said = said.merge(bought, "left", ["customer_id", "category"])
    said = said[said["is_bought"].isna()].sort_values(
        ["share_both", "lift", "category"], ascending=[False, False, True], kind="stable"
    )
    names = ["customer_id", "category", "because", "customers_both", "share_both", "lift"]
    first = said.drop_duplicates("customer_id")[names]
    return people[["customer_id"]].merge(first, "left", "customer_id")
