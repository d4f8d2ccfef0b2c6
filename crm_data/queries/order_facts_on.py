"""What orders said of a customer on earlier days: columns of customer_facts, worked out anew."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Subquery, func, literal, select

from crm_data.tables import mart
from crm_data.tables.marts import NEVER

_Summed = Callable[[FromClause, ColumnElement[bool], date], ColumnElement[Any]]


def facts_on_days(
    names: Sequence[str], days: Sequence[date]
) -> tuple[Subquery, list[dict[str, ColumnElement[Any]]]]:
    """Return facts of customers on several days, in one pass over their orders.

    Parameters
    ----------
    names : sequence of str
        Among ``ON_A_DAY``.
    days : sequence of date
        Orders of the day itself are known on it.

    Returns
    -------
    subquery
        To be joined by ``customer_no``, outer: without an order there is no row.
    list of dict
        For each day, the column of each name.
    """
    facts = mart("order_facts")
    gap = facts.c.ordered_on - facts.c.previous_on
    has_gap = sa.and_(facts.c.previous_on > NEVER, facts.c.ordered_on > facts.c.previous_on)
    orders = (
        select(
            facts, sa.case((has_gap, sa.cast(gap, sa.Double())), else_=sa.null()).label("gap_days")
        )
        .where(facts.c.is_counted, facts.c.customer_no.is_not(None), _until(facts, max(days)))
        .subquery("known_order")
    )
    columns = [
        ON_A_DAY[name](orders, _until(orders, day), day).label(f"{name}_{at}")
        for at, day in enumerate(days)
        for name in names
    ]
    past = select(orders.c.customer_no, *columns).group_by(orders.c.customer_no).subquery("past")
    return past, [
        {name: _or_zero(name, past.c[f"{name}_{at}"]) for name in names} for at in range(len(days))
    ]


def _or_zero(name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Counts of those without orders are zero; their amounts and days are missing."""
    return func.coalesce(column, 0) if name in _COUNTS else column


def _until(orders: FromClause, day: date) -> ColumnElement[bool]:
    return orders.c.ordered_on <= literal(day, sa.Date())


def _within(orders: FromClause, day: date, days: int) -> ColumnElement[bool]:
    return orders.c.ordered_on > literal(day - timedelta(days=days), sa.Date())


def _amount(name: str, status: str | None = None, sign: int = 1) -> _Summed:
    def summed(o: FromClause, known: ColumnElement[bool], _day: date) -> ColumnElement[Any]:
        where = [known] if status is None else [known, o.c.status == status]
        total = func.sum(o.c[name]).filter(*where)
        return total if sign > 0 else -total

    return summed


def _recent_amount(days: int, but: int = 0) -> _Summed:
    """Return the amount of so many days, without the last ``but`` of them."""

    def summed(o: FromClause, known: ColumnElement[bool], day: date) -> ColumnElement[Any]:
        end = _until(o, day - timedelta(days=but)) if but else known
        return func.sum(o.c.net_amount).filter(end, _within(o, day, days))

    return summed


def _recent_orders(days: int) -> _Summed:
    return lambda o, known, day: func.count().filter(known, _within(o, day, days))


def _count(status: str | None = None) -> _Summed:
    def counted(o: FromClause, known: ColumnElement[bool], _day: date) -> ColumnElement[Any]:
        return func.count().filter(known, *([] if status is None else [o.c.status == status]))

    return counted


def _median_gap(o: FromClause, known: ColumnElement[bool], _day: date) -> ColumnElement[Any]:
    gap = sa.case((known, o.c.gap_days), else_=sa.null())
    return func.percentile_cont(0.5).within_group(gap)


_COUNTS: dict[str, _Summed] = {
    "orders": _count(),
    "paid_orders": _count("paid"),
    "returned_orders": _count("returned"),
    "orders_365d": _recent_orders(365),
    "order_days": lambda o, known, _d: func.count().filter(known, o.c.previous_on < o.c.ordered_on),
}
ON_A_DAY: dict[str, _Summed] = {
    **_COUNTS,
    "first_order_on": lambda o, known, _d: func.min(o.c.ordered_on).filter(known),
    "last_order_on": lambda o, known, _d: func.max(o.c.ordered_on).filter(known),
    "net_amount": _amount("net_amount"),
    "gross_amount": _amount("net_amount", "paid"),
    "returned_amount": _amount("net_amount", "returned", -1),
    "margin": lambda o, known, _d: func.sum(o.c.net_amount - o.c.cost).filter(known),
    "net_amount_90d": _recent_amount(90),
    "net_amount_365d": _recent_amount(365),
    "net_amount_year_before": _recent_amount(730, but=365),
    "mean_gap_days": lambda o, known, _d: func.avg(o.c.gap_days).filter(known),
    "median_gap_days": _median_gap,
    "days_since_last_order": lambda o, known, day: (
        literal(day, sa.Date()) - func.max(o.c.ordered_on).filter(known)
    ),
}
