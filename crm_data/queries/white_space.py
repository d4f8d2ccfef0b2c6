"""White space: what the largest customers buy of each category, and what not."""

import pandas as pd
from sqlalchemy import Connection, func, select

from crm_data.frames import FrameSpec
from crm_data.queries.catalogue import sees_catalogue
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import columns_of
from crm_data.tables.scores import CATEGORY_PAIRS

CATEGORY_AMOUNTS = FrameSpec(
    "category_amounts",
    "one row per key customer and category it bought, the largest customer first",
    ("customer_id", "category"),
    columns_of("customer_id:text name:text total:money category:text net_amount:money"),
)


def category_amounts(
    conn: Connection, *, scope: AccessScope, limit: int = 25, among: str = ""
) -> pd.DataFrame:
    """Return net value by category of the customers with the most: ``CATEGORY_AMOUNTS``.

    ``limit`` is of customers, by their whole net value. A category is missing for what no line
    explains. ``among`` is the JSON of a segment: its members only.
    """
    facts, parts = mart("customer_facts"), mart("order_categories")
    # Numbers first: categories are then read by number, without joining what nobody asked for.
    numbers = conn.scalars(
        select(facts.c.customer_no)
        .where(
            visible_to(scope, facts.c.owner_id),
            facts.c.net_amount > 0,
            *([in_segment(facts.c.customer_no, among)] if among else []),
        )
        .order_by(facts.c.net_amount.desc(), facts.c.customer_id)
        .limit(limit)
    ).all()
    sums = (
        select(
            parts.c.customer_no,
            parts.c.category,
            func.sum(parts.c.net_amount).label("net_amount"),
        )
        .where(parts.c.customer_no.in_([int(number) for number in numbers]))
        .group_by(parts.c.customer_no, parts.c.category)
        .subquery("sums")
    )
    statement = (
        select(
            facts.c.customer_id,
            facts.c.name,
            facts.c.net_amount.label("total"),
            sums.c.category,
            sums.c.net_amount,
        )
        .join(sums, sums.c.customer_no == facts.c.customer_no)
        .order_by(facts.c.net_amount.desc(), facts.c.customer_id, sums.c.category.nulls_last())
    )
    return read_frame(conn, statement, CATEGORY_AMOUNTS)


def category_pairs(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return which categories the same customers buy: ``CATEGORY_PAIRS``.

    To find the next category; the numbers themselves are for who sees everybody.
    """
    statement = mart("category_pairs").select().where(sees_catalogue(scope))
    return read_frame(conn, statement, CATEGORY_PAIRS)
