"""Whose next category is worth the most: customers by the size of the gap."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from crm_data.queries.catalogue import sees_catalogue
from crm_data.scope import AccessScope
from crm_data.tables import mart

# Buys the first and not the second: the share of the customer's total that the second would be.
Step = tuple[str, str, float]
_BITS = 60  # categories that one whole number holds


def category_weights(conn: Connection, *, scope: AccessScope) -> dict[str, float]:
    """Return which share of its buyers' net value each category is (0-1), of all customers.

    A category whose buyers brought nothing, or that was brought back more than bought, is missing.
    """
    facts, parts = mart("customer_facts"), mart("customer_categories")
    spent, total = func.sum(parts.c.net_amount), func.sum(facts.c.net_amount)
    statement = (
        select(parts.c.category, spent, total)
        .join(facts, facts.c.customer_no == parts.c.customer_no)
        .where(parts.c.category.is_not(None), facts.c.net_amount > 0, sees_catalogue(scope))
        .group_by(parts.c.category)
        .having(spent > 0)
    )
    return {str(name): float(part) / float(all_) for name, part, all_ in conn.execute(statement)}


def by_gap(buyers: Select[Any], steps: Sequence[Step], *, is_part: bool) -> Select[Any]:
    """Return numbers of customers, the biggest gap first, then those without one by total.

    Parameters
    ----------
    buyers : Select
        Columns ``customer_no`` and ``total`` of the customers in question.
    steps : sequence of Step
        What the gap is, the step to be preferred first: the first one that a customer can take.
    is_part : bool
        Whether few of all customers are meant: only their categories are brought together then.
    """
    who, parts = buyers.subquery("buyers"), mart("customer_categories")
    names = sorted({name for one, other, _ in steps for name in (one, other)})
    chunks = [names[start : start + _BITS] for start in range(0, len(names), _BITS)]
    masks = [
        sa.cast(func.sum(_bits(parts.c.category, chunk)), sa.BigInteger).label(f"held_{n}")
        for n, chunk in enumerate(chunks)
    ]
    bought = select(parts.c.customer_no, *masks).group_by(parts.c.customer_no)
    if is_part:
        bought = bought.where(parts.c.customer_no.in_(select(who.c.customer_no)))
    held = bought.subquery("held")
    gap = sa.cast(who.c.total, sa.Double) * _share(held, chunks, steps)
    return (
        select(who.c.customer_no)
        .join(held, held.c.customer_no == who.c.customer_no)
        .order_by(gap.desc().nulls_last(), who.c.total.desc(), who.c.customer_no)
    )


def _bits(category: ColumnElement[str], names: Sequence[str]) -> ColumnElement[int]:
    return sa.case({name: _whole(1 << n) for n, name in enumerate(names)}, value=category, else_=0)


def _share(
    held: sa.FromClause, chunks: Sequence[Sequence[str]], steps: Sequence[Step]
) -> ColumnElement[Any]:
    if not steps:
        return sa.cast(sa.null(), sa.Double)
    places = {name: (n, chunk.index(name)) for n, chunk in enumerate(chunks) for name in chunk}

    def has(name: str) -> ColumnElement[int]:
        mask, bit = places[name]
        return held.c[f"held_{mask}"].bitwise_and(_whole(1 << bit))

    return sa.case(*((and_(has(one) > 0, has(two) == 0), share) for one, two, share in steps))


def _whole(number: int) -> ColumnElement[int]:
    return sa.literal(number, sa.BigInteger)
