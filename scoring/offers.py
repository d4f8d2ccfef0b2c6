"""Offers: which products go together, and how well that told what customers bought next."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.offer_choice import Against, Choice, Earlier, Window, choose
from analytics.offer_holdout import Tested
from analytics.offer_lists import popular_order
from analytics.offers import NEIGHBOURS, neighbours
from analytics.purchases import Ints, Purchases, popularity
from crm_data.marts.score_inputs_offers import (
    CATEGORY_WEIGHTS,
    CATEGORY_WEIGHTS_SQL,
    SAMPLED_PURCHASES,
    SOLD_PRODUCTS,
    SOLD_PRODUCTS_SQL,
    sampled_purchases_sql,
)
from crm_data.score_store import ScoreStore
from scoring.step import Scores

OUT_OF_SALE_DAYS = 180
MOST_CUSTOMERS = 200_000
MOST_PAIRS = 100_000_000  # sum over customers of the square of the products that each bought
_EPOCH = date(1970, 1, 1)


def step(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:
    """Return ``product_pairs``, ``product_popularity``, ``category_pairs`` and the card "offers".

    Rule set "offers": ``out_of_sale_days``, after which a product that nobody bought is no longer
    offered; the data model has no end of sale.
    """
    days = int(store.rules.get("offers", {}).get("out_of_sale_days", OUT_OF_SALE_DAYS))
    products = store.frame(SOLD_PRODUCTS_SQL, SOLD_PRODUCTS)
    sample, is_part = within_budget(_purchases(store, len(products)), MOST_PAIRS)
    today = (as_of - _EPOCH).days
    choice = choose(sample, last=today, out_of_sale_days=days)
    sold = _sold(products, as_of, days)
    tables = {
        "product_pairs": _pairs(sample, products, sold, choice),
        "product_popularity": _popularity(products, sold, choice),
        "category_pairs": _weighted(store, _categories(sample, products["category"])),
    }
    about = {
        "as_of": as_of,
        "out_of_sale_days": days,
        "products": len(products),
        "products_on_sale": int(sold.sum()),
        "pairs": len(tables["product_pairs"]),
        "customers_counted": len(np.unique(sample.customer)),
        "is_sample": is_part or int((customers["orders"] > 0).sum()) > MOST_CUSTOMERS,
    }
    return Scores(tables=tables, cards={"offers": about | _card(choice)})


def within_budget(bought: Purchases, most_pairs: int) -> tuple[Purchases, bool]:
    """Return the first customers whose pairs of products are not too many, and if some are not."""
    customer, _, _ = bought.pairs()
    width = np.bincount(customer, minlength=bought.n_customers).astype(np.int64)
    fits = np.cumsum(width**2) <= most_pairs
    return (bought, False) if fits.all() else (bought.of(np.flatnonzero(fits)), True)


def _purchases(store: ScoreStore, n_products: int) -> Purchases:
    rows = store.frame(sampled_purchases_sql(MOST_CUSTOMERS), SAMPLED_PURCHASES)
    place, product, day = (rows[name].to_numpy(np.int64) for name in ("place", "product", "day"))
    n_customers = int(place.max()) + 1 if len(place) else 0
    # The SELECT sorts, and a sort here would be for nothing.
    return Purchases(place, product, day, n_customers, n_products)


def _sold(products: pd.DataFrame, as_of: date, days: int) -> Any:
    edge = pd.Timestamp(as_of - timedelta(days=days))
    return (products["last_sold_on"] > edge).to_numpy(bool)


def _pairs(sample: Purchases, products: pd.DataFrame, sold: Any, choice: Choice) -> pd.DataFrame:
    similarity = choice.by_neighbours.similarity or "weighted_cosine"
    found = neighbours(sample, on_sale=sold, similarities=(similarity,))[similarity].frame()
    ids = products["product_id"].to_numpy(object)
    found["product_id"] = ids[found.pop("product")]
    found["other_id"] = ids[found.pop("other")]
    return found


def _popularity(products: pd.DataFrame, sold: Any, choice: Choice) -> pd.DataFrame:
    overall, recent = (products[name].to_numpy(np.int64) for name in ("customers", "customers_90d"))
    is_recent = choice.popular.recent_days is not None
    order = popular_order(*((recent, overall) if is_recent else (overall, recent)), sold)
    place = np.full(len(products), np.nan)
    place[order] = np.arange(1, len(order) + 1)
    names = ["product_id", "customers", "customers_90d", "last_sold_on"]
    return products[names].assign(place=pd.array(place, dtype="Int64"))


def _categories(sample: Purchases, category: pd.Series) -> pd.DataFrame:
    """Return the categories that the same customers bought, by the same count as products."""
    codes, names = pd.factorize(category, sort=True)
    of_line = codes[sample.product]
    known = of_line >= 0
    bought = Purchases.of_rows(
        sample.customer[known], of_line[known].astype(np.int64), sample.day[known],
        sample.n_customers, len(names),
    )  # fmt: skip
    if not len(names):
        return pd.DataFrame({"category": [], "other_category": []})
    found = neighbours(bought, similarities=("conditional",), top=len(names))["conditional"]
    owners: Ints = popularity(bought)
    labels = np.asarray(names, dtype=object)
    return pd.DataFrame(
        {
            "category": labels[found.product],
            "other_category": labels[found.other],
            "customers_both": found.customers_both,
            "share_both": found.customers_both / owners[found.product],
            "lift": found.lift,
        }
    )


def _weighted(store: ScoreStore, pairs: pd.DataFrame) -> pd.DataFrame:
    weights = store.frame(CATEGORY_WEIGHTS_SQL, CATEGORY_WEIGHTS)
    by_name = dict(zip(weights["category"], weights["weight"], strict=True))
    return pairs.assign(other_weight=pairs["other_category"].map(by_name).astype("float64"))


def _card(choice: Choice) -> dict[str, Any]:
    tested = choice.tested
    card: dict[str, Any] = {
        "used": choice.used.name,
        "by_neighbours": choice.by_neighbours.name,
        "half_life_days": choice.by_neighbours.half_life_days,
        "popular": choice.popular.name,
        "neighbours": NEIGHBOURS,
        "verdict": choice.verdict,
        "proof": _against(choice.proof),
        "ahead": _against(choice.ahead),
        "chosen_on": _earlier(choice.chosen_on),
        "tested_on": None if choice.tested_on is None else _span([choice.tested_on]),
        "results": [] if tested is None else _results(tested, choice.chosen_on),
    }
    names = (
        "customers", "eligible", "repeats_only", "without_history", "new_products",
        "unknown_products",
    )  # fmt: skip
    counts: Mapping[str, int | None] = {name: getattr(tested, name, None) for name in names}
    return card | {"tested": counts}


def _results(tested: Tested, chosen_on: Earlier | None) -> list[dict[Any, Any]]:
    """Return the rows of the test, with ``recall_10_before`` of what the choice was made on."""
    before = {} if chosen_on is None else chosen_on.recall
    results = tested.results
    if results.empty:
        return []
    return results.assign(recall_10_before=results["method"].map(before)).to_dict("records")


def _earlier(chosen_on: Earlier | None) -> dict[str, Any] | None:
    if chosen_on is None:
        return None
    return {
        **_span(chosen_on.windows),
        "windows": len(chosen_on.windows),
        "customers": chosen_on.customers,
        "lead": _against(chosen_on.lead),
    }


def _against(found: Against | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "method": found.method.name,
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
    }


def _span(windows: Sequence[Window]) -> dict[str, date]:
    return {
        "split_on": _EPOCH + timedelta(days=min(window.split for window in windows)),
        "until_on": _EPOCH + timedelta(days=max(window.until for window in windows)),
    }
