"""Which products there are to offer, and which of them go together."""

import pandas as pd
from sqlalchemy import Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.catalogue import of_everybody, sees_catalogue
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart, table

PRODUCTS_ON_OFFER = FrameSpec(
    "products_on_offer",
    "one row per product, the most popular first; place is missing for what is out of sale",
    ("product_id",),
    columns_of(
        "product_id:text name:text category:text customers:count customers_90d:count "
        "last_sold_on:day place:count"
    ),
)
PRODUCT_PAIR_LIST = FrameSpec(
    "product_pair_list",
    "one row per two products that go together, the strongest first",
    ("product_id", "other_id"),
    columns_of(
        "product_id:text product_name:text other_id:text other_name:text customers_both:count "
        "expected:number lift:number score:number"
    ),
)


def products_on_offer(conn: Connection, *, scope: AccessScope, limit: int = 2_000) -> pd.DataFrame:
    """Return the products, the most popular first: ``PRODUCTS_ON_OFFER``.

    Counts and days are of all customers: missing for who sees a part of them.
    """
    popular, things = mart("product_popularity"), table("products")
    counts = (
        of_everybody(scope, popular.c[name]).label(name)
        for name in ("customers", "customers_90d", "last_sold_on")
    )
    statement = (
        select(popular.c.product_id, things.c.name, things.c.category, *counts, popular.c.place)
        .outerjoin(things, things.c.product_id == popular.c.product_id)
        .where(sees_catalogue(scope))
        .order_by(popular.c.place.nulls_last(), popular.c.customers.desc(), popular.c.product_id)
        .limit(limit)
    )
    return read_frame(conn, statement, PRODUCTS_ON_OFFER)


def strongest_pairs(
    conn: Connection, *, scope: AccessScope, least_both: int = 5, limit: int = 50
) -> pd.DataFrame:
    """Return the pairs with the highest scores, each once: ``PRODUCT_PAIR_LIST``.

    Numbers are of all customers: missing for who sees a part of them.
    """
    pairs, first, second = (
        mart("product_pairs"), table("products").alias("first"), table("products").alias("second")
    )  # fmt: skip
    # The same two may be stored in both directions: twice as many rows hold enough of them.
    top = (
        select(pairs)
        .where(sees_catalogue(scope), pairs.c.customers_both >= least_both)
        .order_by(pairs.c.score.desc(), pairs.c.product_id, pairs.c.other_id)
        .limit(2 * limit)
        .subquery("top")
    )
    both = (
        func.least(top.c.product_id, top.c.other_id),
        func.greatest(top.c.product_id, top.c.other_id),
    )
    order = (top.c.score.desc(), top.c.product_id, top.c.other_id)
    nth = func.row_number().over(partition_by=both, order_by=order)
    once = select(top, nth.label("nth")).subquery("once")
    counts = ("customers_both", "expected", "lift")
    statement = (
        select(
            once.c.product_id,
            first.c.name.label("product_name"),
            once.c.other_id,
            second.c.name.label("other_name"),
            *(of_everybody(scope, once.c[name]).label(name) for name in counts),
            of_everybody(scope, once.c.score).label("score"),
        )
        .outerjoin(first, first.c.product_id == once.c.product_id)
        .outerjoin(second, second.c.product_id == once.c.other_id)
        .where(once.c.nth == 1)
        .order_by(once.c.score.desc(), once.c.product_id, once.c.other_id)
        .limit(limit)
    )
    return read_frame(conn, statement, PRODUCT_PAIR_LIST)
