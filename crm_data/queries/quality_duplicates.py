"""What counting probable duplicates of customers as one changes, from the scores of a version."""

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart

CARD = "identity"
MERGED_CHANGES = FrameSpec(
    "merged_changes",
    "one row: changes when each cluster of duplicates is one customer; none where nobody looked",
    (),
    columns_of("customers:count active:count buyers:count repeat_buyers:count net_amount:money"),
)


def merged_changes(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return ``MERGED_CHANGES``; no row without a search for duplicates, or for who sees a part.

    ``customers`` is how many records are another one's duplicate; ``active``, ``buyers`` and
    ``repeat_buyers`` by how many customers with an order, with a paid one and with two paid ones
    change; ``net_amount`` the net revenue of all in a cluster.
    """
    scores, facts, cards = mart("score_duplicates"), mart("customer_facts"), mart("model_cards")
    looked = conn.scalar(select(func.count()).where(cards.c.name == CARD))
    if not scope.is_everything or not looked:
        return MERGED_CHANGES.conform(pd.DataFrame(columns=MERGED_CHANGES.column_names))

    def members(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return func.coalesce(func.sum(sa.case((condition, 1), else_=0)), 0)

    def one_if(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.case((condition, 1), else_=0)

    orders, paid = func.coalesce(facts.c.orders, 0), func.coalesce(facts.c.paid_orders, 0)
    clusters = (
        select(
            (func.count() - 1).label("customers"),
            (one_if(func.sum(orders) > 0) - members(orders > 0)).label("active"),
            (one_if(func.sum(paid) > 0) - members(paid > 0)).label("buyers"),
            (one_if(func.sum(paid) > 1) - members(paid > 1)).label("repeat_buyers"),
            func.sum(facts.c.net_amount).label("net_amount"),
        )
        .select_from(scores.outerjoin(facts, facts.c.customer_id == scores.c.customer_id))
        .group_by(scores.c.cluster_id)
        .having(func.count() > 1)
        .subquery("clusters")
    )
    statement = select(
        *(
            func.coalesce(func.sum(clusters.c[name]), 0).label(name)
            for name in MERGED_CHANGES.column_names
        )
    )
    return read_frame(conn, statement, MERGED_CHANGES)
