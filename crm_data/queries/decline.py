"""Who uses less than they did: a dated value by month, against the customer's own months before."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import add
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.calendar import step
from crm_data.followed import AMOUNT, BASE_MONTHS, PREFIXES, TOLD_MONTHS
from crm_data.frames import Column, FrameSpec, columns_of
from crm_data.queries.attribute_keys import attribute_keys
from crm_data.queries.cohorts import chosen, members
from crm_data.queries.decline_values import (
    DeclineCut,
    day_of,
    number,
    number_of,
    values_by_month,
)
from crm_data.queries.version_facts import version_facts
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import json_text, read_frame
from crm_data.tables import mart, table

__all__ = [
    "AMOUNT",
    "BASE_MONTHS",
    "DeclineCut",
    "decline_fields",
    "decline_months",
    "declined_customers",
    "is_kept",
]

_SAMPLE, _MOST_KEYS, _MOSTLY = 2_000, 20, 0.9

DECLINE_MONTHS = FrameSpec(
    "decline_months",
    "one row per complete month in which somebody can be compared with their months before",
    ("month_on",),
    (
        Column("month_on", "day"),
        Column("compared", "count", "Customers with a value before, and one now that is known."),
        Column("declined", "count", "Of them, fallen at least by the share asked for."),
        Column("rose", "count", "Of them, risen at least by the same factor."),
    ),
)
DECLINED_CUSTOMERS = FrameSpec(
    "declined_customers",
    "one row per customer who declined in the month, the greatest fall first",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text region:text source:text owner_id:text value_before:number "
        "value_now:number"
    ),
)


def decline_fields(conn: Connection) -> list[str]:
    """Return what can be followed: amounts of orders, and attributes that mostly hold numbers.

    Keys are headers of imported files, seen in a sample of rows; no viewer's scope applies.
    """
    found = []
    for prefix, name in PREFIXES.items():
        keys = attribute_keys(conn, name, limit=_MOST_KEYS, rows=_SAMPLE)
        if not keys:
            continue
        held = table(name).c.attributes
        some = select(held).where(held.is_not(None)).limit(_SAMPLE).subquery("some")
        texts = [json_text(some.c.attributes, key) for key in keys]
        counts = conn.execute(
            select(*(f for text in texts for f in (func.count(text), func.count(number(text)))))
        ).one()
        found += [
            prefix + key
            for place, key in enumerate(keys)
            if counts[2 * place] and counts[2 * place + 1] >= _MOSTLY * counts[2 * place]
        ]
    has_order = conn.scalar(select(sa.literal(1)).select_from(mart("order_facts")).limit(1))
    return [*found, *([AMOUNT] if has_order else [])]


def decline_months(conn: Connection, *, scope: AccessScope, cut: DeclineCut) -> pd.DataFrame:
    """Return how many declined by complete month: ``DECLINE_MONTHS``, in order.

    Compared is a month with the mean of the three before, of the same customer: with ``sum``, of
    those who began before these; with ``mean``, of those with a value in each. Who had nothing
    before, or less, is not compared. A month that the data begins within is no month before. Told
    are at most the last ``TOLD_MONTHS``. Read from ``decline_values`` where the version follows
    this value (``is_kept``), else from the events themselves.
    """
    if is_kept(conn, cut):
        return read_frame(conn, _kept_months(scope, cut), DECLINE_MONTHS)
    read, told = _months(conn, cut)
    rows = []
    if told:
        values = values_by_month(scope, cut, read).subquery("values")
        counts = [
            func.count().filter(condition)
            for no in told
            for condition in _Compared.of(values, cut, no).conditions(cut)
        ]
        found = iter(conn.execute(select(*counts)).one())
        rows = [(day_of(no), next(found), next(found), next(found)) for no in told]
    frame = pd.DataFrame(rows, columns=DECLINE_MONTHS.column_names)
    return DECLINE_MONTHS.conform(frame[frame["compared"] > 0].reset_index(drop=True))


def is_kept(conn: Connection, cut: DeclineCut) -> bool:
    """Return whether the version was built to follow this value and measure."""
    kept = mart("decline_values")
    found = select(sa.literal(1)).where(kept.c.field == cut.field, kept.c.measure == cut.measure)
    return conn.scalar(found.limit(1)) is not None


def declined_customers(
    conn: Connection, *, scope: AccessScope, cut: DeclineCut, month_on: date, limit: int
) -> pd.DataFrame:
    """Return who declined in a month, the greatest fall first: ``DECLINED_CUSTOMERS``."""
    facts = mart("customer_facts")
    if is_kept(conn, cut):
        values: sa.FromClause = mart("decline_values")
        compared = _Compared(
            values.c.value_before, values.c.value_now, values.c.month_on == month_on
        )
        seen = [visible_to(scope, facts.c.owner_id), *chosen(facts, cut.where, cut.among)]
    else:
        read, told = _months(conn, cut)
        if number_of(month_on) not in told:
            return DECLINED_CUSTOMERS.conform(pd.DataFrame(columns=DECLINED_CUSTOMERS.column_names))
        values, seen = values_by_month(scope, cut, read).subquery("values"), []
        compared = _Compared.of(values, cut, number_of(month_on))
    _, declined, _ = compared.conditions(cut)
    own = ("customer_id", "name", "region", "source", "owner_id")
    statement = (
        select(
            *(facts.c[name] for name in own),
            compared.before.label("value_before"),
            compared.now.label("value_now"),
        )
        .join(facts, facts.c.customer_no == values.c.customer_no)
        .where(declined, *seen)
        .order_by(compared.now - compared.before, facts.c.customer_id)
        .limit(limit)
    )
    return read_frame(conn, statement, DECLINED_CUSTOMERS)


def _kept_months(scope: AccessScope, cut: DeclineCut) -> sa.Select[Any]:
    values = mart("decline_values")
    of_values = _Compared(values.c.value_before, values.c.value_now, sa.true())
    _, declined, rose = of_values.conditions(cut)
    source: sa.FromClause = values
    if not scope.is_everything or cut.where or cut.among:
        own = members(scope, cut.where, cut.among)
        source = values.join(own, own.c.customer_no == values.c.customer_no)
    return (
        select(
            values.c.month_on,
            func.count().label("compared"),
            func.count().filter(declined).label("declined"),
            func.count().filter(rose).label("rose"),
        )
        .select_from(source)
        .group_by(values.c.month_on)
        .order_by(values.c.month_on)
    )


@dataclass(frozen=True)
class _Compared:
    """A month of each customer beside the mean of those before; and whether both are known."""

    before: ColumnElement[float]
    now: ColumnElement[float]
    is_known: ColumnElement[bool]

    @classmethod
    def of(cls, values: sa.Subquery, cut: DeclineCut, no: int) -> "_Compared":
        """Compare a numbered month of ``values_by_month``."""
        earlier: list[Any] = [values.c[f"value_{no - back}"] for back in range(BASE_MONTHS, 0, -1)]
        now: Any = values.c[f"value_{no}"]
        if cut.measure == "sum":
            earlier, now = [func.coalesce(one, 0.0) for one in earlier], func.coalesce(now, 0.0)
            known: Any = values.c.started_no < no - BASE_MONTHS
        else:
            known = now.is_not(None)  # a month before without a value makes their mean missing
        before = reduce(add, earlier) / float(BASE_MONTHS)
        return cls(before, now, sa.and_(before > 0, known))

    def conditions(self, cut: DeclineCut) -> tuple[ColumnElement[bool], ...]:
        """Return whether it can be compared, declined, and rose by the same factor."""
        left = 1.0 - cut.fall
        declined, rose = self.now <= left * self.before, self.now * left >= self.before
        return self.is_known, sa.and_(self.is_known, declined), sa.and_(self.is_known, rose)


def _months(conn: Connection, cut: DeclineCut) -> tuple[range, range]:
    """Return the numbered months to read, and those told of; none without a complete month."""
    facts = version_facts(conn).set_index("table_name").loc[cut.table]
    if pd.isna(facts["first_on"]) or pd.isna(facts["watermark_on"]):
        return range(0), range(0)
    first, last = (pd.Timestamp(facts[name]).date() for name in ("first_on", "watermark_on"))
    end = number_of(step(last + timedelta(days=1), "month", 0))
    begun = number_of(step(first, "month", 0)) + (first.day > 1)
    # one more to have begun in
    read = range(max(end - TOLD_MONTHS - BASE_MONTHS - 1, number_of(first)), end)
    return read, range(max(begun + BASE_MONTHS, end - TOLD_MONTHS), end)
