"""Who did something a number of times, as SQL: customers by number or by id, never both."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, and_, func, literal, select, true

from crm_data.segments.conditions import AsOf, days_before, holds, is_data_end
from crm_data.segments.event_tables import CLOCKS, EVENT_TABLES
from crm_data.segments.fields import SegmentField, field
from crm_data.segments.nodes import Event
from crm_data.sql import json_text
from crm_data.tables import mart, table


def happened(event: Event, facts: sa.FromClause, as_of: AsOf) -> ColumnElement[bool]:
    """Return whether a row of customer_facts has the event; true or false, never NULL."""
    if event.count == "exactly" and event.n > 0:
        return _counted(event, facts, as_of, is_exact=True)
    if event.count == "at_least":
        return true() if event.n == 0 else _counted(event, facts, as_of)
    # At most n, or exactly none.
    return sa.not_(_counted(replace(event, n=event.n + 1), facts, as_of))


def _counted(
    event: Event, facts: sa.FromClause, as_of: AsOf, *, is_exact: bool = False
) -> ColumnElement[bool]:
    if _is_ever(event, as_of) and event.kind == "order" and not event.filters:
        known = facts.c.known_paid_orders
        return known == event.n if is_exact else known >= event.n
    is_sale = event.kind in ("order", "line")
    rows = {"order": _orders, "line": _lines}.get(event.kind, _records)(event, as_of)
    customer, *counted = rows.selected_columns
    who = facts.c.customer_no if is_sale else facts.c.customer_id
    found = rows.with_only_columns(customer).where(customer.is_not(None))
    for times in counted:  # else whoever is there did it often enough
        if is_exact:
            found = found.group_by(customer).having(times == event.n)
        elif event.n > 1:
            found = found.group_by(customer).having(times >= event.n)
    return who.in_(found)


def _orders(event: Event, as_of: AsOf) -> Select[Any]:
    """Return the customer and the number of orders, not grouped yet; without a number: enough."""
    facts, parts = mart("order_facts"), mart("order_categories")
    held = {"order_facts": facts, "order_categories": parts}
    of_category = [one for one in event.filters if one.field == "category"]
    others = [one for one in event.filters if one.field != "category"]
    by_status = any(one.field == "status" for one in others)
    is_one = any(one.op == "eq" for one in of_category)
    is_few = event.n <= 2 and event.count != "exactly"
    if of_category and not others and _is_ever(event, as_of) and (is_one or is_few):
        return _ever_of_category(event, as_of, is_one=is_one)
    if not of_category:
        paid = [] if by_status else [facts.c.status == "paid"]
        wanted = [facts.c.is_counted, *paid, *_in_time(event, facts.c.ordered_on, as_of)]
        chosen = select(facts.c.customer_no, func.count()).select_from(facts)
        return chosen.where(*wanted, *_filters(event, held, as_of), *_own(event, as_of))
    paid = [] if by_status else [parts.c.is_paid]
    wanted = [parts.c.has_order, *paid, *_in_time(event, parts.c.ordered_on, as_of)]
    source: sa.FromClause = parts
    if all(one.field == "channel" for one in others):
        held = {"order_categories": parts, "order_facts": parts}
    else:
        source = parts.join(facts, facts.c.order_no == parts.c.order_no)
    chosen = select(parts.c.customer_no, func.count()).select_from(source)
    chosen = chosen.where(*wanted, *_filters(event, held, as_of), *_own(event, as_of))
    if is_one or (is_few and event.n == 1):
        return chosen
    number = parts.c.order_no
    if is_few:
        return chosen.with_only_columns(parts.c.customer_no, _one_or_two(number, number))
    # Stores are quicker at distinct rows than at counting distinct orders.
    once = chosen.with_only_columns(parts.c.customer_no, parts.c.order_no).distinct().subquery()
    return select(once.c.customer_no, func.count()).select_from(once)


def _ever_of_category(event: Event, as_of: AsOf, *, is_one: bool) -> Select[Any]:
    """Return the same over all time, where it follows from the orders counted by category."""
    parts = mart("customer_categories")
    of_category = _filters(event, {"order_categories": parts}, as_of)
    known = select(parts.c.customer_no, func.sum(parts.c.paid_orders))
    known = known.where(parts.c.paid_orders > 0, *of_category)
    if is_one or event.n == 1:
        return known
    # Whoever has two of one category need not be brought together with the others.
    customer, first, last = (parts.c[n] for n in ("customer_no", "first_paid_no", "last_paid_no"))
    several = select(customer).where(parts.c.paid_orders > 1, *of_category)
    single = select(customer).where(parts.c.paid_orders == 1, *of_category).group_by(customer)
    either = sa.union_all(several, single.having(func.min(first) < func.max(last)))
    return select(either.subquery("either").c.customer_no)


def _one_or_two(first: ColumnElement[Any], last: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return 1, or 2 for more orders: one with two of the categories has two rows."""
    return sa.case((func.min(first) != func.max(last), 2), else_=1)


def _lines(event: Event, as_of: AsOf) -> Select[Any]:
    """Return the customer and the number of lines of paid orders, the same way."""
    facts, lines = mart("order_facts"), table("order_lines")
    source = lines.join(facts, facts.c.order_id == lines.c.order_id)
    wanted = [facts.c.is_counted, facts.c.status == "paid"]
    chosen = select(facts.c.customer_no, func.count()).select_from(source)
    in_time = _in_time(event, facts.c.ordered_on, as_of)
    found = chosen.where(*wanted, *in_time, *_filters(event, {"order_lines": lines}, as_of))
    is_any = event.n == 1 and event.count != "exactly"
    is_of_products = [(one.field, one.op != "is_missing") for one in event.filters] == [
        ("product_id", True)
    ]
    if not (is_any and is_of_products and is_data_end(as_of)):
        return found
    # Purchases are known by customer and product; lines that took back or gave nothing are few.
    bought = mart("customer_products")
    of_products = _filters(event, {"order_lines": bought}, as_of)
    in_time = _in_time(event, bought.c.known_last_on, as_of)
    known = select(bought.c.customer_no).where(*in_time, *of_products)
    rest = found.with_only_columns(facts.c.customer_no).where(lines.c.quantity <= 0)
    return select(sa.union_all(known, rest).subquery("bought").c.customer_no)


def _is_ever(event: Event, as_of: AsOf) -> bool:
    """Return whether an event is asked of all time up to the end of the data, as marts know it."""
    return event.within_days is None and event.since is None and is_data_end(as_of)


def _own(event: Event, as_of: AsOf) -> list[ColumnElement[bool]]:
    """Return what is asked of columns that only the table of orders has, as one question of it."""
    orders = table("orders")
    filters = _filters(event, {"orders": orders}, as_of)
    if not filters:
        return []
    # The day once more: reading attributes of every order would cost more than all the rest.
    wanted = [*_in_time(event, orders.c.ordered_on, as_of), *filters]
    return [mart("order_facts").c.order_id.in_(select(orders.c.order_id).where(*wanted))]


def _records(event: Event, as_of: AsOf) -> Select[Any]:
    source = table(EVENT_TABLES[event.kind])
    clocks = [source.c[name] for name in CLOCKS[event.kind]]
    wanted: list[ColumnElement[bool]] = []
    if clocks:
        at = clocks[0] if len(clocks) == 1 else func.coalesce(*clocks)
        wanted = _in_time(event, at, as_of, is_instant=True)
    chosen = select(source.c.customer_id, func.count()).select_from(source)
    return chosen.where(*wanted, *_filters(event, {source.name: source}, as_of))


def _filters(
    event: Event, held: Mapping[str, sa.FromClause], as_of: AsOf
) -> list[ColumnElement[bool]]:
    """Return the filters that some tables can answer; an order has three."""
    about = [(condition, field(condition.field, event.kind)) for condition in event.filters]
    return [
        holds(condition, one, value_of(one, held[one.origin]), as_of)
        for condition, one in about
        if one.origin in held
    ]


def value_of(about: SegmentField, held: sa.FromClause) -> ColumnElement[Any]:
    """Return a field as a column of what holds it."""
    column: ColumnElement[Any] = held.c[about.column]
    return column if about.key is None else json_text(column, about.key)


def _in_time(
    event: Event, at: ColumnElement[Any], as_of: AsOf, *, is_instant: bool = False
) -> list[ColumnElement[bool]]:
    """Return the limits of the event's day; on the column itself, so that stores can skip rows."""
    # An instant is of a day or before it where it is before the next midnight.
    end = at < days_before(as_of, -1) if is_instant else at <= days_before(as_of, 0)
    start: ColumnElement[date] | None = None
    if event.within_days is not None:
        # Later than the day so many days ago: from the day after it.
        start = days_before(as_of, event.within_days - 1)
    elif event.since is not None:
        start = literal(event.since, sa.Date())
    return [end] if start is None else [and_(at >= start, end)]
