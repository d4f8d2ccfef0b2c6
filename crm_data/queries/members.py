"""Who is in a group of customers that is written as JSON."""

import json
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from crm_data.errors import UsageError
from crm_data.frames import FrameSpec
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import columns_of

MEMBERS = FrameSpec(
    "members",
    "one row per customer of a group, the most valuable first",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text region:text source:text orders:count last_order_on:day "
        "net_amount:money"
    ),
)


def is_member(among: str) -> ColumnElement[bool]:
    """Return whether a customer of ``customer_facts`` or ``customer_scores`` is in a group.

    Parameters
    ----------
    among : str
        ``{"column": ["value", …], …}`` in JSON: the columns of both marts, text or flags. Every
        column has to have one of its values; null is missing.

    Raises
    ------
    UsageError
        Something else.
    """
    try:
        wanted = json.loads(among)
        conditions = [_is_one_of(str(name), values) for name, values in wanted.items()]
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise UsageError(
            "unknown_group",
            f"'{among}' is no group of customers. Write a column of customer_facts or "
            'customer_scores with its values, such as {"kind": ["company"]}.',
            group=among,
        ) from error
    return and_(*conditions) if conditions else false()


def members(
    conn: Connection, *, scope: AccessScope, among: str, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return the customers of a group: ``MEMBERS``."""
    facts, scores = mart("customer_facts"), mart("customer_scores")
    statement = (
        select(*(facts.c[name] for name in MEMBERS.column_names))
        .select_from(facts.outerjoin(scores, scores.c.customer_no == facts.c.customer_no))
        .where(visible_to(scope, facts.c.owner_id), is_member(among))
        .order_by(facts.c.net_amount.desc().nulls_last(), facts.c.customer_id)
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, statement, MEMBERS)


def _is_one_of(name: str, values: list[Any]) -> ColumnElement[bool]:
    facts, scores = mart("customer_facts").c, mart("customer_scores").c
    column = facts[name] if name in facts else scores[name]
    known = [value for value in values if value is not None]
    among = column.in_(known)
    return or_(among, column.is_(None)) if None in values else among
