"""One condition as SQL. Values are always bound, never part of the statement's text."""

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, func, literal

from crm_data.frames import Kind
from crm_data.segments.fields import SegmentField
from crm_data.segments.nodes import Compare, Value
from crm_data.sql import bucket_start


class DataEnd(date):
    """The last day of a version's orders, as a constant: stores skip rows by it.

    Of this day the marts know what they would have to be asked about any other.
    """


AsOf = date | ColumnElement[date]
# No separators of thousands: whether 1,000 is a thousand or one, the text does not say.
_NUMBER = r"^[+-]?([0-9]{1,15}(\.[0-9]{1,15})?|\.[0-9]{1,15})([eE][+-]?[0-9]{1,2})?$"


def is_data_end(as_of: AsOf) -> bool:
    """Return whether a day is the last of the data: known to be, or asked of the version itself."""
    return isinstance(as_of, DataEnd) or not isinstance(as_of, date)


def days_before(as_of: AsOf, days: int) -> ColumnElement[date]:
    """Return the day ``days`` before the data ends."""
    if isinstance(as_of, date):
        return literal(date.fromordinal(as_of.toordinal() - days), sa.Date())
    return as_of - literal(days, sa.Integer())


def holds(
    condition: Compare, about: SegmentField, column: ColumnElement[Any], as_of: AsOf
) -> ColumnElement[bool]:
    """Return whether ``column`` passes; where it is missing, not true (false or NULL)."""
    op = condition.op
    if op == "is_missing":
        return column.is_(None)
    if op == "is_known":
        return column.is_not(None)
    if op in ("contains", "begins"):
        # Both sides by the same rules: languages differ about capitals such as İ and the Greek Σ.
        sought = func.lower(literal(str(condition.values[0]), sa.Text()))
        if op == "begins":
            return func.starts_with(func.lower(column), sought)
        return func.strpos(func.lower(column), sought) > 0
    if about.key is not None and op in ("lt", "le", "gt", "ge", "between"):
        return _compared(op, _as_number(column), [_bound(v, "number") for v in condition.values])
    if about.kind in ("day", "instant"):
        return _on_days(condition, about.kind, column, as_of)
    return _compared(op, column, [_bound(v, about.kind) for v in condition.values])


def _on_days(
    condition: Compare, kind: Kind, column: ColumnElement[Any], as_of: AsOf
) -> ColumnElement[bool]:
    day = bucket_start(column, "day") if kind == "instant" else column
    if condition.op == "within_days":
        days = int(str(condition.values[0]))
        return and_(day > days_before(as_of, days), day <= days_before(as_of, 0))
    if condition.op == "before_days":
        return day <= days_before(as_of, int(str(condition.values[0])))
    return _compared(condition.op, day, [_bound(v, "day") for v in condition.values])


def _compared(
    op: str, column: ColumnElement[Any], values: list[ColumnElement[Any]]
) -> ColumnElement[bool]:
    if op == "in":
        return column.in_(values)
    if op == "not_in":
        return column.not_in(values)
    if op == "between":
        return and_(column >= values[0], column <= values[1])
    found: dict[str, ColumnElement[bool]] = {
        "eq": column == values[0],
        "ne": column != values[0],
        "lt": column < values[0],
        "le": column <= values[0],
        "gt": column > values[0],
        "ge": column >= values[0],
    }
    return found[op]


def _bound(value: Value, kind: Kind) -> ColumnElement[Any]:
    if kind == "money":
        return literal(Decimal(str(value)), sa.Numeric(18, 4))
    if kind in ("number", "share"):
        return literal(float(str(value)), sa.Double())
    if kind == "flag":
        return literal(value, sa.Boolean())
    if kind == "count":
        return literal(value, sa.BigInteger())
    return literal(value, sa.Date() if isinstance(value, date) else sa.Text())


def _as_number(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return text as a number where it is one, else missing."""
    return sa.case((column.regexp_match(_NUMBER), sa.cast(column, sa.Double())), else_=sa.null())
