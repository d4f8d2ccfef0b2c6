"""What can be summed about sales, and how, at each grain."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, and_, func, literal, select

from crm_data.calendar import floor_to
from crm_data.errors import UsageError
from crm_data.frames import Kind
from crm_data.queries.premade import customer_months
from crm_data.queries.question import Question
from crm_data.queries.sources import items, parts
from crm_data.tables.marts import FIRST_IN_UNITS, NEVER

MEASURES: dict[str, Kind] = {
    "net_amount": "money",
    "gross_amount": "money",
    "returned_amount": "money",
    "net_amount_sq": "number",
    "gross_amount_sq": "number",
    "returned_amount_sq": "number",
    "orders": "count",
    "paid_orders": "count",
    "valued_orders": "count",
    "lines": "count",
    "units": "number",
    "new_customers": "count",
    "active_customers": "count",
    "returning_customers": "count",
    "paid_customers": "count",
    "repeat_customers": "count",
    "customer_net_amount": "money",
    "customer_orders": "count",
    "customer_net_amount_sq": "number",
    "customer_orders_sq": "number",
}
ONE = sa.literal_column("1", sa.Integer())
IN_DAILY_CATEGORY_SALES = (
    "net_amount",
    "gross_amount",
    "returned_amount",
    "lines",
    "units",
    "orders",
    "paid_orders",
    "valued_orders",
)
OF_LINES = ("net_amount", "gross_amount", "returned_amount", "lines", "units")
ORDERS_OF_CATEGORIES = ("orders", "paid_orders", "valued_orders")
IN_DAILY_SALES = (
    *IN_DAILY_CATEGORY_SALES,
    "net_amount_sq",
    "gross_amount_sq",
    "returned_amount_sq",
    "new_customers",
    "customer_net_amount",
    "customer_orders",
)
# Sums over orders: no two orders share what is counted. The other measures need each customer's
# orders brought together, unless the mart's previous days suffice.
OF_ORDERS = IN_DAILY_SALES


def require_known(measures: Iterable[str]) -> None:
    """Raise ``UsageError`` for a measure that does not exist."""
    unknown = [name for name in measures if name not in MEASURES]
    if unknown:
        raise UsageError(
            "unknown_measure",
            f"There is no measure '{unknown[0]}'. Measures are: {', '.join(MEASURES)}.",
            measure=unknown[0],
            measures=", ".join(MEASURES),
        )


def total(name: str, value: ColumnElement[Any], *where: ColumnElement[bool]) -> sa.Label[Any]:
    """Return the labelled sum of ``value`` where all conditions hold; 0 over nothing."""
    summed = func.sum(value)
    chosen = summed.filter(and_(*where)) if where else summed
    whole = MEASURES[name] == "count"
    return (
        sa.cast(func.coalesce(chosen, 0), sa.BigInteger()).label(name)
        if whole
        else (func.coalesce(chosen, 0).label(name))
    )


def order_measures(q: Question, names: Iterable[str]) -> Select[Any]:
    """Return measures that are sums over orders, by group.

    Customer measures are allowed where ``previous_days`` says that they are sums, too.
    """
    part = items(q).subquery("item")
    columns = [_OF_ORDERS[name](part, q) for name in names]
    return _grouped(q, part, columns)


def line_measures(q: Question, names: Iterable[str]) -> Select[Any]:
    """Return measures that are sums over lines, without bringing an order's lines together."""
    part = parts(q)
    columns = [_OF_ORDERS[name](part, q) for name in names]
    return _grouped(q, part, columns)


def customer_measures(q: Question, names: Iterable[str]) -> Select[Any]:
    """Return measures that need the orders of a customer in a group brought together."""
    part = items(q).subquery("item")
    groups = [part.c[label] for label in q.labels()]
    customers = (
        select(
            *groups,
            func.sum(part.c.net_amount).label("net_amount"),
            func.sum(part.c.has_order).label("orders"),
            func.sum(part.c.has_order).filter(part.c.status == "paid").label("paid_orders"),
            func.max(_is_first(part)).label("is_new"),
        )
        .where(part.c.customer_id.is_not(None))
        .group_by(*groups, part.c.customer_id)
        .subquery("customer")
    )
    at_least = customers.c
    columns: dict[str, sa.Label[Any]] = {
        "active_customers": total("active_customers", ONE, at_least.orders > 0),
        "returning_customers": total(
            "returning_customers", ONE, at_least.orders > 0, at_least.is_new == 0
        ),
        "paid_customers": total("paid_customers", ONE, at_least.paid_orders > 0),
        "repeat_customers": total("repeat_customers", ONE, at_least.paid_orders > 1),
        "customer_net_amount_sq": _squares("customer_net_amount_sq", customers.c.net_amount),
        "customer_orders_sq": _squares("customer_orders_sq", customers.c.orders),
    }
    return _grouped(q, customers, [columns[name] for name in names])


def month_measures(q: Question, names: Iterable[str]) -> Select[Any]:
    """Return active customers by calendar month: rows of ``customer_months``."""
    part = customer_months(q).subquery("month")
    return _grouped(q, part, [total(name, ONE) for name in names])


def daily_column(q: Question, name: str) -> str | None:
    """Return the column of ``daily_sales`` that adds up to a measure, where there is one.

    Active customers of each calendar unit are the orders that are their customer's first in the
    unit, as long as no unit begins before the period does.
    """
    if name in IN_DAILY_SALES:
        return name
    days = [d for d in q.by if d.is_order_day]
    unit = days[0].unit if len(days) == 1 else None
    if name != "active_customers" or unit not in FIRST_IN_UNITS or not by_previous_day(q, name):
        return None
    if q.start is not None and floor_to(q.start, unit) != q.start:
        return None
    is_in_channel = any(d.is_channel for d in q.dimensions)
    return f"first_in_channel_{unit}" if is_in_channel else f"first_in_{unit}"


def by_previous_day(q: Question, name: str) -> bool:
    """Whether a customer measure is a plain count of orders, thanks to the mart's previous days.

    A customer's first order in a window is the one whose previous order is before the window. That
    holds for a group as long as every order of the customer in the window is in the same group:
    dimensions of the customer, calendar units of the day, and (for active customers, whose
    previous day in the channel is also kept) one channel.
    """
    others = {d for d in q.dimensions if not d.is_customer} - {d for d in q.by if d.is_order_day}
    if q.is_by_line or name not in _BY_PREVIOUS_DAY:
        return False
    return not others or (name in _BY_PREVIOUS_IN_CHANNEL and _is_within_channels(q))


def _is_within_channels(q: Question) -> bool:
    others = [d for d in q.dimensions if not d.is_customer and d not in q.by]
    ones = [f.dimension for f in q.filters if f.dimension.is_channel and f.has_one_value]
    by_channel = any(d.is_channel for d in q.by)
    strangers = [d for d in q.by if not (d.is_customer or d.is_order_day or d.is_channel)]
    is_one = by_channel or bool(ones)
    return is_one and not strangers and all(d.is_channel for d in others)


def _previous_column(q: Question, part: Any) -> ColumnElement[date]:
    is_in_channel = any(d.is_channel for d in q.dimensions)
    column: ColumnElement[date] = (
        part.c.previous_in_channel_on if is_in_channel else part.c.previous_on
    )
    return column


def _window_start(q: Question, part: Any) -> ColumnElement[date] | None:
    """First day of a group's window: the period's, or that of the group's calendar unit."""
    starts: list[Any] = [
        part.c[label] for d, label in zip(q.by, q.labels(), strict=True) if d.is_order_day
    ]
    if q.start is not None:
        starts.append(literal(q.start, sa.Date()))
    if len(starts) < 2:
        return starts[0] if starts else None
    return func.greatest(*starts)


def _is_before_window(q: Question, part: Any, day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the day is before the window; NEVER is, a missing one (no customer) is not."""
    start = _window_start(q, part)
    return day == NEVER if start is None else day < start


def _is_in_window(q: Question, part: Any, day: ColumnElement[date]) -> ColumnElement[bool]:
    start = _window_start(q, part)
    return day > NEVER if start is None else day >= start


def _active(part: Any, q: Question) -> sa.Label[Any]:
    first = _is_before_window(q, part, _previous_column(q, part))
    return total("active_customers", ONE, first)


def _returning(part: Any, q: Question) -> sa.Label[Any]:
    """Active customers whose first order in the window is not their first ever.

    Without a channel the first order in the window is enough to look at. In a channel, a customer
    is new where their first order ever is; it is also their first in the channel.
    """
    first = _is_before_window(q, part, _previous_column(q, part))
    return total("returning_customers", ONE, first, part.c.previous_on > NEVER)


def _paid(part: Any, q: Question) -> sa.Label[Any]:
    first = _is_before_window(q, part, part.c.previous_paid_on)
    return total("paid_customers", ONE, first)


def _repeat(part: Any, q: Question) -> sa.Label[Any]:
    """Customers' second paid orders in the window: one before it in the window, not two."""
    return total(
        "repeat_customers",
        ONE,
        _is_in_window(q, part, part.c.previous_paid_on),
        _is_before_window(q, part, part.c.second_previous_paid_on),
    )


def _is_first(part: Any) -> ColumnElement[int]:
    is_first = and_(part.c.previous_on == NEVER, part.c.has_order == 1)
    return sa.case((is_first, 1), else_=0)


def _squares(name: str, value: ColumnElement[Any], *where: ColumnElement[bool]) -> sa.Label[Any]:
    double: ColumnElement[float] = sa.cast(value, sa.Double())
    return total(name, double * double, *where)


def _grouped(q: Question, source: Any, columns: list[sa.Label[Any]]) -> Select[Any]:
    groups = [source.c[label] for label in q.labels()]
    return select(*groups, *columns).select_from(source).group_by(*groups)


_BY_PREVIOUS_IN_CHANNEL = ("active_customers", "returning_customers")
_BY_PREVIOUS_DAY = (*_BY_PREVIOUS_IN_CHANNEL, "paid_customers", "repeat_customers")
_OF_ORDERS: dict[str, Callable[[Any, Question], sa.Label[Any]]] = {
    "net_amount": lambda p, _: total("net_amount", p.c.net_amount),
    "gross_amount": lambda p, _: total("gross_amount", p.c.net_amount, p.c.status == "paid"),
    "returned_amount": lambda p, _: total(
        "returned_amount", -p.c.net_amount, p.c.status == "returned"
    ),
    "net_amount_sq": lambda p, _: _squares("net_amount_sq", p.c.net_amount),
    "gross_amount_sq": lambda p, _: _squares(
        "gross_amount_sq", p.c.net_amount, p.c.status == "paid"
    ),
    "returned_amount_sq": lambda p, _: _squares(
        "returned_amount_sq", p.c.net_amount, p.c.status == "returned"
    ),
    "orders": lambda p, _: total("orders", p.c.has_order),
    "paid_orders": lambda p, _: total("paid_orders", p.c.has_order, p.c.status == "paid"),
    "valued_orders": lambda p, _: total(
        "valued_orders", p.c.has_order, p.c.net_amount.is_not(None)
    ),
    "lines": lambda p, _: total("lines", p.c.lines),
    "units": lambda p, _: total("units", p.c.units),
    "new_customers": lambda p, _: total("new_customers", _is_first(p)),
    "customer_net_amount": lambda p, _: total(
        "customer_net_amount", p.c.net_amount, p.c.previous_on.is_not(None)
    ),
    "customer_orders": lambda p, _: total(
        "customer_orders", p.c.has_order, p.c.previous_on.is_not(None)
    ),
    "active_customers": _active,
    "returning_customers": _returning,
    "paid_customers": _paid,
    "repeat_customers": _repeat,
}
