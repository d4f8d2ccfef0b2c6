"""Offers for customers: what each has not bought yet and its neighbours say, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Subquery, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.catalogue import of_everybody
from crm_data.queries.customer_search import storable
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

NEXT_OFFERS = FrameSpec(
    "next_offers",
    "one row per customer and product offered, the best first",
    ("customer_id", "product_id"),
    columns_of(
        "customer_id:text place:count product_id:text product_name:text category:text "
        "score:number reason_id:text reason_name:text customers_both:count lift:number "
        "customers:count is_popular:flag"
    ),
)


@dataclass(frozen=True)
class OfferRule:
    """How offers are made, as the card "offers" says.

    Attributes
    ----------
    as_of : date
        Watermark of orders, from which ages are counted.
    half_life_days : float or None
        After so many days a purchase counts half; None where age does not matter.
    is_popular : bool
        Whether popularity is used, because neighbours did not beat it.
    """

    as_of: date
    half_life_days: float | None = None
    is_popular: bool = False


def next_offers(
    conn: Connection, *, scope: AccessScope, customer_id: str, rule: OfferRule, limit: int = 10
) -> pd.DataFrame:
    """Return what to offer one customer: ``NEXT_OFFERS``; no row if it is out of scope.

    What neighbours say comes first, then what is popular (``is_popular``, without a reason), so
    that a customer without a history has offers, too. What all customers did (``customers_both``,
    ``lift``, ``customers``) is missing for who sees a part of them.
    """
    facts = mart("customer_facts")
    # A number found first: the mart is sorted by it, and only a part of it is then read.
    number = conn.scalar(
        select(facts.c.customer_no).where(
            facts.c.customer_id == storable(customer_id), visible_to(scope, facts.c.owner_id)
        )
    )
    if number is None:
        return NEXT_OFFERS.conform(pd.DataFrame(columns=NEXT_OFFERS.column_names))
    found = _by_neighbours(conn, scope, [int(number)], rule, limit)
    filler = _popular(conn, scope, int(number), limit)
    parts = [filler] if rule.is_popular else [found, filler]
    kept = [part for part in parts if len(part)] or [found]
    joined = pd.concat(kept, ignore_index=True).drop_duplicates("product_id").head(limit)
    joined["place"] = pd.array(range(1, len(joined) + 1), dtype="Int64")
    return NEXT_OFFERS.conform(joined.reset_index(drop=True))


def weight_of(bought: Any, rule: OfferRule) -> ColumnElement[float]:
    """Return what a purchase counts: halved for every half-life since its last day."""
    if rule.half_life_days is None:
        return sa.literal(1.0, sa.Double())
    age = sa.type_coerce(sa.literal(rule.as_of, sa.Date()) - bought.c.last_on, sa.Integer())
    halves = sa.cast(age, sa.Double()) / sa.literal(float(rule.half_life_days), sa.Double())
    # Without a day it is not known how long ago; the test did not count it either.
    return func.coalesce(func.power(sa.literal(0.5, sa.Double()), halves), 0.0)


def _by_neighbours(
    conn: Connection, scope: AccessScope, numbers: Sequence[int], rule: OfferRule, limit: int
) -> pd.DataFrame:
    facts, things, reasons = (
        mart("customer_facts"), table("products").alias("thing"), table("products").alias("reason")
    )  # fmt: skip
    popular, best = mart("product_popularity"), _ranked(numbers, rule)
    statement = (
        select(
            facts.c.customer_id,
            best.c.place,
            best.c.other_id.label("product_id"),
            things.c.name.label("product_name"),
            things.c.category,
            of_everybody(scope, best.c.score).label("score"),
            best.c.product_id.label("reason_id"),
            reasons.c.name.label("reason_name"),
            *(
                of_everybody(scope, column).label(column.name)
                for column in (best.c.customers_both, best.c.lift, popular.c.customers)
            ),
            sa.false().label("is_popular"),
        )
        .select_from(best)
        .join(facts, facts.c.customer_no == best.c.customer_no)
        .outerjoin(things, things.c.product_id == best.c.other_id)
        .outerjoin(reasons, reasons.c.product_id == best.c.product_id)
        .outerjoin(popular, popular.c.product_id == best.c.other_id)
        .where(best.c.place <= limit, facts.c.customer_no.in_(numbers))
        .order_by(facts.c.customer_id, best.c.place)
    )
    return read_frame(conn, statement, NEXT_OFFERS)


def _ranked(numbers: Sequence[int], rule: OfferRule) -> Subquery:
    """Offers of customers by place: the sum of what their purchases say, and who says most."""
    pairs, bought = mart("product_pairs"), mart("customer_products")
    mine = (
        select(bought.c.customer_no, bought.c.product_id, weight_of(bought, rule).label("weight"))
        .where(bought.c.customer_no.in_(numbers))
        .cte("mine")
    )
    part = pairs.c.score * mine.c.weight
    group = (mine.c.customer_no, pairs.c.other_id)
    have = mine.alias("have")
    said = (
        select(
            *group,
            pairs.c.product_id,
            pairs.c.customers_both,
            pairs.c.lift,
            func.sum(part).over(partition_by=group).label("score"),
            func.row_number()
            .over(partition_by=group, order_by=(part.desc(), pairs.c.product_id))
            .label("nth"),
        )
        .join(mine, mine.c.product_id == pairs.c.product_id)
        .outerjoin(
            have,
            (have.c.customer_no == mine.c.customer_no) & (have.c.product_id == pairs.c.other_id),
        )
        .where(have.c.customer_no.is_(None))
        .subquery("said")
    )
    place = func.row_number().over(
        partition_by=said.c.customer_no, order_by=(said.c.score.desc(), said.c.other_id)
    )
    return select(said, place.label("place")).where(said.c.nth == 1).subquery("best")


def _popular(conn: Connection, scope: AccessScope, number: int, limit: int) -> pd.DataFrame:
    """The most popular products that a customer has not bought."""
    popular, bought, things = (
        mart("product_popularity"), mart("customer_products"), table("products")
    )  # fmt: skip
    facts = mart("customer_facts")
    mine = select(bought.c.product_id).where(bought.c.customer_no == number)
    number_missing: ColumnElement[Any] = sa.cast(sa.null(), sa.Double())
    text_missing: ColumnElement[Any] = sa.cast(sa.null(), sa.Text())
    statement = (
        select(
            facts.c.customer_id,
            popular.c.place,
            popular.c.product_id,
            things.c.name.label("product_name"),
            things.c.category,
            *(number_missing.label(name) for name in ("score", "lift")),
            *(text_missing.label(name) for name in ("reason_id", "reason_name")),
            sa.cast(sa.null(), sa.BigInteger()).label("customers_both"),
            of_everybody(scope, popular.c.customers).label("customers"),
            sa.true().label("is_popular"),
        )
        .select_from(popular)
        .join(facts, facts.c.customer_no == number)
        .outerjoin(things, things.c.product_id == popular.c.product_id)
        .where(popular.c.place.is_not(None), popular.c.product_id.not_in(mine))
        .order_by(popular.c.place)
        .limit(limit)
    )
    return read_frame(conn, statement, NEXT_OFFERS)
