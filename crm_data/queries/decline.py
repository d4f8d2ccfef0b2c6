"""Who uses less than they did: a dated value by month, against the customer's own months before."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, func, select

from crm_data.calendar import step
from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec, columns_of
from crm_data.queries.attribute_keys import attribute_keys
from crm_data.queries.cohorts import Where, chosen
from crm_data.queries.version_facts import version_facts
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import json_text, read_frame
from crm_data.tables import mart, table

BASE_MONTHS = 3
TOLD_MONTHS = 12  # the last complete ones; each more reads a month more of events
AMOUNT = "orders.amount"
_PREFIXES = {"orders.attributes.": "orders", "interactions.attributes.": "interactions"}
# Plain numbers only: both engines read these alike, and 1,200 is a text until an import reads it.
_NUMBER = r"^[+-]?[0-9]{1,15}([.][0-9]{1,15})?$"
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
        if self.field == AMOUNT:
            return "orders"
        for prefix, name in _PREFIXES.items():
            if self.field.startswith(prefix):
                return name
        raise UsageError(
            "decline_field",
            f"{self.field} cannot be followed. Name orders.amount, orders.attributes.KEY or "
            "interactions.attributes.KEY.",
            field=self.field,
        )


def decline_fields(conn: Connection) -> list[str]:
    """Return what can be followed: amounts of orders, and attributes that mostly hold numbers.

    Keys are headers of imported files, seen in a sample of rows; no viewer's scope applies.
    """
    found = []
    for prefix, name in _PREFIXES.items():
        keys = attribute_keys(conn, name, limit=_MOST_KEYS, rows=_SAMPLE)
        if not keys:
            continue
        held = table(name).c.attributes
        some = select(held).where(held.is_not(None)).limit(_SAMPLE).subquery("some")
        texts = [json_text(some.c.attributes, key) for key in keys]
        counts = conn.execute(
            select(*(f for text in texts for f in (func.count(text), func.count(_number(text)))))
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
    are at most the last ``TOLD_MONTHS``.
    """
    told = _compared(conn, scope, cut)
    if told is None:
        return DECLINE_MONTHS.conform(pd.DataFrame(columns=DECLINE_MONTHS.column_names))
    numbered = FrameSpec(
        "numbered", "", (), (Column("month_no", "count"), *DECLINE_MONTHS.columns[1:])
    )
    statement = (
        select(
            told.c.month_no,
            func.count().label("compared"),
            func.count().filter(_declined(told, cut)).label("declined"),
            func.count().filter(_rose(told, cut)).label("rose"),
        )
        .group_by(told.c.month_no)
        .order_by(told.c.month_no)
    )
    found = read_frame(conn, statement, numbered)
    days = [date(int(no) // 12, int(no) % 12 + 1, 1) for no in found["month_no"]]
    return DECLINE_MONTHS.conform(found.assign(month_on=pd.to_datetime(days)))


def declined_customers(
    conn: Connection, *, scope: AccessScope, cut: DeclineCut, month_on: date, limit: int
) -> pd.DataFrame:
    """Return who declined in a month, the greatest fall first: ``DECLINED_CUSTOMERS``."""
    told = _compared(conn, scope, cut)
    if told is None:
        return DECLINED_CUSTOMERS.conform(pd.DataFrame(columns=DECLINED_CUSTOMERS.column_names))
    facts = mart("customer_facts")
    own = ("customer_id", "name", "region", "source", "owner_id")
    statement = (
        select(*(facts.c[name] for name in own), told.c.value_before, told.c.value_now)
        .join(facts, facts.c.customer_no == told.c.customer_no)
        .where(told.c.month_no == _number_of(month_on), _declined(told, cut))
        .order_by((told.c.value_now - told.c.value_before), facts.c.customer_id)
        .limit(limit)
    )
    return read_frame(conn, statement, DECLINED_CUSTOMERS)


def _declined(told: Any, cut: DeclineCut) -> ColumnElement[bool]:
    found: ColumnElement[bool] = told.c.value_now <= (1.0 - cut.fall) * told.c.value_before
    return found


def _rose(told: Any, cut: DeclineCut) -> ColumnElement[bool]:
    found: ColumnElement[bool] = told.c.value_now * (1.0 - cut.fall) >= told.c.value_before
    return found


def _compared(conn: Connection, scope: AccessScope, cut: DeclineCut) -> sa.Subquery | None:
    """Return a row per customer and month that can be compared; None without a complete month.

    Each month's value is its own, and one of those before for the three months after it: so a
    month without any value has a row, too, where there was one before.
    """
    facts = version_facts(conn).set_index("table_name").loc[cut.table]
    if pd.isna(facts["first_on"]) or pd.isna(facts["watermark_on"]):
        return None
    first, last = (pd.Timestamp(facts[name]).date() for name in ("first_on", "watermark_on"))
    end = _number_of(step(last + timedelta(days=1), "month", 0))
    begun = _number_of(step(first, "month", 0)) + (first.day > 1)
    read = max(end - TOLD_MONTHS - BASE_MONTHS - 1, _number_of(first))  # one to have begun in
    months = _monthly(scope, cut, date(read // 12, read % 12 + 1, 1)).subquery("monthly")
    started = func.min(months.c.month_no).over(partition_by=months.c.customer_no)
    held = select(months, started.label("started_no")).subquery("held")
    shifts = sa.values(sa.column("shift", sa.Integer()), name="shifts").data(
        [(shift,) for shift in range(BASE_MONTHS + 1)]
    )
    moved = (
        select(
            held.c.customer_no, held.c.started_no, held.c.value, shifts.c.shift,
            (held.c.month_no + shifts.c.shift).label("month_no"),
        )
        .join(shifts, sa.true())
        .where(held.c.month_no >= begun)
        .subquery("moved")
    )  # fmt: skip
    now = func.sum(moved.c.value).filter(moved.c.shift == 0)
    before = func.sum(moved.c.value).filter(moved.c.shift > 0) / float(BASE_MONTHS)
    is_sum = cut.measure == "sum"
    enough = (
        func.min(moved.c.started_no) < moved.c.month_no - BASE_MONTHS
        if is_sum
        else sa.and_(func.count().filter(moved.c.shift > 0) == BASE_MONTHS, now.is_not(None))
    )
    return (
        select(
            moved.c.customer_no,
            moved.c.month_no,
            before.label("value_before"),
            (func.coalesce(now, 0.0) if is_sum else now).label("value_now"),
        )
        .where(
            moved.c.month_no < end, moved.c.month_no >= max(begun + BASE_MONTHS, end - TOLD_MONTHS)
        )
        .group_by(moved.c.customer_no, moved.c.month_no)
        .having(before > 0, enough)
        .subquery("compared")
    )


def _monthly(scope: AccessScope, cut: DeclineCut, since: date) -> Select[Any]:
    """Return a row per customer and month with a value, of the customers asked for."""
    facts = mart("customer_facts")
    key = cut.field.split(".", 2)[-1]
    if cut.table == "interactions":
        source = table("interactions")
        day: ColumnElement[Any] = source.c.occurred_at
        value = _number(json_text(source.c.attributes, key))
        joined = source.join(facts, facts.c.customer_id == source.c.customer_id)
    else:
        counted = mart("order_facts")
        day, joined = counted.c.ordered_on, counted.join(
            facts, facts.c.customer_no == counted.c.customer_no
        )  # fmt: skip
        if cut.field == AMOUNT:
            value = sa.cast(counted.c.net_amount, sa.Double())
        else:
            orders = table("orders")
            value = _number(json_text(orders.c.attributes, key))
            joined = joined.join(orders, orders.c.order_id == counted.c.order_id)
    rows = (
        select(
            facts.c.customer_no,
            (sa.extract("year", day) * 12 + sa.extract("month", day) - 1).label("month_no"),
            value.label("value"),
        )
        .select_from(joined)
        .where(
            day >= since,
            visible_to(scope, facts.c.owner_id),
            *chosen(facts, cut.where, cut.among),
        )
        .subquery("dated")
    )
    month = sa.cast(rows.c.month_no, sa.Integer()).label("month_no")
    summed = func.sum(rows.c.value) if cut.measure == "sum" else func.avg(rows.c.value)
    return (
        select(rows.c.customer_no, month, summed.label("value"))
        .where(rows.c.value.is_not(None))
        .group_by(rows.c.customer_no, rows.c.month_no)
    )


def _number(text: ColumnElement[str]) -> ColumnElement[float]:
    """Return a text as a number; missing where it is none."""
    return sa.case((text.regexp_match(_NUMBER), sa.cast(text, sa.Double())))


def _number_of(day: date) -> int:
    return day.year * 12 + day.month - 1
