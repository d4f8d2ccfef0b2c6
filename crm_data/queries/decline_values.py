"""A dated value of customers by month: what a decline of use is looked for in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, func, select

from crm_data.errors import UsageError
from crm_data.followed import AMOUNT, PLAIN_NUMBER, Followed
from crm_data.queries.cohorts import Where, chosen, members
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import json_text
from crm_data.tables import mart, table


@dataclass(frozen=True)
class DeclineCut:
    """Whose decline of what is asked for.

    Attributes
    ----------
    field : str
        ``orders.amount`` (net of returns), ``orders.attributes.<key>`` of counted orders or
        ``interactions.attributes.<key>``. Values that are no plain numbers are not known.
    measure : str
        ``sum``: values of a month add up, a month without any is 0 after the customer's first;
        ``mean``: a month without a value is not known.
    fall : float
        Share below the mean of the ``BASE_MONTHS`` before, between 0 and 1.
    where, among
        As in ``contract_months``.
    """

    field: str
    measure: str
    fall: float
    where: Where = ()
    among: str = ""

    @property
    def table(self) -> str:
        """Return the table that the value is of.

        Raises
        ------
        UsageError
            ``decline_field``: no such field can be followed.
        """
        found = Followed(self.field, self.measure).table
        if found is not None:
            return found
        raise UsageError(
            "decline_field",
            f"{self.field} cannot be followed. Name orders.amount, orders.attributes.KEY or "
            "interactions.attributes.KEY.",
            field=self.field,
        )


def values_by_month(scope: AccessScope, cut: DeclineCut, months: range) -> Select[Any]:
    """Return a row per customer with a value: ``customer_no``, ``started_no``, a column per month.

    Months are numbered (``number_of``), and their columns named by that number; missing where the
    customer has no value. ``started_no`` is the first of ``months`` with one. Customers are brought
    together once: a row per customer and month, made anew for each month that it is compared with,
    was grouped by four times as many rows.
    """
    rows = _dated(scope, cut, day_of(months.start)).subquery("dated")
    known = select(
        rows.c.customer_no, sa.cast(rows.c.month_no, sa.Integer()).label("month_no"), rows.c.value
    ).where(rows.c.value.is_not(None))
    dated = known.subquery("known")
    of_month = func.sum if cut.measure == "sum" else func.avg
    return select(
        dated.c.customer_no,
        func.min(dated.c.month_no).label("started_no"),
        *(
            of_month(dated.c.value).filter(dated.c.month_no == no).label(f"value_{no}")
            for no in months
        ),
    ).group_by(dated.c.customer_no)


def number(text: ColumnElement[str]) -> ColumnElement[float]:
    """Return a text as a number; missing where it is none."""
    return sa.case((text.regexp_match(PLAIN_NUMBER), sa.cast(text, sa.Double())))


def number_of(day: date) -> int:
    """Return the number of a day's month."""
    return day.year * 12 + day.month - 1


def day_of(number: int) -> date:
    """Return the first day of a numbered month."""
    return date(number // 12, number % 12 + 1, 1)


def _dated(scope: AccessScope, cut: DeclineCut, since: date) -> Select[Any]:
    """Return a row per value: ``customer_no``, ``month_no``, ``value``."""
    if cut.field == AMOUNT and cut.measure == "sum":
        return _amounts(scope, cut, since)
    facts = mart("customer_facts")
    key = cut.field.split(".", 2)[-1]
    if cut.table == "interactions":
        source = table("interactions")
        day: ColumnElement[Any] = source.c.occurred_at
        value = number(json_text(source.c.attributes, key))
        joined = source.join(facts, facts.c.customer_id == source.c.customer_id)
    else:
        counted = mart("order_facts")
        day = counted.c.ordered_on
        joined = counted.join(facts, facts.c.customer_no == counted.c.customer_no)
        if cut.field == AMOUNT:
            value = sa.cast(counted.c.net_amount, sa.Double())
        else:
            orders = table("orders")
            value = number(json_text(orders.c.attributes, key))
            joined = joined.join(orders, orders.c.order_id == counted.c.order_id)
    return (
        select(facts.c.customer_no, _month_of(day), value.label("value"))
        .select_from(joined)
        .where(
            day >= since,
            visible_to(scope, facts.c.owner_id),
            *chosen(facts, cut.where, cut.among),
        )
    )


def _amounts(scope: AccessScope, cut: DeclineCut, since: date) -> Select[Any]:
    """Return a row per customer and month with a counted order, which a mart has added up."""
    months, own = mart("customer_months"), members(scope, cut.where, cut.among)
    value: sa.Label[Any] = sa.cast(months.c.net_amount, sa.Double()).label("value")
    return (
        select(months.c.customer_no, _month_of(months.c.month_on), value)
        .join(own, own.c.customer_no == months.c.customer_no)
        .where(months.c.month_on >= since)
    )


def _month_of(day: ColumnElement[Any]) -> sa.Label[Any]:
    return (sa.extract("year", day) * 12 + sa.extract("month", day) - 1).label("month_no")
